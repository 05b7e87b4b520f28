// Light, dark, or as the system has it.

import { byId, fill, icon } from "./dom.js";

const ORDER = ["system", "light", "dark"];
const ICONS = { system: "system", light: "sun", dark: "moon" };
const LABELS = { system: "Theme: as the system has it", light: "Theme: light", dark: "Theme: dark" };

export function mountTheme() {
  const button = byId("theme-button");
  let theme = read();
  const show = () => {
    fill(button, icon(ICONS[theme]));
    button.setAttribute("aria-label", LABELS[theme]);
    button.title = LABELS[theme];
  };
  button.addEventListener("click", () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    write(theme);
    show();
  });
  show();
}

function read() {
  const chosen = document.documentElement.dataset.theme;
  return ORDER.includes(chosen) ? chosen : "system";
}

function write(theme) {
  try {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // not kept, but it holds for this page
  }
}
