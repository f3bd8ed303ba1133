/**
 * Shows the warning that figures may be old once the reader's own date has passed the day they were good until.
 * The words are in the page already: `<p data-valid-until="2026-12-31" hidden>…</p>`.
 */

/**
 * The calendar date where the reader is, as ISO text, so that it compares with `data-valid-until` as text.
 * @param {Date} now
 * @returns {string}
 */
export function localDate(now) {
  const pad = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}

/**
 * Unhides every warning whose last good day is before today.
 * @param {ParentNode} root
 * @param {string} today ISO date
 * @returns {number} how many warnings were shown
 */
export function warnIfOld(root, today) {
  let shown = 0;
  for (const warning of root.querySelectorAll("[data-valid-until]")) {
    if (!(warning instanceof HTMLElement)) continue;
    const until = warning.dataset.validUntil ?? "";
    if (until < today) {
      warning.hidden = false;
      shown += 1;
    }
  }
  return shown;
}

warnIfOld(document, localDate(new Date()));
