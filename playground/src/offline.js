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
  const answer = async () => {
    const found = await caches.match(event.request, { ignoreVary: true });
    if (!found?.url.endsWith('/apart.html')) return found ?? fetch(event.request);
    // A frame with a `sandbox` attribute would not ask here: see runApart.ts.
    const headers = { 'content-type': 'text/html', 'content-security-policy': 'sandbox allow-scripts' };
    return new Response(found.body, { headers });
  };
  event.respondWith(answer());
});
