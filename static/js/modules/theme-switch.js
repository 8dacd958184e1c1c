// Light or dark by hand; the choice stays on this device and theme.js applies it on the next page.
export default function themeSwitch(button) {
  const root = document.documentElement;
  button.hidden = false;
  button.addEventListener("click", () => {
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = theme;
    try { localStorage.setItem("theme", theme); } catch { /* private window: for this page only */ }
  });
}
