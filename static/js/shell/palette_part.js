// The palette's command and button. The palette itself is loaded when it is first opened.

import { byId } from "../base/dom.js";
import { toast } from "../base/toasts.js";
import { listExamples } from "../gallery/examples.js";

/** A part of the page. */
export function mountPalette(page) {
  let open = null;
  let examples = [];

  async function toggle() {
    if (open?.open) return open.close();
    if (page.can.edit) void listExamples().then((list) => (examples = list), () => {});
    try {
      const { openPalette } = await import("./palette.js");
      if (!open?.open) open = openPalette(page, lists);
    } catch {
      toast("The palette could not be loaded. Try again when the server is back.", { kind: "bad" });
    }
    return undefined;
  }

  function lists() {
    const openIt = (id) => () => void import("../gallery/opening.js").then(({ openExample }) => openExample(page, id));
    return [{ group: "Examples", items: examples.map(({ id, title, group }) => ({ id: `example.${id}`, title, note: group, icon: "gallery", run: openIt(id) })) }];
  }

  // by the time somebody asks for it it is there, and what is typed right after the keys goes into it
  (window.requestIdleCallback ?? setTimeout)(() => void import("./palette.js").catch(() => {}));
  page.commands.add({ id: "palette.open", title: "All commands", group: "Help", keys: ["Mod+k"], run: toggle });
  byId("palette-button").addEventListener("click", toggle);
}
