/**
 * Two cases side by side: keeps case A while the form goes on to case B. Python compares them and makes all that is
 * shown, see calculators/core/compare_page.py; the buttons stand in the answer.
 */

/** Before the names of the kept case in a link, see calculators/core/share.py. */
const NAMED = "a.";

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} result where answers stand
 * @param {{ask: () => void, fill: (inputs: Record<string, string>) => void}} page `ask` asks anew for the form's case,
 *   `fill` puts another case into the form and asks for that
 */
export function createBeside(form, result, { ask, fill }) {
  /** Case A, in canonical form. @type {Record<string, string> | undefined} */
  let kept;
  /** The case that the answer on the page is of. @type {Record<string, string>} */
  let current = {};
  /** Whether the reader has just pressed the button that keeps a case. */
  let isNew = false;
  /** Whether the reader has pressed any of the buttons since a link was opened. */
  let isChanged = false;

  result.addEventListener("click", ({ target }) => {
    const wanted = target instanceof Element ? target.closest("button[data-beside]")?.getAttribute("data-beside") : null;
    isChanged ||= Boolean(wanted);
    if (wanted === "keep") {
      kept = current;
      isNew = true;
      ask();
    } else if (wanted === "swap") {
      const other = kept ?? {};
      kept = current;
      fill(other);
    } else if (wanted === "stop") {
      kept = undefined;
      ask();
    } else if (wanted === "change") {
      const first = form.querySelector("select, input:not([type=radio]), input:checked");
      if (first instanceof HTMLElement) first.focus();
    }
  });

  return {
    /** @returns {Record<string, string> | undefined} what a request says of the other case */
    get kept() {
      return kept;
    },
    /** @returns {boolean} whether a link that was opened no longer says what is compared */
    get isChanged() {
      return isChanged;
    },
    /** An answer has come. @param {Record<string, string>} inputs by which its case can be kept */
    show(inputs) {
      current = inputs;
      const heading = isNew ? result.querySelector("[data-compared] [tabindex]") : null;
      if (heading instanceof HTMLElement) heading.focus({ preventScroll: true });
      isNew = false;
    },
    /** Takes case A from a link. @param {URLSearchParams} link @param {(name: string) => boolean} isField */
    open(link, isField) {
      const found = [...link].filter(([name]) => name.startsWith(NAMED) && isField(name.slice(NAMED.length)));
      isChanged = false;
      kept = found.length ? Object.fromEntries(found.map(([name, value]) => [name.slice(NAMED.length), value])) : undefined;
    },
    clear() {
      kept = undefined;
      isNew = isChanged = false;
    },
  };
}
