/**
 * The page's side of the engine: starts the worker, watches over it, and asks it.
 *
 * @typedef {"idle" | "loading" | "ready" | "failed"} State
 * @typedef {"wasm-blocked" | "network" | "corrupt" | "crash" | "timeout" | "no-worker"} Reason
 * @typedef {{state: State, loaded: number, total: number, reason: Reason | null}} Report
 *   `loaded` and `total` in bytes; `reason` is set when the state is "failed"
 * @typedef {object} Engine
 * @property {() => void} start loads the engine; does nothing while it loads or is ready
 * @property {(request: object) => Promise<object | null>} ask starts the engine if need be, and answers with
 *   the reply, or with null when a newer request has taken this one's place. Rejects with an EngineError.
 * @property {State} state
 */

/** The engine gave no answer. `reason` says why. */
export class EngineError extends Error {
  /** @param {Reason} reason @param {string} detail for the developer, not for the reader */
  constructor(reason, detail) {
    super(`The engine gave no answer (${reason}): ${detail}`);
    this.name = "EngineError";
    this.reason = reason;
  }
}

/** How finely silence is measured: a computer that slept for an hour has been silent for one part, not all. */
const PARTS = 30;

/**
 * Starts a worker that is a module; undefined in a browser that knows no such workers. Throws where there are none.
 * @param {string | URL} url
 * @returns {Worker | undefined}
 */
export function moduleWorker(url) {
  let knowsModules = false;
  const worker = new Worker(url, {
    // A browser that never asks for the type takes our module for a plain script and calls its first line an error.
    get type() {
      knowsModules = true;
      return /** @type {const} */ ("module");
    },
  });
  if (knowsModules) return worker;
  worker.terminate();
  return undefined;
}

/**
 * Makes an engine; nothing is fetched before its first start() or ask().
 * @param {string | URL} workerUrl
 * @param {object} [options]
 * @param {(report: Report) => void} [options.onState] told of each change of state and each progress
 * @param {number} [options.startTimeout] milliseconds without a word from a loading engine before it counts as
 *   failed; slow is not silent
 * @param {number} [options.askTimeout] milliseconds for one answer before the engine is started anew
 * @param {() => object} [options.practice] a request of the kind that will come, which the engine practises unasked
 * @param {() => import("./early.js").Early | undefined} [options.early] hands over a worker of this address that was
 *   started before, if there is one
 * @param {boolean} [options.wholeAtOnce] for questions that build on one another: without it the engine is started anew
 *   at the first that calls what is rarely called, and has forgotten those before it
 * @returns {Engine}
 */
