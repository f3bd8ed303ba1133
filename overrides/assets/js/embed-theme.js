/**
 * Colours of an embedded calculator: ?theme=light, ?theme=dark, or as the reader's device has them. Runs before the
 * page is drawn, so it is no module.
 */
{
  const wanted = new URLSearchParams(location.search).get("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const paint = () => {
    const isDark = wanted === "dark" || (wanted !== "light" && dark.matches);
    document.body.dataset.mdColorScheme = isDark ? "slate" : "default";
    document.documentElement.classList.toggle("embed-dark", isDark);
  };

  paint();
  dark.addEventListener("change", paint);
}
