// The gallery's command and button. It is loaded when it is first opened.

import { byId } from "../base/dom.js";
import { toast } from "../base/toasts.js";
import { restoreNote } from "./note.js";

/** A part of the page. */
export function mountGallery(page) {
  if (!page.can.edit) return;
  page.commands.add({ id: "examples", title: "Examples", group: "Code", words: ["gallery", "lessons", "open"], keys: ["g"], run: open });
  byId("examples-button").addEventListener("click", open);
  restoreNote();

  async function open() {
    try {
      const [{ openGallery }, { openExample }] = await Promise.all([import("./gallery.js"), import("./opening.js")]);
      openGallery((id) => void openExample(page, id));
    } catch {
      toast("The gallery could not be loaded. Try again when the server is back.", { kind: "bad" });
    }
  }
}
