// Answers for one thing only: a page that cannot be fetched. Then it shows the site's own page about that, at
// the address that was asked for. It keeps that page and its files, nothing that anybody wrote or may see.
// Its first line, with what to keep and the version, is written by the server (twitterclone/views.py).

const { version, page, files } = self.offline;
const NAME = `offline-${version}`;
const KEPT = new Set([page, ...files].map((path) => new URL(path, self.location).href));

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { mode, method, url } = event.request;
  // A form that failed is left to the browser, which can send it again
  if (mode === "navigate" && method === "GET") event.respondWith(visit(event));
  else if (KEPT.has(url)) event.respondWith(keep(event.request));
});

async function install() {
  const cache = await caches.open(NAME);
  await cache.addAll([...KEPT].map((url) => new Request(url, { cache: "no-cache" })));
  await self.skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) if (name.startsWith("offline-") && name !== NAME) await caches.delete(name);
  await self.registration.navigationPreload?.enable(); // a page does not wait for this worker to start
  await self.clients.claim();
}

async function visit(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await kept(page)) ?? Response.error();
  }
}

async function keep(request) {
  return (await kept(request)) ?? fetch(request);
}

async function kept(request) {
  return caches.match(request, { cacheName: NAME });
}
