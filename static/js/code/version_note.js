// The run that is looked at went by other code than what stands in the editor: said below it as soon as the run is over. Before
// that the run's own pane offers to try the code there (edit/edit.js). Who only watches sees the run's own code.

import { byId, fill, h, icon } from "../base/dom.js";
import { FINISHED } from "../state/store.js";
import { fromVersion, sameCode } from "./files.js";

/** A part of the page. */
export function mountVersionNote(page) {
  const note = byId("version-note");
  const { source } = page;
  let before = {};
  let shown = null;

  function update({ state, run, live }) {
    const code = state.selected === null ? null : (state.codes[state.selected] ?? null);
    const files = source.files();
    const over = run !== undefined && (live === undefined || FINISHED.has(live.status));
    if (before.code === code && before.files === files && before.id === state.selected && before.over === over) return;
    before = { code, files, id: state.selected, over };
    if (!page.can.edit) return page.writing || follow(code);
    const other = over && code !== null && !sameCode(fromVersion(code), files);
    const number = state.log.order.indexOf(state.selected) + 1;
    const key = other ? `${number} ${code.version}` : null;
    if (key === shown) return;
    shown = key;
    note.hidden = !other;
    if (other) draw(number, code.version);
  }

  function draw(number, version) {
    const open = (mode) => page.openVersions({ version, against: mode === "diff" ? "editor" : "nothing" });
    const link = (label, mode) => h("button", { type: "button", class: "button ghost small", text: label, on: { click: () => open(mode) } });
    const text = h("span", { class: "code-note-text" }, h("strong", { text: `Run ${number}` }), " used an older version of this code.");
    fill(note, icon("versions"), text, h("span", { class: "code-note-actions" }, link("View it", "view"), link("Compare", "diff")));
  }

  function follow(code) {
    if (code !== null) source.setFiles(fromVersion(code), { quiet: true });
  }

  return { update };
}
