/**
 * The engine: Python in a module worker. It loads Pyodide and the calculators, then answers requests.
 *
 * To it: {type: "start", fresh?: boolean, whole?: boolean}, {type: "practise", request: string} with a request of the
 * kind that will come, and {type: "ask", request: string}.
 * From it: {type: "progress", loaded, total} in bytes, {type: "ready", dataVersion}, {type: "practised"},
 * {type: "reply", reply: string}, {type: "failed", reason, detail} and {type: "more"}: it cannot go on without the
 * functions that are rarely called, and is to be started as a whole.
 *
 * @typedef {{url: string, bytes: number, sha256?: string, integrity?: string}} Download
 *   `integrity` is for the browser, which lets no byte through before it has them all; `sha256` is checked by us
 * @typedef {object} Manifest
 * @property {string} dataVersion
 * @property {string} folder where Pyodide's own three files lie, ending in a slash
 * @property {{wasm: Download, rare: Download, stdlib: Download, app: Download}} downloads `rare` holds the functions of
 *   `wasm` that are rarely called (scripts/runtime/split_wasm.py)
 * @property {{info: object, packages: {}}} lock an empty package list, so that none is fetched
 * @typedef {"wasm-blocked" | "network" | "corrupt" | "crash"} Reason
 */

/** The build puts the manifest here. @type {Manifest} */
export const manifest = /** @type {any} */ ("__MANIFEST__");

const APP = "/app.zip";

/** The smallest WebAssembly module: its magic number and version. */
const EMPTY_WASM = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/**
 * Opens the desk of the calculators in a started Pyodide. Also used by the Node scripts of the build and
 * the tests, so that what they try is what readers get.
 * @param {any} pyodide
 * @param {Uint8Array} app the application zip
 * @returns {(request: string) => string}
 */
export function openDesk(pyodide, app) {
  pyodide.FS.writeFile(APP, app);
  pyodide.pyimport("sys").path.append(APP);
  const archive = pyodide.pyimport("zipimport").zipimporter(APP);
  const tables = archive.get_data("tables.json");
  const words = archive.get_data("words.json");
  return pyodide.pyimport("calculators.browser").open_desk(tables, words);
}

/**
 * What loadPyodide is told. Also used by the Node scripts.
 * @param {string} indexURL
 * @param {string} stdLibURL
 * @param {Manifest["lock"]} lockFileContents
 */
export function bootOptions(indexURL, stdLibURL, lockFileContents) {
  // Without packageBaseUrl Pyodide would remember a foreign host as the place of its packages.
  return { indexURL, stdLibURL, lockFileContents, packageBaseUrl: indexURL };
}

/** The smallest module that takes a function and hands it on: a table of WebAssembly takes no other. */
const DOOR = new Uint8Array([...EMPTY_WASM, 1, 4, 1, 0x60, 0, 0, 2, 5, 1, 0, 0, 0, 0, 7, 4, 1, 0, 0, 0]);

/**
 * Joins the functions that are rarely called to the others, once one of them is called. Also used by the Node scripts.
 * @param {WebAssembly.Instance} instance of the first module
 * @param {WebAssembly.Imports} imports that it was given
 * @param {() => ArrayBuffer} bytes of the second module; what this throws, the caller of the function gets
 */
export function joinRare(instance, imports, bytes) {
  const { "split:all": all, "split:rare": rare } = /** @type {Record<string, WebAssembly.Table>} */ (instance.exports);
  const bring = () => {
    /** @type {Record<string, WebAssembly.ImportValue>} */
    const shared = { ...instance.exports };
    for (let number = 0; number < all.length; number += 1) shared[`split:${number}`] = all.get(number);
    // The second module puts its functions into the table, behind the first slot.
    new WebAssembly.Instance(new WebAssembly.Module(bytes()), { ...imports, "": shared });
  };
  rare.set(0, new WebAssembly.Instance(new WebAssembly.Module(DOOR), { "": { "": bring } }).exports[""]);
}

/** @type {((request: string) => string) | undefined} */
let desk;
let failed = false;
let ready = false;
let loaded = 0;
let total = 0;

/** @param {Reason} reason @param {unknown} error */
function fail(reason, error) {
  if (failed) return;
  failed = true;
  self.postMessage({ type: "failed", reason, detail: String(error) });
}

function reportProgress() {
  self.postMessage({ type: "progress", loaded, total });
}

/** @type {Promise<void>[]} what must be known before the first answer */
const checks = [];

/** The share of a file after which the next one is asked for, so that nothing stands still meanwhile. */
const NEARLY = 0.9;
/** A file that answers so soon (milliseconds) lies in the browser's cache, or near enough: no order is needed. */
const AT_ONCE = 20;

