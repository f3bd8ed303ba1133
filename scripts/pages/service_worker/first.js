/** Stands first in each service worker; the rest is made by Workbox (generate.mjs). */

// With Save-Data nothing is fetched ahead: the new version is refused, and the one that is here goes on.
if (["parsed", "installing"].includes(self.serviceWorker?.state) && navigator.connection?.saveData) {
  throw new Error("The reader saves data");
}

/** The name of the cache where Workbox puts what this version keeps. */
const keptFiles = () => `guide-precache-v2-${self.registration.scope}`;

// Files whose names change with their contents need no service worker to be woken for them, in browsers that take such
// rules: those of the pages come from where this version has put them, those of the engine from the network or from the
// kept ones, whichever is sooner there. The WebAssembly is not among the kept (generate.mjs), and what the engine's own
// worker fetches is reached by no rule yet.
self.addEventListener("install", (/** @type {any} */ event) => {
  const root = new URL(self.registration.scope).pathname.replace(/(nb|en)\/$/, "");
  const kept = { cacheName: keptFiles() };
  const rules = [
    ...["*/assets/*", "design-*", "search-*"].map((path) => ({ condition: { urlPattern: root + path }, source: kept })),
    { condition: { urlPattern: `${root}engine/*` }, source: "race-network-and-fetch-handler" },
  ];
  // Without them all is as slow as it was, and as right.
  event.waitUntil(Promise.resolve(event.addRoutes?.(rules)).catch(() => {}));
});

// A new version waits until no page needs the files of the old one any more: until all are closed, or until the only
// one that is open says that it came from the network after the new version did.
self.addEventListener("message", async ({ data, source }) => {
  if (data?.type !== "TAKE_OVER") return;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const ours = pages.filter(({ url }) => url.startsWith(self.registration.scope));
  if (ours.every(({ id }) => id === source.id)) await self.skipWaiting();
});

/**
 * A page as it was kept, marked so that it can say so; for one that was not, a page that says what to do.
 * @param {Request} request
 * @returns {Promise<Response | undefined>}
 */
async function keptPage(request) {
  const { scope } = self.registration;
  const { origin, pathname } = new URL(request.url);
  const page = pathname.endsWith(".html") ? pathname : `${pathname.replace(/\/$/, "")}/index.html`;
  const cache = await caches.open(keptFiles());
  for (const url of [origin + page, `${scope}404.html`, `${scope}offline.html`]) {
    const kept = await cache.match(url, { ignoreSearch: true });
    if (!kept) continue;
    const headers = new Headers(kept.headers);
    for (const ofTheTransfer of ["Content-Encoding", "Content-Length"]) headers.delete(ofTheTransfer);
    const html = (await kept.text()).replace("<html", "<html data-kept");
    return new Response(html, { status: url === origin + page ? 200 : 404, headers });
  }
  return undefined;
}

