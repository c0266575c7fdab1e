// The service worker: keeps the page's files when it is installed, and answers with them. The build fills in their names and version.
const files = '%FILES%';
const cache = 'adamas-%VERSION%';

self.addEventListener('install', (event) => {
  const keep = async () => {
    const kept = await caches.open(cache);
    await kept.addAll(files);
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener('activate', (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name.startsWith('adamas-') && name !== cache) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(drop());
});

self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  event.respondWith(caches.match(event.request, { ignoreVary: true }).then((found) => found ?? fetch(event.request)));
});
