// Starts the module that an element names in data-module. Everything works without this file.
const modules = new Set(["calendar", "drag", "filter", "menu", "offline", "place", "print", "refresh", "share", "site-map", "renew", "seen", "skills", "taps", "theme-switch", "tick-all", "undo"]);

export async function start(root = document) {
  for (const element of root.querySelectorAll("[data-module]")) {
    const name = element.dataset.module;
    if (!modules.has(name) || element.dataset.started) continue;
    element.dataset.started = "1";
    const module = await import(`./modules/${name}.js`);
    module.default(element);
  }
}

// A second tap while the first is on its way would post the form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  else form.setAttribute("aria-busy", "true");
});
// A page that comes back from the history is a fresh one.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

document.querySelector(".errors")?.focus();
start();
