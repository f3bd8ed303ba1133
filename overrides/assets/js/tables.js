/**
 * The tables: those that scroll get a name, those that are folded open when the address points into them.
 *
 * A table wider than the screen scrolls inside its own box. Not every browser lets the keyboard into such a box,
 * so each one that really scrolls becomes a focusable region named after its table.
 */

const BOXES = ".md-typeset__scrollwrap, .table-scroll";

/**
 * @param {HTMLElement} box
 * @returns {string} the table's caption, else the nearest heading above the box
 */
function nameOf(box) {
  const caption = box.querySelector("caption")?.textContent?.trim();
  if (caption) return caption;
  const headings = [...document.querySelectorAll("article :is(h1, h2, h3, h4)")].filter(
    (heading) => heading.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  const last = headings.at(-1)?.cloneNode(true);
  if (!(last instanceof HTMLElement)) return "";
  for (const link of last.querySelectorAll(".headerlink")) link.remove();
  return last.textContent?.trim() ?? "";
}

/** Marks the boxes that scroll now and unmarks those that do not; those still folded wait until they are opened. */
function markScrolling() {
  const seen = [...document.querySelectorAll(BOXES)].filter((box) => !box.closest("details:not([open])"));
  // All are measured before any is marked: else the browser lays out the page anew for each table.
  const boxes = seen.map((box) => ({ box, scrolls: box.scrollWidth > box.clientWidth }));
  for (const { box, scrolls } of boxes) {
    if (!(box instanceof HTMLElement)) continue;
    if (scrolls) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", nameOf(box));
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  }
}

/**
 * Opens the folded table that the address points into, or that stands under the heading it points at: not every
 * browser does so by itself.
 */
function unfold() {
  const target = document.getElementById(location.hash.slice(1));
  let fold = target?.closest("details.table-fold");
  if (!fold && target?.matches("h3")) {
    for (let next = target.nextElementSibling; next && !next.matches("h2, h3"); next = next.nextElementSibling) {
      if (next.matches("details.table-fold")) fold = next;
    }
  }
  if (!(fold instanceof HTMLDetailsElement) || fold.open) return;
  fold.open = true;
  target?.scrollIntoView();
  markScrolling();
}

/** Material wraps plain tables only after the page is ready, so look once more when all has loaded. */
addEventListener("load", markScrolling);
addEventListener("resize", markScrolling);
addEventListener("load", unfold);
addEventListener("hashchange", unfold);
addEventListener("toggle", markScrolling, { capture: true });

// An answer brings its tables with it, each time anew.
const answers = new MutationObserver(markScrolling);
for (const result of document.querySelectorAll("[data-result]")) answers.observe(result, { childList: true });
