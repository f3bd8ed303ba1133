/**
 * The answer in one line at the lower edge of the window, while a reader types in a form that is taller than the window.
 * The line sticks there by CSS and rests above the answer; it goes when the answer itself is in sight.
 */

/**
 * @param {HTMLElement} section one calculator on the page
 * @returns {{show: () => void, hide: () => void}} `show` tells the answer that stands on the page, if it is a number
 */
export function createPeek(section) {
  const line = /** @type {HTMLElement} */ (section.querySelector("[data-peek]"));
  const text = /** @type {HTMLElement} */ (line.querySelector("[data-peek-answer]"));
  const label = /** @type {HTMLElement} */ (line.querySelector("[data-peek-label]"));
  const result = /** @type {HTMLElement} */ (section.querySelector("[data-result]"));
  let told = false;
  let seen = false;

  /** @param {Element} element whether the line lies on it */
  function covers(element) {
    const [below, above] = [element, line].map((each) => each.getBoundingClientRect());
    return below.bottom > above.top && below.top < above.bottom;
  }

  function update() {
    const appears = line.hidden && told && !seen;
    // What has focus must not vanish: the keyboard would be nowhere.
    line.hidden = (!told || seen) && !line.contains(document.activeElement);
    // The line must not come to lie on the very field that somebody types in. Who has scrolled away from it stays there.
    const focus = document.activeElement;
    if (appears && focus && section.contains(focus) && covers(focus)) focus.scrollIntoView({ block: "nearest" });
  }

  const watch = new IntersectionObserver((entries) => {
    const { isIntersecting, boundingClientRect } = /** @type {IntersectionObserverEntry} */ (entries.at(-1));
    // Also seen is an answer that was scrolled past.
    seen = isIntersecting || boundingClientRect.bottom < 0;
    update();
  });

  line.addEventListener("focusout", update);
  line.querySelector("button")?.addEventListener("click", () => {
    const heading = result.querySelector("h3");
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: "start" });
  });

  /** @param {Element | null} number what the line tells, or null for nothing */
  function tell(number) {
    told = number !== null;
    watch.disconnect();
    label.textContent = (number && result.querySelector(".calculator__label")?.textContent) ?? "";
    text.textContent = number?.textContent ?? "";
    if (number) watch.observe(number);
    update();
  }

  return {
    show: () => tell(result.querySelector(".calculator__number")),
    hide: () => tell(null),
  };
}
