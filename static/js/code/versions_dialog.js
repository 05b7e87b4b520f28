// Versions: what was run and what was kept, the newest first; each compared with what stands in the editor, and brought back.

import { because } from "../base/refusal.js";
import * as api from "../state/api.js";
import { fill, h, icon } from "../base/dom.js";
import { openDialog } from "../base/dialogs.js";
import { ago, bytes, moment, plural } from "../base/format.js";
import { toast } from "../base/toasts.js";
import { createDiffView } from "./diff_view.js";
import { fromVersion, sameCode } from "./files.js";
import { keepPresent } from "./keeping.js";

const EDITOR = "editor";
const NOTHING = "nothing";
const EARLIER = "earlier";

/** Open the list with `version` (an id) chosen, shown against "editor", "earlier" (the version before) or "nothing". */
export function openVersions(page, { version = null, against = EDITOR } = {}) {
  const session = page.session.id();
  const list = h("ul", { class: "version-list", "aria-label": "Versions" });
  const more = h("button", { type: "button", class: "button small more-versions", text: "Show older ones", hidden: true, on: { click: () => load() } });
  const side = h("div", { class: "version-side" }, list, more);
  const title = h("h3", { class: "version-title" });
  const select = h("select", { class: "select version-against", "aria-label": "Compare with", on: { change: () => show(chosen, select.value) } });
  const restore = h("button", { type: "button", class: "button primary small", on: { click: bringBack } }, icon("undo"), h("span", { text: "Restore" }));
  const place = h("div", { class: "diff" });
  const main = h("div", { class: "version-main", hidden: true }, h("div", { class: "version-head" }, title, select, restore), place);
  const empty = h("p", { class: "versions-empty", text: "Loading…" });
  const dialog = openDialog("Versions", [h("div", { class: "versions" }, side, main, empty)], "wide versions-dialog");
  const view = createDiffView(place);
  const codes = new Map(); // by id, as files
  let known = [];
  let next = null;
  let chosen = null;
  let turn = 0;
  dialog.addEventListener("close", view.destroy);
  void load().then(begin);

  /** The newest, where none was asked for: beside the editor, or beside the one before where it stands in the editor. */
  async function begin() {
    if (known.length === 0) return;
    if (version !== null) return show(version, against);
    const [{ id }] = known;
    const here = sameCode(await code(id), page.source.files());
    return show(id, here && known.length > 1 ? EARLIER : against);
  }

  async function load() {
    try {
      const page_ = await api.versions(session, next);
      known = [...known, ...page_.versions];
      next = page_.next;
    } catch (error) {
      return void fill(empty, because("The versions did not come", error));
    }
    fill(empty, "Nothing was run or kept yet. Every run keeps the code that it was started with.");
    empty.hidden = known.length > 0;
    more.hidden = next === null;
    draw();
  }

  function draw() {
    fill(list, known.map(row));
  }

  function row(each) {
    const when = h("span", { class: "version-when", text: moment(each.created) });
    const past = h("span", { class: "version-ago", text: ago(each.created) });
    const size = each.files.reduce((sum, file) => sum + file.size, 0);
    const about = [runsOf(each), each.files.length > 1 ? plural(each.files.length, "file") : null, bytes(size)].filter(Boolean).join(" · ");
    const press = () => show(each.id, select.value === "" ? against : select.value);
    const here = codes.has(each.id) && sameCode(codes.get(each.id), page.source.files());
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "version-row", "aria-current": each.id === chosen ? "true" : null, on: { click: press } },
        h("span", { class: "version-line" }, when, past),
        h("span", { class: "version-about", text: here ? `${about} · in the editor` : about }),
      ),
    );
  }

  /** Which of the page's runs used it; runs whose code did not load are in no log. */
  function runsOf({ runs, runCount }) {
    if (runCount === 0) return "Kept, not run";
    const { order } = page.model.get().log;
    const numbers = runs.map(({ id }) => order.indexOf(id) + 1).filter((number) => number > 0);
    if (numbers.length === 0) return runCount === 1 ? "Run once, did not start" : plural(runCount, "run");
    const rest = runCount - numbers.length;
    return `${numbers.length === 1 ? "Run" : "Runs"} ${numbers.reverse().join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  }

  async function code(id) {
    if (!codes.has(id)) codes.set(id, fromVersion(await api.version(session, id), page.source.files().main));
    return codes.get(id);
  }

  async function show(id, mode) {
    const mine = ++turn;
    chosen = id;
    drawSelect(id, mode);
    try {
      const [before, after, labels] = await sides(id, mode);
      if (mine !== turn) return;
      main.hidden = false;
      fill(title, nameOf(id));
      restore.disabled = sameCode(await code(id), page.source.files());
      restore.title = restore.disabled ? "This is what stands in the editor." : "Put this version into the editor. What stands there is kept.";
      view.show(before, after, labels);
    } catch (error) {
      if (mine === turn) toast(because("The version did not come", error), { kind: "bad" });
    }
    draw();
  }

  /** What is on the left and on the right: what came first, and what came later. */
  async function sides(id, mode) {
    const chosen_ = await code(id);
    if (mode === NOTHING) return [null, chosen_, ["", "This version"]];
    if (mode === EDITOR) return [chosen_, page.source.files(), [nameOf(id), "In the editor"]];
    const other = mode === EARLIER ? earlier(id) : mode;
    const later = known.findIndex((each) => each.id === other) > known.findIndex((each) => each.id === id);
    const pair = later ? [other, id] : [id, other];
    return [await code(pair[0]), await code(pair[1]), pair.map(nameOf)];
  }

  function nameOf(id) {
    const at = known.find((each) => each.id === id);
    return at === undefined ? "This version" : `Version of ${moment(at.created)}`;
  }

  const earlier = (id) => known[known.findIndex((each) => each.id === id) + 1]?.id;

  function drawSelect(id, mode) {
    const option = (value, text) => h("option", { value, text, selected: value === mode });
    const others = known.filter((each) => each.id !== id).map((each) => option(each.id, `Compare with ${moment(each.created)}`));
    fill(select, option(EDITOR, "Compare with the editor"), earlier(id) === undefined ? null : option(EARLIER, "Compare with the one before"), option(NOTHING, "Show it alone"), others);
    select.value = mode;
  }

  async function bringBack() {
    const before = page.source.files();
    const after = await code(chosen);
    await keepPresent(page);
    page.write(after);
    dialog.close();
    page.show("code");
    toast("The version is in the editor.", { kind: "good", action: { label: "Undo", run: () => page.write(before) } });
  }

  return dialog;
}
