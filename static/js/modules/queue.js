// Taps wait here until the server has answered for each of them. IndexedDB; where it or the service
// worker is missing, localStorage. Each tap carries its owner: on a shared phone nobody sends another's.
const NAME = "jobmatch", STORE = "taps", MOST = 200;
const hasDatabase = "serviceWorker" in navigator && "indexedDB" in window;

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "uid" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function inDatabase(mode, act) {
  const database = await opened();
  try {
    return await new Promise((done, failed) => {
      const transaction = database.transaction(STORE, mode);
      const asked = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(asked && asked.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  } finally {
    database.close();
  }
}

function plain() {
  try { return JSON.parse(localStorage.getItem(STORE) || "[]"); } catch { return []; }
}

function keepPlain(taps) {
  localStorage.setItem(STORE, JSON.stringify(taps));
}

export function newName() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export async function keep(taps) {
  if (!hasDatabase) return keepPlain([...plain(), ...taps]);
  await inDatabase("readwrite", (store) => { for (const tap of taps) store.put(tap); });
}

export async function waiting(owner) {
  const all = hasDatabase ? await inDatabase("readonly", (store) => store.getAll()) : plain();
  return all.filter((tap) => tap.owner === owner).sort((a, b) => a.at - b.at);
}

async function forget(names) {
  if (!hasDatabase) return keepPlain(plain().filter((tap) => !names.has(tap.uid)));
  await inDatabase("readwrite", (store) => { for (const name of names) store.delete(name); });
}

async function patiently(url, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 20000);
  try {
    const answer = await fetch(url, { ...options, signal: stop.signal, headers: { Accept: "application/json", ...options.headers } });
    const isOurs = !answer.redirected && (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return { answer, isOurs };
  } finally {
    clearTimeout(timer);
  }
}

let running = null;

// Sends what waits. Gives {sent: answers by name, left: how many wait, signIn: whether to sign in first}.
export function flush(place) {
  running = running || send(place).finally(() => { running = null; });
  return running;
}

async function send({ owner, sync, key }) {
  const sent = new Map();
  let left = await waiting(owner);
  if (!left.length) return { sent, left: 0 };
  try {
    // A page out of the store carries a token of another day: ask for one of now.
    const asked = await patiently(key);
    if (!asked.isOurs) return { sent, left: left.length, signIn: asked.answer.ok };
    const { csrf, who } = await asked.answer.json();
    if (who !== owner) return { sent, left: left.length, signIn: true };
    while (left.length) {
      const batch = left.slice(0, MOST);
      const { answer, isOurs } = await patiently(sync, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
        body: JSON.stringify({ sent: Date.now(), items: batch.map(({ owner: _, ...tap }) => tap) }),
      });
      if (!isOurs || !answer.ok) break;
      const { answers } = await answer.json();
      for (const one of answers) sent.set(one.uid, one);
      await forget(new Set(batch.map((tap) => tap.uid)));
      left = left.slice(MOST);
    }
  } catch {
    // No network: they wait on.
  }
  return { sent, left: left.length };
}
