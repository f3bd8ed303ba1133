/**
 * A calculator on the page: carries what the reader types to the engine, and the ready-made answer back.
 * All sentences and figures come from Python or stand in the page already; nothing is formatted here.
 *
 * @typedef {{field: string, code: string, text: string}} Fault
 * @typedef {object} Reply
 * @property {0 | 2 | 3} status answered, invalid input, not published
 * @property {{errors?: Fault[], inputs?: Record<string, string | null>}} result
 * @property {string} headline the sentence that says the answer
 * @property {string} html the answer, ready for the page
 * @property {Record<string, string>} typed the inputs as a person types them in the page's language
 * @property {Record<string, string>} keep the inputs by which the case can be kept, to be compared with another
 * @property {string} link the part of an address, from its # on, that opens the same case
 * @property {import("./take-along.js").Taken | null} take what the reader can take along; null without an answer
 */

import { createBeside } from "./beside.js";
import { takeEarly } from "./early.js";
import { createEngine } from "./engine.js";
import { createPeek } from "./peek.js";
import { createPlace } from "./place.js";
import { savesData } from "./save-data.js";
import { createTakeAlong } from "./take-along.js";

/** A screen reader hears the answer once typing has paused this long (milliseconds). */
const QUIET = 900;
/** The answer to what was typed before is taken away if the new one is not there after this long (milliseconds). */
const LATE = 500;
/** Nobody presses a button for longer than this (milliseconds), and a browser may not tell of every release. */
const PRESS = 1000;
/** Who scrolls past the form does not stop at it for so long (milliseconds). */
const GLANCE = 400;

/**
 * Calls `then` at each sign that a reader wants to use a form: the pointer near it, the focus in it, or, after scrolling,
 * the form in sight for more than a glance.
 * @param {HTMLElement} section that the form stands in @param {HTMLFormElement} form @param {() => unknown} then
 */
function onInterest(section, form, then) {
  for (const event of ["pointerenter", "pointerdown", "focusin"]) section.addEventListener(event, then);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let glance;
  const watch = new IntersectionObserver((entries) => {
    clearTimeout(glance);
    if (!entries.at(-1)?.isIntersecting) return;
    glance = setTimeout(() => {
      watch.disconnect();
      then();
    }, GLANCE);
  });
  addEventListener("scroll", () => watch.observe(form), { once: true, passive: true });
}

/**
 * Tells when nothing in a form is being pressed. Leaving a field works it out anew, and what is said of it then may move
 * the button that is pressed, so that it is let go beside it and does nothing.
 * @param {HTMLFormElement} form
 * @returns {() => Promise<void>}
 */
function onRelease(form) {
  let released = Promise.resolve();
  form.addEventListener("pointerdown", ({ target }) => {
    // The list of a select is open until something is chosen in it, however long.
    if (target instanceof HTMLSelectElement) return;
    released = new Promise((done) => {
      const over = new AbortController();
      const end = () => {
        over.abort();
        // The click comes first.
        setTimeout(done);
      };
      for (const event of ["pointerup", "pointercancel"]) addEventListener(event, end, { signal: over.signal });
      setTimeout(end, PRESS);
    });
  });
  return () => released;
}

