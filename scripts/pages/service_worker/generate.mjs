/**
 * Writes the service workers with Workbox. Reads a task as JSON from its input, for scripts/pages/offline.py, and
 * writes the warnings of Workbox as JSON.
 *
 * @typedef {{url: string, revision: string | null, integrity: string}} Entry an address relative to the worker's
 * @typedef {{workers: {path: string, entries: Entry[]}[], prefix: string, engineCache: string}} Task
 *   `prefix`: what the names of our caches begin with
 */

import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";

import { generateSW } from "workbox-build";

/** Stands for the list of files until they are written. */
const PLACE = "FILES";
/** Slower than this (seconds), and a page that is kept is better than one that may never come. */
const PATIENCE = 5;
/** The oldest with module workers, which the calculators need. */
const BROWSERS = ["chrome 80", "firefox 114", "safari 15"];

// The functions in the routes go into the worker as text: beside what first.js holds they can use nothing from outside.

/** Pages: from the network, which has the newest; when it fails or dawdles, as they were kept. */
const pages = {
  urlPattern: ({ request }) => request.mode === "navigate",
  handler: "NetworkFirst",
  options: {
    networkTimeoutSeconds: PATIENCE,
    plugins: [
      {
        // What is kept is one whole version with all its files, never a page here and there from visits.
        cacheWillUpdate: async () => null,
        cachedResponseWillBeUsed: async ({ request }) => keptPage(request),
        handlerWillRespond: async ({ request, response }) =>
          response.status < 500 ? response : ((await keptPage(request)) ?? response),
      },
    ],
  },
};

/** Files of the engine, from the cache that the page fills (overrides/assets/js/offline.js). */
const engine = (/** @type {string} */ cacheName) => [
  {
    // After a failure the engine asks past all caches: what is kept may be the fault, and is then replaced.
    urlPattern: ({ url, request }) =>
      /\/engine\/.*[.-][0-9a-f]{8}[./]/.test(url.pathname) && (url.search !== "" || request.cache === "reload"),
    handler: "NetworkFirst",
    options: {
      cacheName,
      plugins: [
        {
          cacheKeyWillBeUsed: async ({ request }) => request.url.split("?")[0],
          cacheWillUpdate: async ({ request, response }) =>
            response.status === 200 && (await caches.match(request.url.split("?")[0])) ? response : null,
        },
      ],
    },
  },
  {
    // Not the WebAssembly: the browser keeps compiled code beside its own copy, not beside ours. The engine's worker
    // takes ours itself when there is no other.
    urlPattern: /\/engine\/.*[.-][0-9a-f]{8}[./](?!pyodide\.asm\.wasm$)/,
    handler: "CacheFirst",
    options: { cacheName, plugins: [{ cacheWillUpdate: async () => null }] },
  },
];

const task = /** @type {Task} */ (JSON.parse(await text(process.stdin)));
const [{ path: sample }] = task.workers;
const { warnings } = await generateSW({
  swDest: sample,
  globDirectory: dirname(sample),
  globPatterns: [],
  additionalManifestEntries: [{ url: PLACE, revision: null }],
  // Else a kept page would be answered before the network was asked.
  directoryIndex: null,
  // The search asks a second time under another name (overrides/assets/js/search.js).
  ignoreURLParametersMatching: [/^again$/],
  runtimeCaching: [pages, ...engine(task.engineCache)],
  navigationPreload: true,
  // The first version is there for the open page at once; a new one waits (first.js says for what).
  clientsClaim: true,
  skipWaiting: false,
  cacheId: task.prefix,
  // It would take the caches of both languages, whose names begin like the root's, for old ones of the root.
  cleanupOutdatedCaches: false,
  inlineWorkboxRuntime: true,
  sourcemap: false,
  mode: "production",
  babelPresetEnvTargets: BROWSERS,
});
const first = readFileSync(new URL("first.js", import.meta.url), "utf-8");
// The workers differ by their files alone, and bundling one takes seconds.
const [before, after, ...more] = readFileSync(sample, "utf-8").split(`[{url:"${PLACE}",revision:null}]`);
if (after === undefined || more.length) throw new Error("The list of files has no place in what Workbox wrote");
for (const { path, entries } of task.workers) {
  writeFileSync(path, first + before + JSON.stringify(entries) + after);
}
process.stdout.write(JSON.stringify({ warnings }));
