// A form whose taps go through the queue, with a network or without. It is a plain form all the same.
import { keep, newName } from "./queue.js";
import { lines, place, say, sayNext, settle, show } from "./offline.js";

const HOURS = /^\d{1,2}([.,]\d{1,2})?$/;

// What the person changed on a roster, as the server reads it; null where a figure is not one.
function changed(form) {
  const { posting_id, date, people } = JSON.parse(form.dataset.roster);
  const found = [];
  for (const [day, worker_id] of Object.entries(people)) {
    const typed = (name) => (form.elements[`${name}-${day}`]?.value || "").trim();
    const [wasState, wasHours, wasPieces] = typed("was").split("|");
    const state = typed("state"), hours = typed("hours"), pieces = typed("pieces");
    const add = (kind, value = null) => found.push({ kind, value, worker_id, posting_id, date, how: "roster" });
    if (state === "absent") {
      if (wasState !== "absent") add("absent");
      continue;
    }
    if (state === "present" && wasState !== "present") add("present");
    if (hours && hours !== wasHours) {
      const minutes = Math.round(Number(hours.replace(",", ".")) * 60);
      if (!HOURS.test(hours) || minutes < 1 || minutes > 1440) return null;
      add("minutes", minutes);
    }
    if (pieces !== wasPieces && form.elements[`pieces-${day}`]) {
      if (!/^\d{0,7}$/.test(pieces) || Number(pieces) > 1000000) return null;
      add("pieces", Number(pieces || 0));
    }
  }
  return found;
}

function where() {
  if (!document.querySelector("#with-place")?.checked || !navigator.geolocation) return {};
  return new Promise((done) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lat: coords.latitude, lon: coords.longitude }),
      () => done({}),
      { timeout: 3000, maximumAge: 60000 },
    );
  });
}

export default function taps(form) {
  form.addEventListener("submit", async (event) => {
    const items = form.dataset.items ? JSON.parse(form.dataset.items) : changed(form);
    // What is not a figure: the server says beside it what is wrong.
    if (!items) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    const here = place(), at = Date.now(), point = await where();
    const named = items.map((item, n) => ({ uid: newName(), at: at + n, owner: here.owner, how: "tap", ...point, ...item }));
    try {
      await keep(named);
    } catch {
      // The phone keeps nothing (full, or private browsing): send the form itself.
      form.removeAttribute("data-module");
      form.submit();
      return;
    }
    await show(here);
    const { sent } = await settle(here);
    const mine = named.map((tap) => sent.get(tap.uid)).filter(Boolean);
    const done = mine.filter((one) => one.answer !== "refused").length;
    const said = [...(done ? [[form.dataset.said.replace("{n}", done), "success"]] : []), ...lines(mine)];
    // What had waited from before went with it.
    if (sent.size > mine.length) said.push([here.words.sentAll.replace("{n}", sent.size), "success"]);
    form.removeAttribute("aria-busy");
    if (mine.length === named.length) {
      sayNext(said);
      location.reload();
      return;
    }
    say(here.words.keptAll.replace("{n}", named.length), "info");
    if (form.dataset.items) for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
  form.dataset.ready = "";
}