/** @param {HTMLFormElement} form */
function setUp(form) {
  const { calculator = "", lang = "nb", worker = "", base = "../" } = form.dataset;
  const section = /** @type {HTMLElement} */ (form.closest(".calculator"));
  const result = /** @type {HTMLElement} */ (section.querySelector("[data-result]"));
  const announce = /** @type {HTMLElement} */ (section.querySelector("[data-announce]"));
  const summary = /** @type {HTMLElement} */ (form.querySelector("[data-errors]"));
  const status = /** @type {HTMLElement} */ (form.querySelector("[data-engine-status]"));
  const progress = /** @type {HTMLProgressElement} */ (form.querySelector("progress"));
  const example = result.innerHTML;
  const released = onRelease(form);
  const takeAlong = createTakeAlong(section);
  const peek = createPeek(section);
  const place = createPlace(result);
  const beside = createBeside(form, result, { ask: work, fill: refill });
  /** Where a link to the answer leads: this page, or the guide's own when this one is embedded. */
  const page = form.dataset.page ? new URL(form.dataset.page, location.href).href : location.href.split("#", 1)[0];

  /** Fields the reader has left or sent in: only these are told what is wrong with them. @type {Set<string>} */
  const visited = new Set();
  /** Fields the reader has changed; the others still hold the example. @type {Set<string>} */
  const touched = new Set();
  /** The link to the answer on the page; "" before there is one. */
  let link = "";
  /** @type {{canonical: Record<string, string>, carried: Record<string, string | null>, fragment: string} | undefined}
   * the case of a link, and what the link says of its answer, until the reader changes something; without a `fragment`
   * it came from no link, but was kept on this page */
  let linked;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let quiet;
  /** Counts the questions; an answer to any but the last is no longer wanted. */
  let turn = 0;

  const engine = createEngine(worker, {
    practice: () => ({ calculator, lang, base, typed: typed(), ...taking() }),
    early: takeEarly,
    onState({ state, loaded, total, reason }) {
      form.dataset.engine = state;
      const say = state === "failed" ? form.getAttribute(`data-say-failed-${reason}`) : form.getAttribute(`data-say-${state}`);
      if (status.textContent !== (say ?? "")) status.textContent = say ?? "";
      progress.hidden = state !== "loading";
      // The example was worked out for the day of the build; the form asks about the reader's, unless the reader asks.
      if (state === "ready" && !turn && form.querySelector("[data-now]")) work();
      if (total) {
        progress.max = total;
        progress.value = loaded;
      }
    },
  });

  /** @returns {Record<string, string>} what stands in the fields */
  function typed() {
    /** @type {Record<string, string>} */
    const values = {};
    for (const [name, value] of new FormData(form)) values[name] = String(value);
    return values;
  }

  /** What the reader can take along is made for. */
  const taking = () => ({ page, today: now().slice(0, 10), write_to: takeAlong.writeTo });

  /** @param {{complain?: boolean}} [options] complain: show every fault, and put focus on the summary */
  async function work({ complain = false } = {}) {
    const untouched = [...new Set(Object.keys(typed()))].filter((name) => !touched.has(name));
    const { canonical, carried, fragment } = linked ?? {};
    const given = canonical ? { canonical, carried, ...(fragment ? {} : { untouched }) } : { typed: typed(), untouched };
    turn += 1;
    const mine = turn;
    if (engine.state !== "ready") forget(form.dataset.sayWaiting);
    const late = setTimeout(() => mine === turn && forget(form.dataset.sayWaiting), LATE);
    try {
      const reply = /** @type {Reply | null} */ (await engine.ask({ calculator, lang, base, beside: beside.kept, ...given, ...taking() }));
      await released();
      if (!reply || mine !== turn) return;
      show(reply, complain || linked !== undefined);
      // Whoever pressed the button is taken to the answer, which may lie below the edge of a small screen.
      if (complain && !reply.result.errors) {
        const heading = result.querySelector("h3");
        heading?.focus({ preventScroll: true });
        heading?.scrollIntoView({ block: "start" });
      }
    } catch {
      // The engine has said what is the matter in its status line; what was typed stays.
      if (mine === turn) forget();
    } finally {
      clearTimeout(late);
    }
  }

  /** @param {Reply} reply @param {boolean} complain */
  function show(reply, complain) {
    const faults = reply.result.errors ?? [];
    place.put(reply.html);
    beside.show(reply.keep);
    peek.show();
    link = reply.link;
    if (reply.take) takeAlong.offer(reply.take);
    else takeAlong.withdraw();
    showFaults(faults, complain);
    if (!faults.length) group(reply.typed);
    clearTimeout(quiet);
    quiet = setTimeout(() => (announce.textContent = reply.headline), QUIET);
  }

  /** No number may stand on the page that is not the answer to what the fields say. @param {string} [say] */
  function forget(say = "") {
    link = "";
    takeAlong.withdraw();
    const waiting = document.createElement("p");
    waiting.className = "calculator__none";
    waiting.textContent = say;
    place.leave();
    result.replaceChildren(...(say ? [waiting] : []));
    peek.hide();
  }

  /** @param {Fault[]} faults @param {boolean} complain */
  function showFaults(faults, complain) {
    const told = faults.filter(({ field }) => complain || visited.has(field));
    for (const message of form.querySelectorAll('[data-field="validation"]')) {
      if (!(message instanceof HTMLElement)) continue;
      const name = message.id.slice(calculator.length + 1, -"-fault".length);
      const fault = told.find(({ field }) => field === name);
      message.hidden = !fault;
      message.textContent = fault?.text ?? "";
      for (const control of controls(name)) {
        if (fault) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
      }
    }
    const list = /** @type {HTMLElement} */ (summary.querySelector("ul"));
    list.replaceChildren(...told.map(({ field, text }) => item(field, text)));
    if (!told.length) summary.hidden = true;
    if (told.length && complain) {
      summary.hidden = false;
      summary.tabIndex = -1;
      summary.focus();
      for (const { field } of told) for (const control of controls(field)) unfold(control);
    }
  }

  /** A fault in a folded part must be seen. @param {HTMLElement} control */
  function unfold(control) {
    const details = control.closest("details");
    if (details) details.open = true;
  }

  /** @param {string} field @param {string} text */
  function item(field, text) {
    const li = document.createElement("li");
    const link = document.createElement("a");
    const [control] = controls(field);
    link.textContent = text;
    if (control) {
      link.href = `#${control.id}`;
      // A browser gives focus to the goal of a link in its own time, and not at all if the page scrolls meanwhile.
      link.addEventListener("click", (event) => {
        event.preventDefault();
        unfold(control);
        control.focus({ preventScroll: true });
        // With its question above it.
        (control.closest(".ds-fieldset") ?? control.closest("ds-field"))?.scrollIntoView({ block: "nearest" });
      });
    }
    li.append(link);
    return li;
  }

  /** @param {string} name @returns {HTMLElement[]} the field's controls: several for a choice */
  function controls(name) {
    return [...form.elements].filter(
      (control) => control instanceof HTMLElement && control.getAttribute("name") === name,
    ).map((control) => /** @type {HTMLElement} */ (control));
  }

  /** Writes each number the way the reader's language does, except where the reader is writing.
   * @param {Record<string, string>} texts */
  function group(texts) {
    for (const [name, text] of Object.entries(texts)) {
      for (const control of controls(name)) {
        if (control === document.activeElement && !linked) continue;
        if (control instanceof HTMLInputElement && control.type === "text") control.value = text;
      }
    }
  }

  /** Puts a link's inputs into the fields. @param {URLSearchParams} inputs @param {string} fragment the link */
  function fill(inputs, fragment) {
    /** @type {Record<string, string>} */
    const values = {};
    for (const [name, value] of inputs) if (controls(name).length) values[name] = value;
    if (!Object.keys(values).length) return;
    beside.open(inputs, (name) => controls(name).length > 0);
    for (const details of form.querySelectorAll("details")) details.open = true;
    for (const name of Object.keys(values)) touched.add(name);
    const carried = { answer: inputs.get("answer"), data: inputs.get("data"), "a.answer": inputs.get("a.answer") };
    put({ canonical: values, carried, fragment });
  }

  /** Puts another case of this page into the fields; those that it left open are emptied.
   * @param {Record<string, string>} inputs */
  function refill(inputs) {
    const open = Object.fromEntries([...form.elements].map((control) => [control.getAttribute("name") ?? "", ""]));
    delete open[""];
    put({ canonical: { ...open, ...inputs }, carried: {}, fragment: "" });
  }

  /** @param {NonNullable<typeof linked>} given */
  function put(given) {
    for (const [name, value] of Object.entries(given.canonical)) {
      for (const control of controls(name)) {
        if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) control.checked = control.value === value;
        else if (control instanceof HTMLInputElement) control.value = value;
        else if (control instanceof HTMLSelectElement) choose(control, value);
      }
    }
    linked = given;
    work();
  }

  /** @param {HTMLSelectElement} select @param {string} value which may be missing among the options */
  function choose(select, value) {
    if (![...select.options].some((option) => option.value === value)) select.add(new Option(value, value));
    select.value = value;
  }

  /** @param {Event} event a change in one field */
  function touch(event) {
    const name = event.target instanceof HTMLElement ? event.target.getAttribute("name") : null;
    if (name) touched.add(name);
  }

  /** The reader's own date and time, as 2026-11-22T10:30 and more. */
  function now() {
    const here = new Date();
    return new Date(here.getTime() - here.getTimezoneOffset() * 60_000).toISOString();
  }

  /** Questions about now are about the reader's now, not about the day the page was built. */
  function fillNow() {
    for (const control of form.querySelectorAll("input[data-now]")) {
      if (!(control instanceof HTMLInputElement)) continue;
      control.value = now().slice(0, control.type === "date" ? 10 : 16);
      touched.add(control.name);
    }
  }

  // After a failure only what the reader does with the form tries again: nothing is fetched for a pointer that passes.
  if (!savesData()) onInterest(section, form, () => engine.state === "idle" && engine.start());
  form.addEventListener("input", (event) => {
    touch(event);
    linked = undefined;
    work();
  });
  form.addEventListener("change", (event) => {
    touch(event);
    const name = event.target instanceof HTMLElement ? event.target.getAttribute("name") : null;
    if (name) visited.add(name);
    linked = undefined;
    work();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    work({ complain: true });
  });
  form.addEventListener("reset", () => {
    turn += 1;
    clearTimeout(quiet);
    visited.clear();
    touched.clear();
    linked = undefined;
    link = "";
    takeAlong.clear();
    beside.clear();
    place.clear();
    showFaults([], false);
    result.innerHTML = example;
    peek.hide();
    announce.textContent = "";
  });

  fillNow();
  form.addEventListener("reset", () => setTimeout(fillNow));

  return {
    calculator,
    fill,
    /** @returns {string} the fragment that opens the same case elsewhere; empty before an answer */
    fragment() {
      // A link that was opened goes on as it came: the other language must compare with its old answer too.
      return (!beside.isChanged && linked?.fragment) || link;
    },
  };
}

const forms = [...document.querySelectorAll("form[data-calculator]")].map((form) =>
  setUp(/** @type {HTMLFormElement} */ (form)),
);

/** Opens the case that the address carries after its #, which no server ever sees. */
function openLink() {
  const [name, query] = location.hash.slice(1).split("?", 2);
  const named = forms.find(({ calculator }) => calculator === name);
  if (!named || !query) return;
  named.fill(new URLSearchParams(query), location.hash);
  history.replaceState(null, "", location.pathname + location.search);
}

// The other language opens with the same case: the reader's answer survives the switch.
for (const link of document.querySelectorAll("a[data-language-switch]")) {
  link.addEventListener("click", () => {
    const fragment = forms.map((form) => form.fragment()).find(Boolean) ?? "";
    if (link instanceof HTMLAnchorElement) link.hash = fragment;
  });
}

addEventListener("hashchange", openLink);
openLink();
