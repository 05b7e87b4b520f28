// Runs as files: saved, opened to look at (nothing of them runs), and run on from.

import { because } from "../base/refusal.js";
import * as api from "../state/api.js";
import { byId, fill, h, icon } from "../base/dom.js";
import { moment } from "../base/format.js";
import { toast } from "../base/toasts.js";
import { DELETED, SETTLED } from "../state/store.js";
import { fileRunId, isFileRun } from "../state/file_run.js";
import { entriesOf, readFile } from "./file_format.js";
import { fromVersion } from "../code/files.js";

/** `{ update(scene) }`; adds the commands "run.save", "run.open", "run.continue", "run.close". */
export function mountRunFiles(page, slot) {
  const bar = h("section", { class: "file-run-bar", "aria-label": "A run from a file", hidden: true });
  const chooser = h("input", { type: "file", accept: ".json,application/json", class: "visually-hidden", tabindex: "-1", "aria-hidden": "true" });
  slot.append(bar, chooser);
  const opened = new Map(); // by the id under which it is shown: { name, text document }
  let scene = null;
  let drawn = null;
  const selected = () => scene?.state.selected ?? null;
  const current = () => opened.get(selected());
  chooser.addEventListener("change", () => (open(chooser.files[0]), (chooser.value = "")));
  mountDrop((file) => open(file));

  const noFile = () => (current() === undefined ? "Open the file of a run first." : null);
  page.commands.add(
    { id: "run.save", title: "Save this run as a file", group: "Run", refusal: () => unsaved(), run: save },
    { id: "run.open", title: "Open the file of a run", group: "Run", run: () => chooser.click() },
    { id: "run.continue", title: "Run on from this file", group: "Run", refusal: () => noFile() ?? (page.can.run ? null : "You are watching: only who may edit can run."), run: () => runOn() },
    { id: "run.close", title: "Close this file", group: "Run", refusal: noFile, run: close },
  );

  function unsaved() {
    if (selected() === null) return "Choose a run first.";
    if (isFileRun(selected())) return "It is a file already.";
    return page.can.edit ? null : "You are watching: only who may edit can save the run.";
  }

  function save() {
    const link = h("a", { href: api.runFileAddress(selected()), download: `run-${selected().slice(0, 8)}.json` });
    document.body.append(link);
    link.click();
    link.remove();
  }

  async function open(file) {
    if (file === undefined) return;
    const read = await readFile(file);
    if (read.trouble !== undefined) return toast(`Not opened: ${read.trouble}`, { kind: "bad" });
    const { document: run } = read;
    const id = fileRunId(run.run.id);
    if (opened.has(id)) page.model.entry({ type: DELETED, instance: id });
    opened.set(id, { name: file.name, run });
    for (const entry of entriesOf(run, id)) page.model.entry(entry);
    page.sources.put(id, { modules: run.code.modules, main: run.code.main, version: run.run.version ?? null });
    page.select(id);
    page.model.set({ loading: false });
    page.show("run");
  }

  function close() {
    const id = selected();
    const others = scene.runs.filter((run) => run.id !== id);
    opened.delete(id);
    page.select(others.at(-1)?.id ?? null);
    page.model.entry({ type: DELETED, instance: id });
    page.model.set({ newest: others.at(-1)?.id ?? null });
  }

  /** Create a run of the visitor's own that goes on from the file, from `step` or from where the file ends. */
  async function runOn(step = null) {
    const { run } = current();
    const session = page.session.id();
    try {
      const answer = await api.runFromFile({ file: run, ...(step === null ? {} : { from: step }), ...(session === null ? {} : { session }) });
      page.session.adopt(answer.session);
      page.sources.put(answer.id, { ...run.code, version: answer.version });
      page.select(answer.id);
      toast("It runs on from the file, as a run of yours.", { kind: "good" });
    } catch (error) {
      toast(because("Not run", error), { kind: "bad" });
    }
  }

  function draw() {
    const { name, run } = current();
    const steps = scene.run?.steps.filter(({ kind }) => kind !== "rollback") ?? [];
    const end = scene.run !== undefined && steps.every(({ state }) => SETTLED.has(state)) ? "where it ended" : "where it is";
    const where = h(
      "select",
      { class: "field small", "aria-label": "Run on from" },
      h("option", { value: "", text: end }),
      steps.map((step) => h("option", { value: step.key, text: `“${step.name}”${step.count > 1 ? ` ×${step.count}` : ""}`, selected: step.key === scene.step })),
    );
    fill(
      bar,
      icon("file"),
      h("span", { class: "file-run-text" }, h("strong", { text: name }), h("span", { text: `saved ${moment(run.exported ?? run.run.created)}. It is only looked at: nothing of it runs.` })),
      h(
        "div",
        { class: "file-run-actions" },
        page.can.run && h("span", { class: "file-run-on" }, h("label", {}, h("span", { text: "Run on from " }), where), h("button", { type: "button", class: "button small primary", text: "Run on", on: { click: () => runOn(where.value === "" ? null : where.value) } })),
        page.can.edit && h("button", { type: "button", class: "button small", text: "Edit its code", on: { click: () => edit(run) } }),
        h("button", { type: "button", class: "button small ghost", text: "Close", on: { click: close } }),
      ),
    );
  }

  function edit(run) {
    const before = page.source.files();
    page.write(fromVersion({ modules: run.code.modules, main: run.code.main }));
    page.show("code");
    toast("The file's code is in the editor.", { action: { label: "Undo", run: () => page.write(before) } });
  }

  return {
    update(next) {
      scene = next;
      const now = current();
      bar.hidden = now === undefined;
      const key = now === undefined ? null : `${selected()} ${next.run?.seq} ${next.step}`;
      if (key === drawn) return;
      drawn = key;
      if (now !== undefined && next.run !== undefined) draw();
    },
  };
}

/** A file that is dropped anywhere on the page is opened, unless something else takes it. */
function mountDrop(open) {
  const holds = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].includes("Files");
  const veil = h("div", { class: "drop-veil", hidden: true }, h("p", {}, icon("file"), "Drop the file of a run to look at it"));
  document.body.append(veil);
  let depth = 0;
  const set = (shown) => ((veil.hidden = !shown), shown || (depth = 0));
  document.addEventListener("dragenter", (event) => holds(event) && ((depth += 1), set(true)));
  document.addEventListener("dragleave", (event) => holds(event) && (depth -= 1) <= 0 && set(false));
  document.addEventListener("dragover", (event) => holds(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    set(false);
    if (!holds(event) || event.defaultPrevented) return;
    event.preventDefault();
    void open(event.dataTransfer.files[0]);
  });
}
