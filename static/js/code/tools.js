// The bar under the tabs: whether all is saved, the language, and what can be done with the code.

import { byId, fill, h, icon, setText } from "../base/dom.js";
import { keyLabels } from "../shell/keys.js";
import { languageOf, switched } from "./files.js";
import { formatShown } from "./formatting.js";

const SAVED = {
  fresh: "",
  saving: "Saving…",
  saved: "Saved",
  browser: "Saved in this browser",
  followed: "Taken over from another tab",
  conflict: "Waiting for your choice",
};
const LANGUAGES = [
  ["js", "JS", "JS, JavaScript"],
  ["ts", "TS", "TS, TypeScript"],
];
const FORMAT_KEYS = "Shift+Alt+F";

/** A part of the page. */
export function mountTools(page) {
  const { source, commands } = page;
  const bar = byId("code-tools");
  const saved = h("span", { class: "save-state", id: "save-state" });
  const switches = LANGUAGES.map(([language, label, title]) => toggle(language, label, title));
  const languages = h("div", { class: "language-switch", role: "group", "aria-label": "Language of the file" }, switches);
  let drawn = null;
  if (!page.can.edit) return mountReading();

  const openVersions = async (options) => (await import("./versions_dialog.js")).openVersions(page, options);
  page.openVersions = openVersions;
  commands.add(
    { id: "code.format", title: "Format the file", group: "Code", keys: [FORMAT_KEYS], refusal: formatTrouble, run: () => formatShown(page) },
    { id: "code.versions", title: "Versions of the code", group: "Code", refusal: () => (page.session.id() === null ? "There are none yet: run something first." : null), run: () => openVersions() },
    { id: "code.language", title: "Switch between JavaScript and TypeScript", group: "Code", refusal: switchTrouble, run: turn },
  );
  fill(
    bar,
    saved,
    languages,
    tool("code.format", "tidy", "Format", `Format (${keyLabels(FORMAT_KEYS).join(" ")})`),
    tool("code.versions", "versions", "Versions", "Versions: what was run and kept, compared and brought back"),
    tool("code.reset", "undo", "Reset", "Back to the default workflow", "reset-button"),
  );
  source.watch(drawLanguage);
  drawLanguage();
  return {
    update({ state }) {
      const { draft } = state;
      if (draft === drawn || draft === undefined) return;
      drawn = draft;
      setText(saved, draft.kind === "refused" ? `Not saved: ${draft.why}` : SAVED[draft.kind]);
      saved.dataset.kind = draft.kind;
      saved.title = draft.kind === "browser" ? "The server is not reached; this browser keeps it until it is." : "";
      if (draft.kind === "refused") setText(byId("announcer"), saved.textContent);
    },
  };

  /** Who only watches reads. */
  function mountReading() {
    fill(bar, h("span", { class: "save-state", text: "Read-only: the code of the run" }));
    return {};
  }

  function tool(command, sign, label, title, id = null) {
    const press = () => commands.run(command);
    return h("button", { type: "button", class: "button ghost small code-tool", id, "aria-label": label, title, on: { click: press } }, icon(sign), h("span", { text: label }));
  }

  function toggle(language, label, title) {
    return h("button", { type: "button", class: "language", "aria-pressed": "false", "aria-label": title, title, data: { language }, text: label, on: { click: () => languageOf(source.shown()) !== language && commands.run("code.language") } });
  }

  function drawLanguage() {
    const language = languageOf(source.shown());
    languages.hidden = switched(source.shown()) === null;
    for (const each of switches) each.setAttribute("aria-pressed", String(each.dataset.language === language));
  }

  function switchTrouble() {
    const other = switched(source.shown());
    if (other === null) return "Only JavaScript and TypeScript can be switched.";
    return Object.hasOwn(source.files().files, other) ? `There is a file ${other} already.` : null;
  }

  function turn() {
    source.rename(source.shown(), switched(source.shown()));
  }

  function formatTrouble() {
    return languageOf(source.shown()) === "text" || typeof source.content(source.shown()) !== "string" ? "Only JavaScript, TypeScript and JSON are formatted." : null;
  }
}
