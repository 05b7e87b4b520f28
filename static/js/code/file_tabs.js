// The files as tabs above the editor: which is shown, which the run begins in, and what can be done with each.

import { byId, fill, h, icon, setText } from "../base/dom.js";
import { plural } from "../base/format.js";
import { toast } from "../base/toasts.js";
import { canBeMain, deletionTrouble, MOST_FILES, nameTrouble, newName } from "./files.js";
import { createFileMenu } from "./file_menu.js";
import { createNameForm } from "./name_form.js";

/** A part of the page. */
export function mountFiles(page) {
  const { source, commands } = page;
  const bar = byId("file-bar");
  const list = byId("file-tabs");
  const form = createNameForm(bar);
  const names = () => Object.keys(source.files().files);
  let dragged = null;

  if (page.can.edit) {
    const more = h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "New file", title: "New file", on: { click: add } }, icon("plus"));
    bar.append(more);
    createFileMenu(bar, { items, name: source.shown });
    addCommands();
  }
  source.watch(draw);
  draw();

  function draw() {
    const { files, main } = source.files();
    const several = Object.keys(files).length > 1;
    const focused = list.contains(document.activeElement);
    fill(list, Object.keys(files).map((name) => tab(name, several && name === main)));
    const shown = list.querySelector('[aria-selected="true"]');
    if (focused) shown.focus();
    shown.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }

  function tab(name, main) {
    const selected = name === source.shown();
    const element = h(
      "button",
      {
        type: "button",
        class: "file-tab",
        role: "tab",
        "aria-selected": String(selected),
        "aria-controls": "editor-host",
        "aria-label": main ? `${name}, the run begins here` : null,
        title: main ? "The run begins here" : null,
        tabindex: selected ? null : "-1",
        draggable: page.can.edit ? "true" : null,
        on: { click: (event) => chosen(event, name), keydown: (event) => pressed(event, name) },
      },
      main && icon("play", "icon file-main"),
      h("span", { class: "file-tab-name", text: name }),
    );
    if (page.can.edit) drag(element, name);
    return element;
  }

  /** Who chooses by a mouse means to write there; keys stay on the tabs, and a touch does not bring up the keyboard. */
  function chosen(event, name) {
    source.show(name);
    if (event.detail === 1 && matchMedia("(pointer: fine)").matches) source.focus();
  }

  function pressed(event, name) {
    const all = names();
    const at = all.indexOf(name);
    const way = { ArrowLeft: -1, ArrowRight: 1, Home: -at, End: all.length - 1 - at }[event.key];
    if (way !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (event.shiftKey) return page.can.edit && move(way);
      return source.show(all[(at + way + all.length) % all.length]);
    }
    const command = { F2: "file.rename", Delete: "file.delete" }[event.key];
    if (command === undefined || !page.can.edit) return;
    event.preventDefault();
    commands.run(command);
  }

  function drag(element, name) {
    const here = (event) => {
      const { left, width } = element.getBoundingClientRect();
      return event.clientX > left + width / 2 ? "after" : "before";
    };
    element.addEventListener("dblclick", () => rename(name));
    element.addEventListener("dragstart", (event) => {
      dragged = name;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", name);
    });
    element.addEventListener("dragend", () => (dragged = null));
    element.addEventListener("dragover", (event) => {
      if (dragged === null || dragged === name) return;
      event.preventDefault();
      element.dataset.drop = here(event);
    });
    element.addEventListener("dragleave", () => delete element.dataset.drop);
    element.addEventListener("drop", (event) => {
      event.preventDefault();
      const others = names().filter((each) => each !== dragged);
      if (dragged !== null) source.move(dragged, others.indexOf(name) + (here(event) === "after" ? 1 : 0));
    });
  }

  function add() {
    if (names().length >= MOST_FILES) return toast(`There are at most ${MOST_FILES} files.`);
    form.open({
      title: "New file",
      verb: "Add",
      name: newName(source.files()),
      check: (name) => nameTrouble(name, names()),
      onDone(name) {
        source.add(name, name.endsWith(".json") ? "{}\n" : "", names().indexOf(source.shown()) + 1);
        source.focus();
      },
    });
  }

  function rename(from = source.shown()) {
    const { main } = source.files();
    form.open({
      title: `Rename ${from}`,
      verb: "Rename",
      name: from,
      check: (name) => nameTrouble(name, names().filter((each) => each !== from)) ?? (from === main && !canBeMain(name) ? "The run begins here: it is .js or .ts." : null),
      onDone(name) {
        const places = source.rename(from, name);
        const back = { label: "Undo", run: () => source.rename(name, from) };
        if (places > 0) toast(`${plural(places, "import")} changed with the name.`, { action: back });
        list.querySelector('[aria-selected="true"]').focus();
      },
    });
  }

  function remove() {
    const name = source.shown();
    const before = source.files();
    const place = Object.keys(before.files).indexOf(name);
    source.remove(name);
    list.querySelector('[aria-selected="true"]').focus();
    const back = () => {
      if (names().includes(name)) return toast(`There is a file ${name} again already.`);
      source.add(name, before.files[name], place);
      if (before.main === name) source.setMain(name);
    };
    toast(`${name} was deleted.`, { action: { label: "Undo", run: back } });
  }

  function move(way) {
    const name = source.shown();
    const to = names().indexOf(name) + way;
    if (to < 0 || to >= names().length) return;
    source.move(name, to);
    setText(byId("announcer"), `${name} is file ${to + 1} of ${names().length} now.`);
  }

  function neighbour(way) {
    const all = names();
    source.show(all[(all.indexOf(source.shown()) + way + all.length) % all.length]);
  }

  function items() {
    return ["file.rename", "file.main", "file.left", "file.right", "file.delete"].map((id) => ({ id, ...MENU[id], why: commands.get(id).refusal(), run: () => commands.run(id) }));
  }

  function addCommands() {
    const group = "Code";
    const single = () => (names().length === 1 ? "There is one file only." : null);
    const at = () => names().indexOf(source.shown());
    const mainTrouble = () => {
      if (source.shown() === source.files().main) return "The run begins here already.";
      return canBeMain(source.shown()) && typeof source.content(source.shown()) === "string" ? null : "A run begins in a .js or .ts file.";
    };
    commands.add(
      { id: "file.add", title: "New file", group, run: add },
      { id: "file.rename", title: "Rename the file", group, run: () => rename() },
      { id: "file.main", title: "Begin runs in this file", group, refusal: mainTrouble, run: () => source.setMain(source.shown()) },
      { id: "file.left", title: "Move the file to the left", group, refusal: () => (at() === 0 ? "It is the first." : null), run: () => move(-1) },
      { id: "file.right", title: "Move the file to the right", group, refusal: () => (at() === names().length - 1 ? "It is the last." : null), run: () => move(1) },
      { id: "file.delete", title: "Delete the file", group, refusal: () => deletionTrouble(source.files(), source.shown()), run: remove },
      { id: "file.next", title: "To the next file", group, keys: ["Alt+PageDown"], refusal: single, run: () => neighbour(1) },
      { id: "file.previous", title: "To the file before", group, keys: ["Alt+PageUp"], refusal: single, run: () => neighbour(-1) },
    );
  }
}

const MENU = {
  "file.rename": { icon: "code", label: "Rename", about: "F2" },
  "file.main": { icon: "play", label: "Begin runs here", about: "Its workflow is the one that runs" },
  "file.left": { icon: "chevron", label: "Move left", about: "Shift ←", turned: true },
  "file.right": { icon: "chevron", label: "Move right", about: "Shift →" },
  "file.delete": { icon: "trash", label: "Delete", about: "Can be undone" },
};
