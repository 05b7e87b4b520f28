// What was done last from the palette, kept in this browser.

const KEPT = "playground:recent";
const MOST = 4;

/** Ids of commands, the latest first. */
export function recentIds() {
  try {
    const ids = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** The command of that id was done now. */
export function remember(id) {
  try {
    localStorage.setItem(KEPT, JSON.stringify([id, ...recentIds().filter((each) => each !== id)].slice(0, MOST)));
  } catch {
    // not kept
  }
}
