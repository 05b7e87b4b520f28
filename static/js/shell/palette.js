// The palette: everything that can be done, and everywhere that one can go, found by a few letters.

import { h, icon } from "../base/dom.js";
import { comeForward } from "../base/toasts.js";
import { STATE_LABELS, shownStatus, statusLabel } from "../run/pill.js";
import { ago } from "../base/format.js";
import { keyLabels } from "./keys.js";
import { ranked } from "./matching.js";
import { recentIds, remember } from "./recent.js";

const GROUPS = ["Run", "Step", "Code", "View", "Debug", "Share", "Help"];
const MOST = 60; // rows that are shown of what was found
const PAGE = 8;

/**
 * Open it. `lists()` answers further things to go to, in lists: `{ group, items: [{ id, title, note, icon, run }] }`; it is asked
 * again for every letter. Answers the dialog.
 */
export function openPalette(page, lists) {
  const list = h("div", { class: "palette-list", id: "palette-list", role: "listbox", "aria-label": "Found" });
  const field = h("input", {
    class: "palette-field",
    type: "text",
    role: "combobox",
    "aria-label": "Find a command, a step, a run or an example",
    "aria-expanded": "true",
    "aria-controls": "palette-list",
    "aria-autocomplete": "list",
    placeholder: "Find a command, step or run",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    enterkeyhint: "go",
  });
  const count = h("p", { class: "visually-hidden", role: "status" });
  const close = h("button", { type: "button", class: "button ghost small palette-close", text: "Close", on: { click: () => dialog.close() } });
  const dialog = h("dialog", { class: "dialog palette", "aria-label": "Commands" }, h("div", { class: "palette-head" }, icon("search"), field, close), list, count);
  let rows = []; // of what is shown, in order: { id, title, why, run, element }
  let active = 0;

  field.addEventListener("input", () => draw());
  field.addEventListener("keydown", moved);
  dialog.addEventListener("close", () => {
    comeForward();
    dialog.remove();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
  document.body.append(dialog);
  dialog.showModal();
  draw();
  field.focus();
  return dialog;

  function moved(event) {
    const way = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE }[event.key];
    if (way !== undefined) {
      event.preventDefault();
      const last = rows.length - 1;
      const next = Math.abs(way) === 1 ? (active + way + rows.length) % Math.max(1, rows.length) : Math.min(last, Math.max(0, active + way));
      return mark(next, true);
    }
    if (event.key !== "Enter" || event.isComposing) return undefined;
    event.preventDefault();
    return rows[active] === undefined ? undefined : choose(rows[active]);
  }

  function choose(row) {
    if (row.why !== null) return void (count.textContent = row.why);
    dialog.close();
    remember(row.id);
    return row.run();
  }

  function mark(next, scroll) {
    rows[active]?.element.setAttribute("aria-selected", "false");
    active = next;
    const element = rows[active]?.element;
    if (element === undefined) return field.removeAttribute("aria-activedescendant");
    element.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", element.id);
    if (scroll) element.scrollIntoView({ block: "nearest" });
    return undefined;
  }

  function draw() {
    const query = field.value.trim();
    const groups = query === "" ? everything() : found(query);
    rows = [];
    list.replaceChildren(
      ...groups.filter(({ items }) => items.length > 0).map(({ group, items }, at) =>
        h("div", { class: "palette-group", role: "group", "aria-labelledby": `palette-group-${at}` }, h("div", { class: "palette-title", id: `palette-group-${at}`, text: group }), items.map(row)),
      ),
    );
    if (rows.length === 0) list.append(h("p", { class: "palette-none" }, "Nothing is called that. ", h("span", { text: "Try a word of what you want to do." })));
    list.scrollTop = 0;
    count.textContent = query === "" ? "" : rows.length === 1 ? "1 found" : `${rows.length} found`;
    mark(0, false);
  }

  function row({ id, title, marks = [], why = null, keys = [], note = null, icon: name = null, run, within = null }) {
    const place = rows.length;
    const shortcut = keys.length === 0 || why !== null ? null : h("span", { class: "palette-keys", "aria-hidden": "true" }, keyLabels(keys[0]).map((key) => h("kbd", { text: key })));
    const element = h(
      "div",
      {
        class: "palette-row",
        role: "option",
        id: `palette-${place}`,
        "aria-selected": "false",
        "aria-disabled": why === null ? null : "true",
        "aria-keyshortcuts": why === null && keys.length > 0 ? keys[0].replace("Mod", "Control") : null,
        on: { click: () => choose(rows[place]), pointermove: () => active !== place && mark(place, false) },
      },
      name && icon(name),
      h("span", { class: "palette-name" }, lettered(title, marks)),
      within && h("span", { class: "palette-within", text: within }),
      (why ?? note) && h("span", { class: "palette-note", text: why ?? note }),
      shortcut,
    );
    rows.push({ id, title, why, run, element });
    return element;
  }

  /** Before anything is typed: what was done last, what can be done by its groups, then what cannot be done now. */
  function everything() {
    const all = commandItems();
    const recent = recentIds().map((id) => all.find((each) => each.id === id)).filter((each) => each !== undefined);
    const names = [...new Set([...GROUPS, ...all.map(({ group }) => group)])];
    const rest = all.filter((each) => !recent.includes(each));
    const groups = names.map((group) => ({ group, items: rest.filter((each) => each.group === group && each.why === null) }));
    return [{ group: "Recent", items: recent }, ...groups, { group: "Not now", items: rest.filter(({ why }) => why !== null) }];
  }

  /** What can be done goes before what cannot. */
  function found(query) {
    const commands = ranked(query, commandItems(), ({ title, words }) => `${title}${words}`).map(shown);
    const able = [...commands.filter(({ why }) => why === null), ...commands.filter(({ why }) => why !== null)];
    const places = [...own(), ...lists()].map(({ group, items }) => ({ group, items: ranked(query, items, ({ title }) => title).slice(0, 12).map(shown) }));
    return [{ group: "Commands", items: able.slice(0, MOST) }, ...places];
  }

  function commandItems() {
    const others = page.commands.all().filter(({ id }) => id !== "palette.open");
    return others.map(({ id, title, group, keys, why, words = [] }) => ({ id, title, group, keys, why, words: words.length > 0 ? ` ${words.join(" ")}` : "", run: () => page.commands.run(id) }));
  }

  /** The steps of the run that is looked at, and the runs. */
  function own() {
    const { log, selected } = page.model.get();
    const steps = (page.model.shown()?.steps ?? []).filter(({ kind }) => kind !== "rollback");
    const goToStep = (key) => () => (page.show("run"), page.selectStep(key));
    const runs = log.order.map((id, at) => ({ id: `to.${id}`, title: `Run ${at + 1}`, note: `${statusLabel(shownStatus(log.runs[id]))}, ${ago(log.runs[id].created)}`, icon: "flag", run: () => page.select(id) })).reverse();
    return [
      { group: "Steps", items: steps.map(({ key, name, state }) => ({ id: `step.${key}`, title: name, note: STATE_LABELS[state] ?? state, icon: "steps", run: goToStep(key) })) },
      { group: "Runs", items: runs.filter(({ id }) => id !== `to.${selected}`) },
    ];
  }
}

/** A found one as a row: letters that are not of its title (but of its further words) are not marked. */
const shown = ({ item, marks }) => ({ ...item, marks: marks.filter((mark) => mark < item.title.length), within: item.group ?? null });

/** A title with the letters that were meant in bold. */
function lettered(title, marks) {
  if (marks.length === 0) return title;
  const meant = new Set(marks);
  const parts = [];
  for (let at = 0; at < title.length; ) {
    let end = at + 1;
    while (end < title.length && meant.has(end) === meant.has(at)) end += 1;
    parts.push(meant.has(at) ? h("b", { text: title.slice(at, end) }) : title.slice(at, end));
    at = end;
  }
  return parts;
}
