/**
 * The root page's two links work by themselves; this only spares the reader the click.
 * Norwegian of either kind goes to the Norwegian tree, everyone else to the English one.
 */

/**
 * @param {readonly string[]} wanted the browser's languages, most wanted first
 * @returns {"nb" | "en"}
 */
export function chooseLanguage(wanted) {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split("-")[0];
    if (["nb", "nn", "no"].includes(language)) return "nb";
    if (language === "en") return "en";
  }
  return "en";
}

location.replace(`${chooseLanguage(navigator.languages)}/`);
