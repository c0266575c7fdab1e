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
  const { request } = event;
  if (request.method !== 'GET') return;
  const answer = async () => {
    const found = await caches.match(request, { ignoreVary: true });
    if (found?.url.endsWith('/apart.html')) {
      // A frame with a `sandbox` attribute does not ask here: see runApart.ts.
      const headers = { 'content-type': 'text/html', 'content-security-policy': 'sandbox allow-scripts' };
      return new Response(found.body, { headers });
    }
    if (found) return found;
    const response = await fetch(request);
    if (response.ok && /\/tfjs[^/]*$/.test(request.url))
      await (await caches.open(cache)).put(request, response.clone());
    return response;
  };
  event.respondWith(answer());
});
