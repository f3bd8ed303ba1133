/** What the Node scripts of this folder share. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

/** @returns {Promise<any>} the JSON on standard input */
export async function readTask() {
  return JSON.parse(await text(process.stdin));
}

/**
 * Imports worker.js, which Node would take for a script of the old kind because of its ending.
 * @param {string} path
 */
export async function importWorker(path) {
  return import(`data:text/javascript,${encodeURIComponent(await readFile(path, "utf-8"))}`);
}

/**
 * @param {string} folder of Pyodide's files
 * @param {object} options for loadPyodide
 */
export async function loadPyodideFrom(folder, options = {}) {
  const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
  // Standard output carries answers, so what Python prints goes to standard error.
  return loadPyodide({ indexURL: folder, stdout: console.error, stderr: console.error, ...options });
}

/**
 * The same with the files of a built engine, whose WebAssembly is in two parts.
 * @param {string} engine its folder
 * @param {any} worker its worker, imported
 */
export async function loadEngineFrom(engine, { bootOptions, joinRare, manifest }) {
  const folder = join(engine, manifest.folder);
  const rare = await readFile(join(engine, manifest.downloads.rare.url));
  const instantiate = WebAssembly.instantiate;
  /** @type {any} */ (WebAssembly).instantiate = async (/** @type {BufferSource} */ wasm, /** @type {any} */ imports) => {
    const done = await instantiate(wasm, imports);
    joinRare(done.instance, imports, () => rare);
    return done;
  };
  try {
    return await loadPyodideFrom(folder, bootOptions(folder, join(engine, manifest.downloads.stdlib.url), manifest.lock));
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}
