// Opens the list of a day, or a till, without net: the page that it kept itself,
// and nothing else. Of a list that is the frame alone, in which nobody stands;
// what is within is sealed, and the window that sealed it opens it. It never keeps
// what it is not told to keep by that page.

const KEEP = new URL(self.registration.scope).pathname.split("/")[1]; // "desk" or "till"

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(list(event.request, url.pathname));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(part(event.request));
});

// list is the page as the house gives it now, or as it was kept, as long as its
// day is not over. Whoever may not see it any more does not keep it either.
async function list(request, path) {
  const keep = await caches.open(KEEP);
  try {
    const answer = await fetch(request);
    if (!answer.ok) await keep.delete(path);
    return answer;
  } catch (without) {
    const kept = await keep.match(path, { ignoreVary: true });
    if (!kept) throw without;
    if (Date.now() > Date.parse(kept.headers.get("X-Desk-Until"))) {
      await caches.delete(KEEP);
      throw without;
    }
    return kept;
  }
}

async function part(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  return kept || fetch(request);
}
