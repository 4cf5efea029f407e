// The service worker. It keeps what is public and never changes: files with a hash in
// their name, the icons, and the page that says "no signal". HTML of the portal is
// never kept, because any of it may be somebody's own.

const SHELL = "gongzhi-shell-1";
const HASHED = "gongzhi-hashed-1";
const OFFLINE = ["/offline.html", "/offline.css", "/favicon.svg", "/icons/icon-192.png"];
const HASHED_MAX = 60;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.addAll(OFFLINE))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== SHELL && name !== HASHED).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/offline.html").then((page) => page || Response.error())));
  } else if (isHashed(url.pathname)) {
    event.respondWith(fromCacheFirst(request));
  } else if (OFFLINE.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(url.pathname).then((file) => file || Response.error())));
  }
});

// "/pkg/gongzhi.3f9a01c2.css": a dot or dash, then a hash of 8 characters or more, then the ending.
function isHashed(path) {
  return path.startsWith("/pkg/") && /[.-](?=[\w-]*\d)[\w-]{8,}\.(css|js|wasm)$/.test(path);
}

async function fromCacheFirst(request) {
  const cache = await caches.open(HASHED);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") {
    await cache.put(request, answer.clone());
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, Math.max(0, keys.length - HASHED_MAX)).map((key) => cache.delete(key)));
  }
  return answer;
}
