// Today's work and the rosters open without a network; what was tapped then is sent when there is one.
import { flush, waiting } from "./queue.js";

const SAID = "said";

export function place(root = document) {
  const { who, sync, key, words } = root.querySelector("[data-module~=offline]").dataset;
  return { owner: who, sync, key, words: JSON.parse(words) };
}

export function say(text, tone = "success") {
  const box = document.querySelector(".notices");
  const line = document.createElement("div");
  line.className = `alert alert-${tone}`;
  line.textContent = text;
  box.append(line);
}

// What the page that comes next is to say.
export function sayNext(lines) {
  try { sessionStorage.setItem(SAID, JSON.stringify(lines)); } catch { /* then not */ }
}

function sayKept() {
  try {
    for (const [text, tone] of JSON.parse(sessionStorage.getItem(SAID) || "[]")) say(text, tone);
    sessionStorage.removeItem(SAID);
  } catch { /* nothing kept */ }
}

export function lines(answers) {
  const odd = [...answers].filter((one) => one.said);
  return [...new Set(odd.map((one) => JSON.stringify([one.said, one.answer === "refused" ? "danger" : "warning"])))].map((one) => JSON.parse(one));
}

function localDay(plus = 0) {
  const now = new Date(Date.now() + plus * 86400000);
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}

// A page out of the store may be of yesterday: show what the day has come for.
function byDay() {
  const today = localDay(), yesterday = localDay(-1);
  for (const part of document.querySelectorAll("[data-day]")) {
    const { day } = part.dataset;
    part.hidden = day > today || (day < yesterday && "leaves" in part.dataset);
    const badge = part.querySelector("[data-today]");
    if (badge) badge.textContent = day === today ? badge.dataset.today : badge.dataset.before;
  }
  for (const part of document.querySelectorAll("[data-until]")) part.hidden = part.dataset.until <= today;
}

export async function show(here) {
  const left = await waiting(here.owner);
  const box = document.querySelector(".offline__state");
  box.hidden = !left.length;
  box.textContent = here.words.waiting.replace("{n}", left.length);
  for (const tap of left) {
    const state = document.getElementById(`state-${tap.worker_id}-${tap.posting_id}-${tap.date}`);
    if (!state) continue;
    state.textContent = here.words.kept;
    state.dataset.tap = tap.uid;
  }
  return left;
}

export async function settle(here) {
  const { sent, left, signIn } = await flush(here);
  for (const state of document.querySelectorAll("[data-tap]")) {
    const one = sent.get(state.dataset.tap);
    if (one) state.textContent = one.said || here.words.sent;
  }
  if (signIn && left) say(here.words.signIn, "warning");
  await show(here);
  return { sent, left };
}

export default async function offline() {
  const here = place();
  sayKept();
  if (document.querySelector("[data-built]").dataset.built !== localDay()) byDay();
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready).then((ready) => {
      const keep = [...document.querySelectorAll("a[data-keep]")].map((link) => link.getAttribute("href"));
      ready.active.postMessage({ keep: [location.pathname, ...keep] });
    }, () => { /* refused, e.g. without https: the queue works all the same */ });
  }
  await show(here);
  const again = async () => {
    const { sent } = await settle(here);
    if (sent.size) for (const [text, tone] of [[here.words.sentAll.replace("{n}", sent.size), "success"], ...lines(sent.values())]) say(text, tone);
  };
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
  await again();
}
