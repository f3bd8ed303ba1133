/**
 * A file of many students: read in the browser, answered by Python a few rows at a time, and given back as a file.
 * Nothing is sent. All sentences and rows come from Python or stand in the page already.
 *
 * @typedef {object} Chunk see calculators/core/batch_page.py
 * @property {0 | 2} status 2 when the file cannot be used
 * @property {string} html why it cannot be used
 * @property {string} csv lines of the answers
 * @property {string[]} rows HTML of a table row for each row
 * @property {string[]} refused the same for each row with faults
 * @property {number} done how much of the file is read, 0 to 1
 * @property {string} summary after the last row
 */

import { createEngine } from "./engine.js";

/** Rows in one go: few enough that stopping is felt at once. */
const AT_ONCE = 20;
/** Rows of a table that are shown in one go: a browser takes long over thousands. */
const SHOWN = 100;

/** @param {HTMLFormElement} form */
function setUp(form) {
  const { batch: calculator = "", lang = "nb", worker = "" } = form.dataset;
  const section = /** @type {HTMLElement} */ (form.closest("section"));
  /** @param {string} selector @returns {any} */
  const part = (selector) => section.querySelector(selector);
  const drop = /** @type {HTMLElement} */ (part("[data-drop]"));
  const input = /** @type {HTMLInputElement} */ (part("input[type=file]"));
  const fault = /** @type {HTMLElement} */ (part("#batch-file-fault"));
  const start = /** @type {HTMLButtonElement} */ (part("button[type=submit]"));
  const stop = /** @type {HTMLButtonElement} */ (part("[data-stop]"));
  const status = /** @type {HTMLElement} */ (part("[data-engine-status]"));
  const progress = /** @type {HTMLProgressElement} */ (part("progress"));
  const result = /** @type {HTMLElement} */ (part("[data-batch-result]"));
  const heading = /** @type {HTMLElement} */ (part("[data-heading]"));
  const download = /** @type {HTMLAnchorElement} */ (part("[data-download]"));
  const tables = { refused: rowsOf("refused"), rows: rowsOf("rows") };

  /** Counts the files begun; what comes of any but the last is no longer wanted. */
  let turn = 0;
  let isAtWork = false;

  const engine = createEngine(worker, {
    wholeAtOnce: true,
    onState({ state, loaded, total }) {
      form.dataset.engine = state;
      if (!isAtWork) return;
      if (state === "loading") {
        tell("loading");
        if (total) progress.value = loaded / total;
      }
      if (state === "ready") {
        tell("working");
        progress.value = 0;
      }
    },
  });

  /** @param {string} [which] of the form's sentences; none empties the line */
  function tell(which) {
    const text = which ? (form.getAttribute(`data-say-${which}`) ?? "") : "";
    if (status.textContent !== text) status.textContent = text;
  }

  /** @param {boolean} is whether a file is being answered */
  function atWork(is) {
    isAtWork = is;
    start.hidden = is;
    stop.hidden = !is;
    input.disabled = is;
    progress.hidden = !is;
    progress.value = 0;
    section.setAttribute("aria-busy", String(is));
  }

  /** @param {string} [which] what is wrong with the choice of file; none takes it away */
  function complain(which) {
    fault.hidden = !which;
    fault.textContent = which ? form.getAttribute(`data-say-${which}`) : "";
    if (which) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
    } else input.removeAttribute("aria-invalid");
  }

  function clear() {
    result.hidden = true;
    part("[data-unusable]").hidden = part("[data-usable]").hidden = true;
    if (download.href) URL.revokeObjectURL(download.href);
    download.removeAttribute("href");
    for (const table of Object.values(tables)) table.clear();
  }

  async function run() {
    const [file] = input.files ?? [];
    tell();
    clear();
    if (!file) return complain("no-file");
    if (file.size > Number(form.dataset.most)) return complain("too-long");
    complain();
    turn += 1;
    const mine = turn;
    atWork(true);
    stop.focus();
    let base64;
    try {
      base64 = await base64Of(file);
    } catch {
      // Moved, deleted or changed since it was chosen.
      atWork(false);
      return complain("unreadable");
    }
    try {
      if (engine.state === "ready") tell("working");
      /** @type {string[]} */
      const lines = [];
      const open = { batch: "open", calculator, name: file.name, base64 };
      for (;;) {
        const asked = lines.length ? { batch: "next" } : open;
        const chunk = /** @type {Chunk | null} */ (await engine.ask({ ...asked, lang, rows: AT_ONCE }));
        if (!chunk || mine !== turn) return;
        if (chunk.status === 2) return showUnusable(chunk.html);
        lines.push(chunk.csv);
        tables.rows.add(chunk.rows);
        tables.refused.add(chunk.refused);
        progress.value = chunk.done;
        if (chunk.summary) return showAnswers(file.name, lines, chunk.summary);
      }
    } catch (error) {
      if (mine !== turn) return;
      atWork(false);
      tell(`failed-${/** @type {any} */ (error).reason}`);
      start.focus();
    }
  }

  /** @param {string} html */
  function showUnusable(html) {
    const box = part("[data-unusable]");
    box.innerHTML = html;
    show(box);
  }

  /** @param {string} name of the file that was read @param {string[]} lines @param {string} summary */
  function showAnswers(name, lines, summary) {
    part("[data-summary]").textContent = summary;
    download.href = URL.createObjectURL(new Blob(lines, { type: "text/csv;charset=utf-8" }));
    download.download = `${name.replace(/\.[^.]*$/, "")}-${form.dataset.sayAnswers}.csv`;
    for (const table of Object.values(tables)) table.show();
    show(part("[data-usable]"));
  }

  /** @param {HTMLElement} what */
  function show(what) {
    atWork(false);
    tell();
    what.hidden = false;
    result.hidden = false;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
  }

  /** A table that is filled while the file is read and shown bit by bit. @param {string} name */
  function rowsOf(name) {
    const block = /** @type {HTMLElement} */ (part(`[data-rows=${name}]`));
    const body = /** @type {HTMLElement} */ (block.querySelector("tbody"));
    const more = /** @type {HTMLButtonElement} */ (block.querySelector("[data-more]"));
    /** @type {string[]} */
    let rows = [];
    let shown = 0;

    function showMore() {
      const next = rows.slice(shown, shown + SHOWN);
      body.insertAdjacentHTML("beforeend", next.join(""));
      shown += next.length;
      more.hidden = shown === rows.length;
      return body.children[shown - next.length];
    }
    more.addEventListener("click", () => {
      const first = /** @type {HTMLElement} */ (showMore());
      first.tabIndex = -1;
      first.focus();
    });
    return {
      /** @param {string[]} some */
      add(some) {
        rows.push(...some);
      },
      show() {
        block.hidden = !rows.length;
        showMore();
      },
      clear() {
        rows = [];
        shown = 0;
        body.replaceChildren();
        block.hidden = true;
      },
    };
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  form.addEventListener("focusin", () => engine.start());
  input.addEventListener("change", () => complain());
  stop.addEventListener("click", () => {
    turn += 1;
    clear();
    atWork(false);
    tell("stopped");
    start.focus();
  });
  download.addEventListener("click", () => tell("saved"));

  for (const type of ["dragenter", "dragover"]) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.toggleAttribute("data-over", !isAtWork);
    });
  }
  drop.addEventListener("dragleave", () => drop.removeAttribute("data-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.removeAttribute("data-over");
    const [file] = event.dataTransfer?.files ?? [];
    if (!file || isAtWork) return;
    const one = new DataTransfer();
    one.items.add(file);
    input.files = one.files;
    run();
  });
}

/** @param {File} file @returns {Promise<string>} its bytes */
function base64Of(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

for (const form of document.querySelectorAll("form[data-batch]")) setUp(/** @type {HTMLFormElement} */ (form));
