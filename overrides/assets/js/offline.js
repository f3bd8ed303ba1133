/**
 * Makes the guide work without a network, and says so when it does.
 *
 * A service worker keeps the pages of this language, once the page is there and at rest. Another keeps the engine,
 * once a calculator has answered. Readers who save data get neither. Whatever fails here, the site works as without:
 * no service worker, private mode, storage full. Nothing that is typed is kept.
 */

import { savesData } from "./save-data.js";

/** How long a page rests before anything is fetched ahead (milliseconds). */
const REST = 5000;
/** Asked for before keeping anything (bytes): the pages of a language, and the engine beside its last version. */
const ROOM = 40_000_000;

const LANGUAGE = new URL("../../", import.meta.url);
const ROOT = new URL("../", LANGUAGE);
const ENGINE = new URL("engine/", ROOT);
/** The same name as in scripts/pages/offline.py. */
const ENGINE_CACHE = `guide-engine:${ROOT.pathname}`;

/** Whether this page came from what the browser keeps, not from the network. */
const isKept = document.documentElement.hasAttribute("data-kept");

// What the page says

/** Says that the figures are kept ones, as long as they are; in the place and the words that the page has for it. */
function tell() {
  const place = document.querySelector("[data-offline]");
  if (!(place instanceof HTMLElement)) return;
  const { offline = "", back = "" } = place.dataset;
  if (!navigator.onLine || (isKept && !isBack)) {
    if (place.textContent !== offline) place.textContent = offline;
  } else if (isKept) {
    const again = document.createElement("a");
    again.href = location.pathname + location.search;
    again.textContent = back;
    place.replaceChildren(again);
  } else {
    place.replaceChildren();
  }
}

let isBack = false;
addEventListener("offline", tell);
addEventListener("online", () => {
  isBack = true;
  tell();
});
tell();

// What is kept

/** @returns {Promise<boolean>} whether keeping is wanted and there is room for it */
async function mayKeep() {
  if (!("serviceWorker" in navigator) || !("caches" in window) || savesData()) return false;
  const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return quota - usage > ROOM;
}

/** @param {URL} folder whose service worker is asked for, or looked after @returns {Promise<boolean>} if there is one */
async function register(folder) {
  const registration = await navigator.serviceWorker.register(new URL("sw.js", folder), { updateViaCache: "none" });
  // A kept page still needs the files of its own version.
  if (!isKept) registration?.waiting?.postMessage({ type: "TAKE_OVER" });
  return Boolean(registration);
}

async function keepPages() {
  if (await mayKeep()) await register(LANGUAGE);
}

/** Puts the newest engine into its cache, from the browser's own cache where it can, and drops the oldest. */
async function keepEngine() {
  if (!(await mayKeep()) || !(await register(ROOT))) return;
  const told = await fetch(new URL("engine.json", ENGINE), { cache: "no-cache" });
  const wanted = Object.keys((await told.json()).files).map((name) => new URL(name, ENGINE).href);
  const cache = await caches.open(ENGINE_CACHE);
  try {
    for (const url of wanted) if (!(await cache.match(url))) await cache.add(url);
    for (const url of outdated((await cache.keys()).map((request) => request.url))) await cache.delete(url);
  } catch (error) {
    // Half an engine is of no use, and the room is needed.
    if (error instanceof DOMException && error.name === "QuotaExceededError") await caches.delete(ENGINE_CACHE);
    throw error;
  }
}

/**
 * Of each file its last two versions stay: a page that is still open may be older than the newest engine.
 * @param {string[]} urls the oldest first
 * @returns {string[]} those that may go
 */
function outdated(urls) {
  /** @type {Map<string, string[]>} */
  const versions = new Map();
  for (const url of urls) {
    const file = url.replace(/[-.\d]*[-.][0-9a-f]{8}(?=[./])/, "");
    versions.set(file, [...(versions.get(file) ?? []), url]);
  }
  return [...versions.values()].flatMap((same) => same.slice(0, -2));
}

// When

/** Nothing here may disturb a reader: what fails is tried again on the next page. @param {() => Promise<void>} keep */
function quietly(keep) {
  keep().catch(() => {});
}

const calculators = [...document.querySelectorAll("form[data-calculator]")];

/** @param {Element} form @returns {string | null} */
const stateOf = (form) => form.getAttribute("data-engine");

/** Keeps the pages once the reader has rested, and never while an engine is on its way. */
function keepPagesLater() {
  setTimeout(() => {
    if (calculators.some((form) => stateOf(form) === "loading")) return keepPagesLater();
    const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ then) => setTimeout(then));
    idle(() => quietly(keepPages));
  }, REST);
}

if (document.readyState === "complete") keepPagesLater();
else addEventListener("load", keepPagesLater);

// Who has used a calculator before has its cache: it follows the pages to their newest version.
if ("caches" in window) {
  quietly(async () => {
    if (await caches.has(ENGINE_CACHE)) setTimeout(() => quietly(keepEngine), REST);
  });
}

for (const form of calculators) {
  const result = form.closest(".calculator")?.querySelector("[data-result]");
  if (!result) continue;
  const answers = new MutationObserver(() => {
    if (stateOf(form) !== "ready" || !result.querySelector("[data-output]")) return;
    answers.disconnect();
    quietly(keepPages);
    quietly(keepEngine);
  });
  answers.observe(result, { childList: true });
}
