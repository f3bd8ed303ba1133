/** In place of a service worker, where the site is built without: takes away the one that an earlier visit left. */

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  const leave = async () => {
    const { scope } = self.registration;
    const { pathname } = new URL(scope);
    await caches.delete(`guide-precache-v2-${scope}`);
    await caches.delete(`guide-engine:${pathname}`);
    await self.registration.unregister();
  };
  event.waitUntil(leave());
});
