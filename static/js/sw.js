// Keeps the shell and the pages of today's work. VERSION and SHELL are put in front by the server.
// Pages belong to a person: they go when somebody signs in or out. Nothing else is ever kept.
const FILES = `files-${VERSION}`, PAGES = "pages";
const KEPT = /^\/my\/(today|crew\/\d+\/\d+\/[\d-]+\/roster)$/;
const PATIENCE = 4000, FRESH = 15 * 60000;

self.addEventListener("install", (event) => {
  // As nobody: the page without a network names no person, and no message is used up by keeping it.
  const shell = SHELL.map((path) => new Request(path, { credentials: "omit" }));
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(shell)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== FILES && name !== PAGES) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  const keep = (event.data?.keep || []).filter((path) => KEPT.test(path)).slice(0, 20);
  event.waitUntil(Promise.all(keep.map((path) => refreshed(path).catch(() => {}))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (/^\/sign-(in|out)$/.test(url.pathname)) {
    event.respondWith(changed(request));
  } else if (request.method !== "GET") {
    if (request.mode === "navigate") event.respondWith(sent(request));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(file(request, url));
  } else if (request.mode === "navigate") {
    event.respondWith(page(request, url));
  }
});

// Somebody else may come: what was kept of the person goes. Not without a network: then nobody can.
async function changed(request) {
  try {
    const answer = await fetch(request);
    await caches.delete(PAGES);
    return answer;
  } catch {
    return (await caches.match("/offline")) || Response.error();
  }
}

// A form sent before its script stood, and no network: back to the kept page, where the tap can be kept.
async function sent(request) {
  try {
    return await fetch(request);
  } catch {
    const from = new URL(request.referrer || "/", location).pathname;
    const kept = KEPT.test(from) && (await (await caches.open(PAGES)).match(from));
    return kept ? Response.redirect(from, 303) : (await caches.match("/offline")) || Response.error();
  }
}

async function refreshed(path) {
  const kept = await (await caches.open(PAGES)).match(path);
  if (!kept || Date.now() - new Date(kept.headers.get("Date")) > FRESH) await fetched(new Request(path));
}

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
  const { pathname: path, search } = new URL(request.url);
  const isPage = answer.ok && !answer.redirected && (answer.headers.get("Content-Type") || "").startsWith("text/html");
  if (isPage && !search && KEPT.test(path)) await (await caches.open(PAGES)).put(path, answer.clone());
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