export function createEngine(
  workerUrl,
  { onState = () => {}, startTimeout = 30_000, askTimeout = 10_000, practice, early = () => undefined, wholeAtOnce = false } = {},
) {
  /** @typedef {{
   *   id: number, request: object, again: boolean, resolve: (reply: object | null) => void, reject: (error: Error) => void,
   * }} Question  `again`: it went unanswered once, and is asked for the second time */

  /** @type {State} */
  let state = "idle";
  /** @type {Worker | undefined} */
  let worker;
  /** @type {Question | undefined} sent to the worker, and not answered yet */
  let sent;
  /** @type {Question | undefined} the newest one, waiting for the worker to be ready and free */
  let waiting;
  let lastId = 0;
  let failures = 0;
  /** Whether the worker has said anything yet. */
  let heard = false;
  let loaded = 0;
  let total = 0;
  /** Whether what is rarely called is brought too. */
  let whole = wholeAtOnce;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let watch;

  /** @param {State} next @param {Reason | null} reason */
  function report(next, reason = null) {
    state = next;
    onState({ state, loaded, total, reason });
  }

  /** Calls `onSilence` once when nobody has called this again for `timeout` milliseconds of waking time.
   * @param {number} timeout @param {() => void} onSilence */
  function expectWord(timeout, onSilence) {
    clearInterval(watch);
    let parts = 0;
    watch = setInterval(() => {
      parts += 1;
      if (parts < PARTS) return;
      clearInterval(watch);
      onSilence();
    }, timeout / PARTS);
  }

  function dismissWorker() {
    clearInterval(watch);
    if (!worker) return;
    // A message may already be on its way from the old worker; nobody must take it for the new one's.
    worker.onmessage = worker.onerror = null;
    worker.terminate();
    worker = undefined;
  }

  /** @param {Reason} reason @param {string} detail */
  function fail(reason, detail) {
    dismissWorker();
    failures += 1;
    const unanswered = [sent, waiting];
    sent = waiting = undefined;
    report("failed", reason);
    for (const question of unanswered) question?.reject(new EngineError(reason, detail));
  }

  function start() {
    if (state === "loading" || state === "ready") return;
    const fresh = state === "failed";
    loaded = total = 0;
    heard = false;
    const begun = fresh ? undefined : early();
    try {
      // After a failure under another address: the cached script, or its headers, may have been the fault.
      worker = begun?.worker ?? moduleWorker(failures ? `${workerUrl}?try=${failures + 1}` : workerUrl);
    } catch (error) {
      return fail("no-worker", String(error));
    }
    if (!worker) return fail("no-worker", "workers cannot be modules here");
    worker.onmessage = ({ data }) => hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      // A worker whose script did not arrive has nothing to say about it; one that cannot be read is damaged.
      if (!event.message) return fail("network", "the worker's script did not load");
      fail(heard ? "crash" : "corrupt", event.message);
    };
    expectWord(startTimeout, () => fail("timeout", `${startTimeout} ms of silence while loading`));
    report("loading");
    if (!begun) worker.postMessage({ type: "start", fresh, whole });
    if (practice) worker.postMessage({ type: "practise", request: JSON.stringify({ id: 0, ...practice() }) });
    for (const message of begun?.heard ?? []) hear(message);
  }

  /** @param {any} message from the worker */
  function hear(message) {
    heard = true;
    if (message.type === "failed") return fail(message.reason, message.detail);
    if (message.type === "more") {
      whole = true;
      return startAnew();
    }
    if (message.type === "progress" && state === "loading") {
      ({ loaded, total } = message);
      expectWord(startTimeout, () => fail("timeout", `${startTimeout} ms of silence while loading`));
      report("loading");
    }
    if (message.type === "ready") {
      clearInterval(watch);
      report("ready");
      sendNext();
    }
    if (message.type === "reply") {
      clearInterval(watch);
      const question = sent;
      sent = undefined;
      question?.resolve(JSON.parse(message.reply));
      sendNext();
    }
  }

  function sendNext() {
    if (state !== "ready" || sent || !waiting) return;
    sent = waiting;
    waiting = undefined;
    expectWord(askTimeout, giveUpOnAnswer);
    worker?.postMessage({ type: "ask", request: JSON.stringify({ ...sent.request, id: sent.id }) });
  }

  /** The worker may have been killed, or calculates without end: a new one is asked, and given up on like this one. */
  function giveUpOnAnswer() {
    if (!sent || sent.again) return fail("timeout", `no answer in ${askTimeout} ms, for the second time`);
    sent.again = true;
    startAnew();
  }

  /** Another worker takes the place of this one, and is asked what this one was. */
  function startAnew() {
    // A newer question has taken its place if there is one; nobody waits for the old answer any more.
    waiting ??= sent;
    sent = undefined;
    dismissWorker();
    state = "idle";
    start();
  }

  /** @param {object} request */
  function ask(request) {
    return new Promise((resolve, reject) => {
      for (const older of [sent, waiting]) older?.resolve(null);
      lastId += 1;
      waiting = { id: lastId, request, again: false, resolve, reject };
      start();
      sendNext();
    });
  }

  return {
    start,
    ask,
    get state() {
      return state;
    },
  };
}
