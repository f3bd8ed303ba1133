/**
 * Figures, terms and links to sources carry a sentence in `title` that says more. A mouse shows a title late, a
 * keyboard and a finger never; here the same sentence shows on hover, on focus and on the first tap:
 * `<a class="figure" href="../figures/#…" title="Asset limit 2026, single. Source: …">`.
 *
 * The sentence can be hovered, stays until it is left, and Escape takes it away (WCAG 1.4.13). A second tap
 * follows the link. Without this script the title and the link are still there.
 */

const LINKS = "a:is(.figure, .term, .outside)[title]";
const SOON = 120;
const LATER = 220;
const EDGE = 8;

/** @type {WeakMap<Element, string>} what each link said in its title */
const said = new WeakMap();
const tip = document.createElement("div");
tip.className = "tip";
tip.id = "tip";
tip.setAttribute("role", "tooltip");
tip.setAttribute("popover", "manual");

/** @type {HTMLAnchorElement | null} */
let shownFor = null;
let timer = 0;
let byFinger = false;

/**
 * @param {EventTarget | null} target
 * @returns {HTMLAnchorElement | null} the link with a sentence that the event happened in
 */
function linkAt(target) {
  const link = target instanceof Element ? target.closest("a:is(.figure, .term, .outside)") : null;
  return link instanceof HTMLAnchorElement && said.has(link) ? link : null;
}

/** Puts the sentence under its link, or above it where there is no room, and inside the window. */
function place() {
  if (!shownFor) return;
  const link = shownFor.getClientRects()[0] ?? shownFor.getBoundingClientRect();
  const box = tip.getBoundingClientRect();
  const left = Math.max(EDGE, Math.min(link.left, innerWidth - box.width - EDGE));
  const below = link.bottom + 4;
  const top = below + box.height + EDGE <= innerHeight ? below : Math.max(EDGE, link.top - box.height - 4);
  tip.style.left = `${left}px`;
  tip.style.top = `${top}px`;
}

/** @param {HTMLAnchorElement} link */
function show(link) {
  clearTimeout(timer);
  if (shownFor === link) return;
  hide();
  tip.textContent = said.get(link) ?? "";
  shownFor = link;
  link.setAttribute("aria-describedby", tip.id);
  tip.showPopover();
  place();
}

function hide() {
  clearTimeout(timer);
  if (!shownFor) return;
  shownFor.removeAttribute("aria-describedby");
  shownFor = null;
  tip.hidePopover();
}

/** @param {() => void} what @param {number} delay milliseconds */
function soon(what, delay) {
  clearTimeout(timer);
  timer = window.setTimeout(what, delay);
}

function start() {
  document.body.append(tip);
  for (const link of document.querySelectorAll(LINKS)) {
    said.set(link, link.getAttribute("title") ?? "");
    link.removeAttribute("title");
  }
  addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = linkAt(event.target);
    if (link) soon(() => show(link), SOON);
    else if (event.target instanceof Node && tip.contains(event.target)) clearTimeout(timer);
    else if (shownFor && shownFor !== document.activeElement) soon(hide, LATER);
    else clearTimeout(timer);
  });
  addEventListener("pointerdown", (event) => {
    byFinger = event.pointerType === "touch";
    if (shownFor && linkAt(event.target) !== shownFor && !(event.target instanceof Node && tip.contains(event.target)))
      hide();
  });
  addEventListener("focusin", (event) => {
    const link = linkAt(event.target);
    if (link && !byFinger && link.matches(":focus-visible")) show(link);
  });
  addEventListener("focusout", (event) => {
    if (linkAt(event.target) && linkAt(event.target) === shownFor && !byFinger) hide();
  });
  addEventListener("keydown", (event) => {
    byFinger = false;
    if (event.key === "Escape") hide();
  });
  addEventListener("click", (event) => {
    const link = linkAt(event.target);
    if (!link || !byFinger || shownFor === link) return;
    event.preventDefault();
    show(link);
  });
  addEventListener("scroll", place, { passive: true });
  addEventListener("resize", place);
}

if ("showPopover" in tip) start();
