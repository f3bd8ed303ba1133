/**
 * Starts the engine while the page is still being read, when the address carries a case: who opens one waits for the
 * answer alone, and the page's own script runs only once all of the page is there. Stands in the head.
 *
 * @typedef {{worker: Worker, heard: any[]}} Early a started worker, and what it has said so far
 */

import { moduleWorker } from "./engine.js";

/** The fragment of a link to a case: the name of a calculator, and its inputs. */
const CASE = /^#[a-z_]+\?./;

/** @type {Early | undefined} */
let early;

function dismiss() {
  early?.worker.terminate();
  early = undefined;
}

/** @param {string} url of the engine's worker */
function begin(url) {
  try {
    const worker = moduleWorker(url);
    if (!worker) return;
    early = { worker, heard: [] };
    const { heard } = early;
    worker.onmessage = ({ data }) => {
      heard.push(data);
      // The page starts one of its own then, and says what is the matter with it.
      if (data.type === "failed") dismiss();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      dismiss();
    };
    worker.postMessage({ type: "start", fresh: false });
    // The case may be of no calculator that is here.
    addEventListener("load", dismiss);
  } catch {
    early = undefined;
  }
}

/** Hands over the worker that was started early, once; undefined when there is none. @returns {Early | undefined} */
export function takeEarly() {
  const taken = early;
  early = undefined;
  return taken;
}

const { engine } = /** @type {HTMLElement | null} */ (document.querySelector("script[data-engine]"))?.dataset ?? {};
if (engine && CASE.test(location.hash)) begin(engine);
