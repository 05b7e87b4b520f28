// Parts of the page that are loaded when they are first wanted, and do not come: the server is away, or has another page by now.

import { toast } from "../base/toasts.js";

const FAILED_IMPORT = /dynamically imported module|importing a module script failed/i; // as the browsers say it

/** A part of the page: whoever pressed a button for such a part is told, and what helps. */
export function mountMissingParts() {
  window.addEventListener("unhandledrejection", (event) => {
    if (!FAILED_IMPORT.test(event.reason?.message ?? "")) return;
    event.preventDefault();
    toast("This part of the page could not be loaded. What you have written is kept.", { kind: "bad", action: { label: "Load the page again", run: () => location.reload() } });
  });
}
