/**
 * The buttons under an answer: hands on what Python made of it (link, receipt, text, files, report). Nothing is sent.
 *
 * @typedef {object} Taken of one answer, see calculators/core/take_along.py
 * @property {string} link the whole address that opens the case again
 * @property {string} head HTML that a printed answer begins with
 * @property {string} foot HTML that it ends with
 * @property {string} text the answer as text for an e-mail
 * @property {{text: string, opens: string}} report its text, and the address it is added to
 * @property {Record<string, {name: string, type: string, text: string}>} files by kind: ics, csv
 */

/** @param {string} link @returns {boolean} whether it leads to the page that is open */
function isHere(link) {
  return link.split("#", 1)[0] === location.href.split("#", 1)[0];
}

/** How long a download may take to begin before its address is given back (milliseconds). */
const KEPT = 60_000;

/**
 * @param {HTMLElement} section one calculator on the page
 * @returns {{offer: (taken: Taken) => void, withdraw: () => void, clear: () => void, writeTo: string}} `offer` shows
 *   the buttons for an answer, `withdraw` takes them away with it, `clear` also what the reader wrote in a report
 */
export function createTakeAlong(section) {
  /** @param {string} name @returns {any} */
  const part = (name) => section.querySelector(`[data-take${name}]`);
  const block = /** @type {HTMLElement} */ (part(""));
  const status = /** @type {HTMLElement} */ (part("-status"));
  const panel = /** @type {HTMLElement} */ (part("-panel"));
  const send = /** @type {HTMLElement} */ (part("-send"));
  const open = /** @type {HTMLAnchorElement | null} */ (part("-open"));
  const area = /** @type {HTMLTextAreaElement} */ (panel.querySelector("textarea"));
  /** @type {Taken | undefined} */
  let taken;

  /** @param {string} which of the block's sentences */
  function tell(which) {
    // Emptied first: a screen reader also hears the same sentence again.
    status.textContent = "";
    setTimeout(() => (status.textContent = block.getAttribute(`data-say-${which}`)));
  }

  /** Shows a text that the reader may change or copy by hand. @param {string} text @param {boolean} isReport */
  function unfold(text, isReport) {
    panel.hidden = false;
    send.hidden = !isReport;
    area.readOnly = !isReport;
    area.value = text;
    address();
  }

  /** What the reader has made of the report is what its address carries. */
  function address() {
    if (!open || !taken) return;
    const text = area.value.replaceAll("\n", "\r\n");
    open.href = taken.report.opens + (open.hasAttribute("data-takes-text") ? encodeURIComponent(text) : "");
  }

  /** @param {string} text @param {string} which the sentence that says that it was copied */
  async function copy(text, which) {
    try {
      await navigator.clipboard.writeText(text);
      tell(which);
    } catch {
      // No permission, or a page that came over plain http.
      if (area.value !== text || panel.hidden) unfold(text, false);
      area.focus();
      area.select();
      tell("not-copied");
    }
  }

  /** @param {{name: string, type: string, text: string}} file */
  function save(file) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file.text], { type: file.type }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
    tell("saved");
  }

  function print() {
    // What the reader has unfolded is printed to its last line.
    const folded = section.querySelectorAll("[data-result] details[open] details:not([open])");
    for (const details of folded) details.toggleAttribute("open", true);
    section.classList.add("calculator--printed");
    document.documentElement.classList.add("prints-receipt");
    addEventListener(
      "afterprint",
      () => {
        for (const details of folded) details.toggleAttribute("open", false);
        section.classList.remove("calculator--printed");
        document.documentElement.classList.remove("prints-receipt");
      },
      { once: true },
    );
    window.print();
  }

  /** @param {Taken} now */
  function report(now) {
    unfold(now.report.text, true);
    if (now.report.opens) {
      area.focus();
      area.setSelectionRange(0, 0);
      tell("report");
    } else copy(now.report.text, "report");
  }

  section.addEventListener("click", ({ target }) => {
    const wanted = target instanceof Element ? target.closest("button[data-do]")?.getAttribute("data-do") : null;
    if (!wanted || !taken) return;
    if (wanted in taken.files) save(taken.files[wanted]);
    else if (wanted === "print") print();
    else if (wanted === "report") report(taken);
    else if (wanted === "copy") copy(area.value, "text");
    else if (wanted === "text") copy(taken.text, "text");
    else if (wanted === "link") {
      // Embedded on another page, the link leads to the guide, which is not the page in this frame.
      if (isHere(taken.link)) history.replaceState(null, "", taken.link);
      copy(taken.link, "link");
    }
  });
  area.addEventListener("input", address);

  /** A link in the address bar is the answer on the page, or it is not there. */
  function clearAddress() {
    if (taken && location.href === taken.link) history.replaceState(null, "", location.pathname + location.search);
  }

  /** @param {string} [head] @param {string} [foot] */
  function receipt(head = "", foot = "") {
    for (const [name, html] of [["head", head], ["foot", foot]]) {
      const place = section.querySelector(`[data-receipt="${name}"]`);
      if (place) place.innerHTML = html;
    }
  }

  return {
    writeTo: block.dataset.writeTo ?? "",
    offer(now) {
      if (now.link !== taken?.link) {
        clearAddress();
        status.textContent = "";
        // A report that somebody is writing stays; a text to be copied belonged to the answer before.
        if (send.hidden) panel.hidden = true;
      }
      taken = now;
      receipt(now.head, now.foot);
      for (const button of block.querySelectorAll("button[data-do]")) {
        const kind = button.getAttribute("data-do") ?? "";
        if (button instanceof HTMLElement && ["ics", "csv"].includes(kind)) button.hidden = !(kind in now.files);
      }
      block.hidden = false;
    },
    withdraw() {
      clearAddress();
      taken = undefined;
      block.hidden = true;
      status.textContent = "";
      receipt();
    },
    clear() {
      this.withdraw();
      area.value = "";
      panel.hidden = true;
    },
  };
}