/**
 * Counts the bytes of a file on their way, and checks that they are the right ones.
 * @param {ReadableStream<Uint8Array>} stream
 * @param {Download} file
 * @param {() => void} nearly called when most of it is here
 */
async function check(stream, file, nearly) {
  const reader = stream.getReader();
  /** @type {BlobPart[]} */
  const kept = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    loaded += value.length;
    if (bytes >= NEARLY * file.bytes) nearly();
    if (file.sha256) kept.push(/** @type {BlobPart} */ (value));
    reportProgress();
  }
  if (bytes !== file.bytes) return fail("corrupt", `${file.url} has ${bytes} bytes, not ${file.bytes}`);
  // Browsers have no checksums on a site without https.
  if (!file.sha256 || !self.crypto.subtle) return;
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(kept).arrayBuffer());
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== file.sha256) fail("corrupt", `${file.url} has the checksum ${hex}, not ${file.sha256}`);
}

/**
 * Fetches a file past the browser's cache, which then holds the new copy. Returns whether all of it came.
 * @param {typeof fetch} fetchFile @param {string | URL} url
 */
async function refresh(fetchFile, url) {
  try {
    const response = await fetchFile(url, { cache: "reload" });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * The file as the page keeps it for use without a network (assets/js/offline.js), if it does.
 * @param {URL} url
 * @returns {Promise<Response | undefined>}
 */
async function keptCopy(url) {
  try {
    return await self.caches.match(url);
  } catch {
    return undefined;
  }
}

/**
 * Fetches one of our files and counts its bytes on the way.
 * @param {typeof fetch} fetchFile the browser's own fetch
 * @param {Download} file
 * @param {RequestCache} cache
 * @param {() => void} nearly called when most of it is here
 * @returns {Promise<Response>}
 */
async function download(fetchFile, file, cache, nearly = () => {}) {
  const url = new URL(file.url, import.meta.url);
  const options = file.integrity ? { integrity: file.integrity, cache } : { cache };
  const asked = performance.now();
  const kept = cache === "reload" ? Promise.resolve(undefined) : keptCopy(url);
  kept.then((copy) => copy && nearly());
  const response = await fetchFile(url, options).catch(async (error) => {
    const copy = file.integrity ? undefined : await kept;
    if (copy) return copy;
    // A broken connection and a wrong checksum are the same TypeError; only fetching again tells them apart.
    fail((await refresh(fetchFile, url)) ? "corrupt" : "network", error);
  });
  if (!response || !response.ok) {
    fail("network", `${url} answered ${response?.status}`);
    // Pyodide would stumble on without the file; left waiting, it is quiet until the page ends this worker.
    return new Promise(() => {});
  }
  if (performance.now() - asked < AT_ONCE) nearly();
  // The bytes are counted on a copy: a response made anew would lose the browser's cache of compiled code.
  const copy = /** @type {ReadableStream<Uint8Array>} */ (response.clone().body);
  checks.push(check(copy, file, nearly).catch((error) => fail("network", error)));
  return response;
}

/** Why a script or WebAssembly file did not load. @param {unknown} error @returns {Reason} */
function reasonOf(error) {
  if (error instanceof SyntaxError || error instanceof WebAssembly.CompileError) return "corrupt";
  return error instanceof TypeError ? "network" : "crash";
}

/**
 * Compiles the WebAssembly while it comes and while the scripts are read, and gives Pyodide what was compiled when it
 * asks. Pyodide only warns when its WebAssembly does not start, and then waits for ever.
 * @param {Promise<Response>} comes
 * @param {Promise<ArrayBuffer> | undefined} rareComes
 */
function compileAhead(comes, rareComes) {
  const compiled = WebAssembly.compileStreaming(comes);
  // Whoever instantiates it hears of a fault.
  compiled.catch(() => {});
  WebAssembly.instantiateStreaming = async (_, imports) => {
    try {
      const [module, rare] = await Promise.all([compiled, rareComes]);
      const instance = await WebAssembly.instantiate(module, imports);
      joinRare(instance, /** @type {WebAssembly.Imports} */ (imports), () => rare ?? askForMore());
      return { module, instance };
    } catch (error) {
      fail(reasonOf(error), error);
      throw error;
    }
  };
}

/**
 * Gives up this worker for one that has all functions: in the middle of a calculation none can be waited for.
 * @returns {never}
 */
function askForMore() {
  if (!failed) self.postMessage({ type: "more" });
  failed = true;
  // Pyodide would call it a fault, and ask for a report to its makers.
  console.error = () => {};
  throw new Error("A function is called that is rarely called");
}

/** A point on the way that others wait for. @returns {{promise: Promise<void>, reached: () => void}} */
function stage() {
  let reached = () => {};
  /** @type {Promise<void>} */
  const promise = new Promise((resolve) => (reached = resolve));
  return { promise, reached };
}

/** How often a request is practised: the browser makes code fast that it has seen run. */
const PRACTICE = 20;
/** Between two of them (milliseconds), a question may come in. */
const BREATH = 7;
/** A reader who has asked within so long (milliseconds) is not disturbed by it. */
const PAUSE = 150;
let lastAsked = 0;
/** What is to be practised once the desk is open. @type {string | undefined} */
let practice;

/** @param {string} request @param {number} [left] how many times more */
function practise(request, left = PRACTICE) {
  setTimeout(() => {
    if (failed) return;
    if (performance.now() - lastAsked < PAUSE) return practise(request, left);
    try {
      /** @type {Function} */ (desk)(request);
    } catch {
      return;
    }
    if (left > 1) practise(request, left - 1);
    else self.postMessage({ type: "practised" });
  }, BREATH);
}

/**
 * @param {boolean} fresh whether to go past the browser's cache, because the last try failed
 * @param {boolean} whole whether to bring the functions that are rarely called too
 */
async function start(fresh, whole) {
  try {
    new WebAssembly.Module(EMPTY_WASM);
  } catch (error) {
    return fail("wasm-blocked", error);
  }

  const { wasm, rare, stdlib, app } = manifest.downloads;
  total = wasm.bytes + stdlib.bytes + app.bytes + (whole ? rare.bytes : 0);
  const folder = new URL(manifest.folder, import.meta.url).href;
  const stdlibUrl = new URL(stdlib.url, import.meta.url).href;
  const fetchFile = self.fetch.bind(self);
  // Their names change with their contents: an old copy is as good as a new one.
  const cache = fresh ? "reload" : "force-cache";
  // In the order in which Python needs them, so that the compiling and the starting go on while the rest comes;
  // Pyodide, which asks for one after the other, is handed what is under way.
  reportProgress();
  const wasmHere = stage();
  const stdlibHere = stage();
  const wasmComes = download(fetchFile, wasm, cache, wasmHere.reached);
  const rareComes = whole ? download(fetchFile, rare, cache).then((response) => response.arrayBuffer()) : undefined;
  compileAhead(wasmComes, rareComes);
  const underWay = new Map([
    [new URL(wasm.url, import.meta.url).href, wasmComes],
    [stdlibUrl, wasmHere.promise.then(() => download(fetchFile, stdlib, cache, stdlibHere.reached))],
  ]);
  const appBytes = stdlibHere.promise
    .then(() => download(fetchFile, app, cache))
    .then((response) => response.arrayBuffer());
  self.fetch = (input, init) => underWay.get(String(input)) ?? fetchFile(input, init);

  // Reading the scripts keeps the worker busy: what the cache answers would be heard too late.
  await Promise.race([wasmHere.promise, new Promise((done) => setTimeout(done, AT_ONCE))]);
  const scripts = [`${folder}pyodide.mjs`, `${folder}pyodide.asm.mjs`];
  // After a failure they come under another address, as this script itself: an import cannot say that it wants no old
  // copy. The next visit asks by their own addresses again.
  const [here, search] = import.meta.url.split(/(?=\?)/);
  if (fresh) for (const url of [here, ...scripts]) refresh(fetchFile, url);
  let loadPyodide, createPyodideModule;
  try {
    [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all(
      scripts.map((url) => import(url + (search ?? ""))),
    );
  } catch (error) {
    return fail(reasonOf(error), error);
  }
  try {
    const pyodide = await loadPyodide({ ...bootOptions(folder, stdlibUrl, manifest.lock), createPyodideModule });
    reportProgress();
    desk = openDesk(pyodide, new Uint8Array(await appBytes));
    await Promise.all(checks);
  } catch (error) {
    return fail("crash", error);
  }
  if (failed) return;
  ready = true;
  self.postMessage({ type: "ready", dataVersion: manifest.dataVersion });
  if (practice) practise(practice);
}

/** @param {string} request */
function ask(request) {
  lastAsked = performance.now();
  try {
    const reply = /** @type {Function} */ (desk)(request);
    if (!failed) self.postMessage({ type: "reply", reply });
  } catch (error) {
    fail("crash", error);
  }
}

// Node imports this file for its functions alone.
if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope) {
  self.onmessage = ({ data }) => {
    if (data.type === "start") start(data.fresh === true, data.whole === true);
    if (data.type === "practise") {
      if (ready) practise(data.request);
      else practice = data.request;
    }
    if (data.type === "ask") ask(data.request);
  };
}
