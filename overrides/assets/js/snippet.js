/** Writes the lines that put a calculator on somebody else's page: puts the chosen words in place of the example's. */

const form = /** @type {HTMLFormElement} */ (document.querySelector("form[data-snippet]"));
const lines = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
const select = /** @type {HTMLSelectElement} */ (form.querySelector("select"));
const copy = /** @type {HTMLButtonElement} */ (form.querySelector("[data-copy]"));
const look = /** @type {HTMLAnchorElement} */ (form.querySelector("[data-try]"));
const status = /** @type {HTMLElement} */ (form.querySelector("[data-status]"));
/** As the build wrote them, for the first calculator. */
const example = lines.value;

/** @param {string} text that may hold quotation marks */
function escaped(text) {
  const holder = document.createElement("p");
  holder.textContent = text;
  return holder.innerHTML.replaceAll('"', "&quot;");
}

function write() {
  const chosen = new FormData(form);
  const [calculator, lang, theme] = ["calculator", "lang", "theme"].map((name) => String(chosen.get(name)));
  const path = `${lang}/embed/${calculator}/?theme=${theme}`;
  const title = select.selectedOptions[0].getAttribute(`data-title-${lang}`) ?? "";
  lines.value = example
    .replace(/[a-z]+\/embed\/\w+\/\?theme=[a-z]+/, () => path)
    .replace(/title="[^"]*"/, () => `title="${escaped(title)}"`);
  look.href = `../../${path}`;
  status.textContent = "";
}

async function copyLines() {
  try {
    await navigator.clipboard.writeText(lines.value);
    tell("copied");
  } catch {
    lines.focus();
    lines.select();
    tell("not-copied");
  }
}

/** @param {string} which of the form's sentences */
function tell(which) {
  // Emptied first: a screen reader also hears the same sentence again.
  status.textContent = "";
  setTimeout(() => (status.textContent = form.getAttribute(`data-say-${which}`)));
}

form.addEventListener("change", write);
form.addEventListener("submit", (event) => event.preventDefault());
copy.addEventListener("click", copyLines);
copy.hidden = false;
write();

export {};
