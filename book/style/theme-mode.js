// A reader who hasn't chosen light or dark gets the system's choice. Loaded before the style sheets
// are read, so that no light page flashes up at night.
(function (root) {
  var mode = null;
  try { mode = localStorage.getItem("mode"); } catch (refused) { /* cookies are off */ }
  if (mode === "light" || mode === "dark") {
    root.dataset.theme = mode;
    return;
  }
  root.dataset.mode = "auto";
  root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
})(document.documentElement);
