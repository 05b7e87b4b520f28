// Versions: what was run and what was kept, the newest first; each compared with what stands in the editor, brought back, and
// deleted where no run needs it.

import { because } from "../base/refusal.js";
import * as api from "../state/api.js";
import { fill, h, icon, setText } from "../base/dom.js";
import { confirmed, openDialog } from "../base/dialogs.js";
import { ago, bytes, moment, plural } from "../base/format.js";
import { toast } from "../base/toasts.js";
import { createDiffView } from "./diff_view.js";
import { fromVersion, sameCode } from "./files.js";
import { keepPresent } from "./keeping.js";

const EDITOR = "editor";
const NOTHING = "nothing";
const EARLIER = "earlier";

const isSpent = ({ neededBy }) => neededBy === 0;
const sizeOf = ({ files }) => files.reduce((sum, { size }) => sum + size, 0);

/** Open the list with `version` (an id) chosen, shown against "editor", "earlier" (the version before) or "nothing". */
export function openVersions(page, { version = null, against = EDITOR } = {}) {
  const session = page.session.id();
  const list = h("ul", { class: "version-list", "aria-label": "Versions" });
  const more = h("button", { type: "button", class: "button small more-versions", text: "Show older ones", hidden: true, on: { click: () => load() } });
  const sweep = h("button", { type: "button", class: "button ghost small version-sweep", hidden: true, on: { click: () => removeSpent() } }, icon("trash"), h("span"));
  const side = h("div", { class: "version-side" }, list, more, sweep);
  const title = h("h3", { class: "version-title" });
  const select = h("select", { class: "select version-against", "aria-label": "Compare with", on: { change: () => show(chosen, select.value) } });
  const remove = h("button", { type: "button", class: "button small version-delete", on: { click: () => removeChosen() } }, icon("trash"), h("span", { text: "Delete" }));
  const restore = h("button", { type: "button", class: "button primary small", on: { click: bringBack } }, icon("undo"), h("span", { text: "Restore" }));
  const place = h("div", { class: "diff" });
  const main = h("div", { class: "version-main", hidden: true }, h("div", { class: "version-head" }, title, select, remove, restore), place);
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
    const spent = known.filter(isSpent);
    sweep.hidden = spent.length < 2;
    setText(sweep.lastElementChild, `Delete ${spent.length} that no run needs`);
  }

  /** Why the version stays, or null. */
  function refusal(each) {
    if (each === undefined || isSpent(each)) return null;
    const { order } = page.model.get().log;
    const numbers = each.runs.map(({ id }) => order.indexOf(id) + 1).filter((number) => number > 0);
    const named = numbers.length === each.neededBy ? `${numbers.length === 1 ? "Run" : "Runs"} ${numbers.toReversed().join(", ")}` : plural(each.neededBy, "run");
    return `${named} ${each.neededBy === 1 ? "has" : "have"} this code. Delete ${each.neededBy === 1 ? "the run" : "the runs"} first.`;
  }

  function row(each) {
    const when = h("span", { class: "version-when", text: moment(each.created) });
    const past = h("span", { class: "version-ago", text: ago(each.created) });
    const about = [runsOf(each), each.files.length > 1 ? plural(each.files.length, "file") : null, bytes(sizeOf(each))].filter(Boolean).join(" · ");
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
  function runsOf({ runs, runCount, neededBy }) {
    if (runCount === 0) return "Kept, not run";
    if (neededBy === 0) return "No run of it is left";
    const { order } = page.model.get().log;
    const numbers = runs.map(({ id }) => order.indexOf(id) + 1).filter((number) => number > 0);
    if (numbers.length === 0) return runCount === 1 ? "Run once, did not start" : plural(runCount, "run");
    const rest = neededBy - numbers.length;
    return `${numbers.length === 1 ? "Run" : "Runs"} ${numbers.reverse().join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  }

  async function code(id) {
    if (!codes.has(id)) codes.set(id, fromVersion(await api.version(session, id), page.source.files().main));
    return codes.get(id);
  }

  async function show(id, wanted) {
    const mine = ++turn;
    const mode = wanted === EARLIER && earlier(id) === undefined ? EDITOR : wanted; // the oldest has none before it
    chosen = id;
    drawSelect(id, mode);
    try {
      const [before, after, labels] = await sides(id, mode);
      if (mine !== turn) return;
      main.hidden = false;
      fill(title, nameOf(id));
      restore.disabled = sameCode(await code(id), page.source.files());
      restore.title = restore.disabled ? "This is what stands in the editor." : "Put this version into the editor. What stands there is kept.";
      drawRemove();
      view.show(before, after, labels);
    } catch (error) {
      if (mine === turn) toast(because("The version did not come", error), { kind: "bad" });
    }
    draw();
  }

  function drawRemove() {
    const why = refusal(known.find((each) => each.id === chosen));
    remove.title = why ?? "Delete this version: its room is free again";
    for (const [name, value] of [["aria-disabled", why === null ? null : "true"], ["aria-description", why]]) {
      if (value === null) remove.removeAttribute(name);
      else remove.setAttribute(name, value);
    }
  }

  async function removeChosen() {
    const why = refusal(known.find((each) => each.id === chosen));
    if (why !== null) return toast(why);
    const here = sameCode(await code(chosen), page.source.files()) ? " What stands in the editor stays there." : "";
    if (await confirmed("Delete this version?", `No run needs it. Its code is removed for good.${here}`, "Delete")) await removeAll([chosen]);
    remove.focus();
    return undefined;
  }

  async function removeSpent() {
    const spent = known.filter(isSpent);
    const text = `No run needs them. Their code is removed for good, and ${bytes(spent.reduce((sum, each) => sum + sizeOf(each), 0))} are free again. What stands in the editor stays there.`;
    if (await confirmed(`Delete ${spent.length} versions?`, text, "Delete", "Keep them")) await removeAll(spent.map(({ id }) => id));
    (sweep.hidden ? list.querySelector("button") : sweep)?.focus();
  }

  async function removeAll(ids) {
    let gone = 0;
    try {
      for (const id of ids) {
        await api.deleteVersion(session, id);
        gone += 1;
        const at = known.findIndex((each) => each.id === id);
        known = known.filter((each) => each.id !== id);
        if (chosen === id) chosen = (known[at] ?? known[at - 1])?.id ?? null;
      }
      toast(gone === 1 ? "The version is deleted." : `${gone} versions are deleted.`, { kind: "good" });
    } catch (error) {
      toast(because("Not deleted", error), { kind: "bad" });
    }
    if (known.length === 0) {
      main.hidden = true;
      empty.hidden = false;
    }
    draw();
    if (chosen !== null) await show(chosen, [EDITOR, NOTHING].includes(select.value) ? select.value : EDITOR);
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
