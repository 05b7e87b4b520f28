// Running again with another input: the payload of a run to edit, and the code that it is to be run with.

import * as api from "../state/api.js";
import { openDialog } from "../base/dialogs.js";
import { h, icon } from "../base/dom.js";
import { jsonField } from "../code/payload.js";
import { toRun } from "../code/files.js";

/** Open the dialog for `run`; the new run comes forward. */
export function openRerun(page, run) {
  const field = h("textarea", { class: "field rerun-field", id: "rerun-payload", rows: "8", spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-describedby": "rerun-state" });
  const state = h("span", { class: "payload-state", id: "rerun-state", "aria-live": "polite" });
  field.value = run.params === undefined ? "" : JSON.stringify(run.params, null, 2);
  const payload = jsonField(field, state, { empty: "empty, sent as {}" });
  const trouble = h("p", { class: "dialog-trouble", role: "alert", hidden: true });
  const own = choice("own", "The code that this run was started with", true);
  const mine = choice("editor", "The code that stands in the editor now", false);
  const go = h("button", { type: "submit", class: "button primary" }, icon("play"), h("span", { text: "Run" }));
  const form = h(
    "form",
    { class: "rerun", on: { submit: (event) => (event.preventDefault(), void start()) } },
    h("div", { class: "rerun-head" }, h("label", { for: "rerun-payload", text: "Payload" }), state),
    field,
    h("fieldset", { class: "rerun-code" }, h("legend", { class: "visually-hidden", text: "Code" }), own, mine),
    trouble,
    h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", text: "Cancel", on: { click: () => dialog.close() } }), go),
  );
  const dialog = openDialog("Run again with another input", form);
  field.focus();
  payload.check();
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  return dialog;

  function choice(value, text, checked) {
    return h("label", { class: "check" }, h("input", { type: "radio", name: "code", value, checked }), h("span", { text }));
  }

  async function start() {
    const read = payload.read();
    if (!read.ok) return field.focus();
    go.setAttribute("aria-busy", "true");
    trouble.hidden = true;
    try {
      const code = own.firstElementChild.checked ? await codeOfRun() : page.source.files();
      const answer = await api.run({ ...toRun(code), payload: read.value });
      dialog.close();
      page.session.adopt(answer.session);
      page.sources.put(answer.runId, { modules: code.files, main: code.main, version: answer.version });
      page.select(answer.runId);
      page.show("run");
    } catch (error) {
      go.removeAttribute("aria-busy");
      trouble.textContent = `Not run: ${error.message}`;
      trouble.hidden = false;
    }
    return undefined;
  }

  async function codeOfRun() {
    await page.sources.need(run.id, run.version);
    const code = page.model.get().codes[run.id];
    if (code === null || code === undefined) throw new Error("the code of this run could not be read. Try again, or use what stands in the editor.");
    return { files: code.modules, main: code.main };
  }
}
