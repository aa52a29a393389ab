/* The service worker: keeps the whole page, so that it opens without a network. The build fills in
   what there is. A new version is fetched whole before it takes over, and only when no page of the
   old one is open or the clerk says so: nobody is interrupted with a visitor in front of them. */
const FILES = __FILES__;
const CACHE = `glimpse-counter-${__VERSION__}`;

self.addEventListener('install', (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: 'reload' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

self.addEventListener('activate', (event) => {
  const own = (name) => name.startsWith('glimpse-counter-') && name !== CACHE;
  const tidy = async () => {
    for (const name of await caches.keys()) if (own(name)) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener('message', (event) => {
  if (event.data === 'take over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    // Every address within the page is the page; what follows "#" never comes here.
    const page = request.mode === 'navigate' && new URL(request.url).pathname === new URL('./', self.location).pathname;
    return (await cache.match(page ? './' : request, { ignoreSearch: true })) ?? fetch(request);
  };
  event.respondWith(answer());
});
