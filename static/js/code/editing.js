// What can be done in the editor, as commands of the page: each has a key there, and can be found without knowing it.

import { byId } from "../base/dom.js";
import { plural } from "../base/format.js";
import { HIDDEN } from "../shell/commands.js";

const COMMANDS = [
  { id: "code.find", act: "find", title: "Find and replace", key: "Ctrl/⌘+F" },
  { id: "code.complete", act: "complete", title: "Complete what is being written", key: "Ctrl+Space" },
  { id: "code.explain", act: "explain", title: "Explain what is at the cursor", key: "Alt+I", typed: true },
  { id: "code.definition", act: "definition", title: "Go to the definition", key: "F12", typed: true },
  { id: "code.rename", act: "rename", title: "Rename in all files", key: "F2", typed: true, edits: true },
  { id: "code.problem", act: "nextProblem", title: "Go to the next mistake", key: "F8" },
  { id: "code.fold", act: "foldAll", title: "Fold all", key: "Ctrl+Alt+[" },
  { id: "code.unfold", act: "unfoldAll", title: "Unfold all", key: "Ctrl+Alt+]" },
];

/** A part of the page: commands, places of other files that the editor wants to show, and how many mistakes each file has. */
export function mountEditing(page) {
  const { source } = page;
  const mistakes = new Map(); // by file
  let editor = null;
  source.watch(() => queueMicrotask(mark)); // after the tabs
  for (const { id, act, title, key, typed, edits } of COMMANDS) {
    page.commands.add({ id, title, group: "Code", hint: `${key} in the editor`, refusal: () => refusal(typed, edits), run: () => run(act) });
  }

  page.commands.add({
    id: "code.types",
    title: "Load types: completions and mistakes (about 1 MB)",
    group: "Code",
    refusal: () => (editor === null || editor.types.isReady() ? HIDDEN : null),
    run: () => editor.types.start(),
  });

  function refusal(typed, edits) {
    if (editor === null) return "The editor has not loaded.";
    if (edits && !page.can.edit) return "You are watching: only who may edit can change the code.";
    return typed && !editor.types.isReady() ? "Types have not loaded yet." : null;
  }

  function run(act) {
    page.show("code");
    editor.act(act);
  }

  return {
    update() {
      if (editor !== null) return;
      editor = source.editor();
      editor?.listen({ onGo: source.show, onProblems: counted });
    },
  };

  function counted(name, list) {
    const count = list.filter(({ severity }) => severity === "error").length;
    if ((mistakes.get(name) ?? 0) === count) return;
    mistakes.set(name, count);
    mark();
  }

  /** On the tabs, which are drawn anew when files come, go or change places. */
  function mark() {
    for (const tab of byId("file-tabs").querySelectorAll(".file-tab")) {
      const name = tab.querySelector(".file-tab-name");
      const count = mistakes.get(name.textContent) ?? 0;
      if (count > 0) name.dataset.mistakes = String(count);
      else delete name.dataset.mistakes;
      if (count > 0) tab.setAttribute("aria-description", plural(count, "mistake"));
      else tab.removeAttribute("aria-description");
    }
  }
}
