// Keeps the shell and the pages of today's work. VERSION and SHELL are put in front by the server.
// Pages belong to a person: they go when somebody signs in or out. Nothing else is ever kept.
const FILES = `files-${VERSION}`, PAGES = "pages";
const KEPT = /^\/my\/(today|crew\/\d+\/\d+\/[\d-]+\/roster)$/;
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== FILES && name !== PAGES) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  const keep = (event.data?.keep || []).filter((path) => KEPT.test(path)).slice(0, 20);
  event.waitUntil(Promise.all(keep.map((path) => fetched(new Request(path)).catch(() => {}))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (/^\/sign-(in|out)$/.test(url.pathname)) {
    // Somebody else may come: what was kept of the person goes first.
    event.respondWith(caches.delete(PAGES).then(() => fetch(request)));
  } else if (request.method !== "GET") {
    return;
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(file(request, url));
  } else if (request.mode === "navigate") {
    event.respondWith(page(request, url));
  }
});

async function file(request, url) {
  const kept = await caches.match(request);
  // An address with a version never changes its file; one without is asked for first.
  if (kept && url.searchParams.has("v")) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function fetched(request) {
  const answer = await fetch(request);
  const path = new URL(request.url).pathname;
  const isPage = answer.ok && !answer.redirected && (answer.headers.get("Content-Type") || "").startsWith("text/html");
  if (isPage && KEPT.test(path)) await (await caches.open(PAGES)).put(path, answer.clone());
  return answer;
}

async function page(request, url) {
  const kept = KEPT.test(url.pathname) ? await (await caches.open(PAGES)).match(url.pathname) : undefined;
  try {
    if (!kept) return await fetched(request);
    const late = new Promise((_, failed) => setTimeout(() => failed(new Error("late")), PATIENCE));
    return await Promise.race([fetched(request), late]);
  } catch {
    return kept || (await caches.match("/offline")) || Response.error();
  }
}
