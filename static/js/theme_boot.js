// Runs before the first paint, so that a chosen theme does not flash in late. The rest is theme.js.
(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // storage may be closed to us: the system's theme it is
  }
})();
