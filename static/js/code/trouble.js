// What is wrong with the code, below the editor: the message, the place, and the code there.

import { byId, coded, fill, h, icon } from "../base/dom.js";
import { hintFor } from "../state/hints.js";

/** `onPlace(line, module)` when somebody wants to see the place, `onClose()` when the note goes. */
export function createTrouble({ onPlace, onClose }) {
  const note = byId("diagnostic");
  let said = "";

  function clear() {
    if (note.hidden) return;
    note.hidden = true;
    onClose();
  }

  return {
    clear,
    text: () => said,
    /** `error` is an `ApiError`; `module` is named beside the line where it is given. */
    show(error, module) {
      said = `${error.errorName ? `${error.errorName}: ` : ""}${error.message}`;
      const place = error.line === null ? null : `line ${error.line}${error.column ? `, column ${error.column}` : ""}${module ? ` of ${module}` : ""}`;
      const go = place && h("button", { type: "button", class: "button small", text: place, on: { click: () => onPlace(error.line, error.module) } });
      const close = h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "Close", on: { click: clear } }, icon("cross"));
      const frame = error.frame && h("pre", { class: "diagnostic-frame", text: error.frame });
      const hint = hintFor(error.message);
      fill(note, icon("warning"), h("span", { class: "diagnostic-text", text: said }), go, close, frame || null, hint && h("p", { class: "diagnostic-hint" }, coded(hint)));
      note.hidden = false;
    },
  };
}
