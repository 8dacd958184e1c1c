// Loaded in the head, blocking and tiny: the theme must be known before the first paint.
(function () {
  var root = document.documentElement;
  var dark = window.matchMedia && matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try { return localStorage.getItem("theme"); } catch (e) { return null; }
  }
  function show() {
    root.setAttribute("data-bs-theme", chosen() || (dark && dark.matches ? "dark" : "light"));
  }
  show();
  if (dark && dark.addEventListener) dark.addEventListener("change", show);
})();
