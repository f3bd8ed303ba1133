/**
 * The reader's place in an answer that is replaced at each change: what is unfolded stays unfolded, and the focus
 * stays on the same line to press or the same button.
 */

/** @param {HTMLElement} result where answers stand */
export function createPlace(result) {
  /** What is unfolded, by the `data-fold` of the summaries. @type {Map<string, boolean>} */
  const folds = new Map();
  /** Where the focus was when the answer was taken away. */
  let focus = "";

  const summaries = () => /** @type {HTMLElement[]} */ ([...result.querySelectorAll("summary[data-fold]")]);

  /** Remembers the place, before the answer goes. */
  function leave() {
    for (const summary of summaries()) {
      folds.set(summary.dataset.fold ?? "", summary.parentElement?.hasAttribute("open") ?? false);
    }
    const at = document.activeElement;
    if (!(at instanceof HTMLElement) || !result.contains(at)) return;
    const name = ["data-fold", "data-beside"].find((each) => at.hasAttribute(each));
    focus = name ? `[${name}="${CSS.escape(at.getAttribute(name) ?? "")}"]` : "h3";
  }

  return {
    leave,
    /** @param {string} html the answer that takes the place */
    put(html) {
      leave();
      result.innerHTML = html;
      for (const summary of summaries()) {
        const open = folds.get(summary.dataset.fold ?? "");
        if (open !== undefined) summary.parentElement?.toggleAttribute("open", open);
      }
      // Who has gone on to the answer while the last change was worked out stays there.
      const there = focus && document.activeElement === document.body ? result.querySelector(focus) ?? result.querySelector("h3") : null;
      if (there instanceof HTMLElement) there.focus({ preventScroll: true });
      focus = "";
    },
    clear() {
      folds.clear();
      focus = "";
    },
  };
}
