// Keys: which command a press means. Single keys work outside of fields only, and can be turned off.

const APPLE = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
const SINGLE_KEYS = "playground:single-keys";
const LABELS = { Mod: APPLE ? "⌘" : "Ctrl", Alt: APPLE ? "⌥" : "Alt", Shift: APPLE ? "⇧" : "Shift", Enter: "↵", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓" };

/** What is printed for `shortcut`: one text per key. */
export const keyLabels = (shortcut) => parts(shortcut).map((part) => LABELS[part] ?? (part.length === 1 ? part.toUpperCase() : part));

/** Let presses do what `commands` have keys for. */
export function mountKeys(commands) {
  for (const hint of document.querySelectorAll("[data-mod-enter]")) hint.textContent = keyLabels("Mod+Enter").join(" ");
  for (const hint of document.querySelectorAll("[data-mod-k]")) hint.textContent = keyLabels("Mod+k").join(" ");
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const dialog = document.querySelector("dialog[open]") !== null;
    for (const { id, keys } of commands.all()) {
      if (!keys.some((shortcut) => means(event, shortcut, dialog))) continue;
      if (event.key !== "Escape") event.preventDefault();
      commands.run(id);
      return;
    }
  });
}

/** Whether the press is that shortcut, here and now. */
function means(event, shortcut, dialog) {
  const names = parts(shortcut);
  const key = names.at(-1);
  const mod = names.includes("Mod");
  const alt = names.includes("Alt");
  if (mod !== (event.ctrlKey || event.metaKey) || alt !== event.altKey) return false;
  if (names.includes("Shift") ? !event.shiftKey : event.shiftKey && /^[a-z]$/i.test(key)) return false; // "?" needs Shift on most keyboards
  if (!same(event, key, alt)) return false;
  if (mod || alt || /^F\d+$/.test(key)) return !dialog || key === "k";
  if (dialog || typing(event.target)) return false;
  return key === "Escape" || singleKeys();
}

/** Alt changes what a key writes on some keyboards: then the key itself counts. */
const same = (event, key, alt) =>
  key.length > 1 ? event.key === key : event.key.toLowerCase() === key.toLowerCase() || (alt && event.code === `Key${key.toUpperCase()}`);

const parts = (shortcut) => (shortcut === "+" ? [shortcut] : shortcut.split("+"));

const typing = (target) => (target.closest?.("input, textarea, select, [contenteditable='true']") ?? null) !== null;

/** People who speak to their computer may not want single letters to do anything. */
export function singleKeys() {
  try {
    return localStorage.getItem(SINGLE_KEYS) !== "off";
  } catch {
    return true;
  }
}

/** Keep whether single keys work. */
export function keepSingleKeys(on) {
  try {
    localStorage.setItem(SINGLE_KEYS, on ? "on" : "off");
  } catch {
    // cannot be kept
  }
}
