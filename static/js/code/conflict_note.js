// The code was changed here and elsewhere: said aloud, and left to somebody to decide.

import { byId, fill, h, icon } from "../base/dom.js";
import { because } from "../base/refusal.js";
import { toast } from "../base/toasts.js";

/** A part of the page. */
export function mountConflict(page) {
  const note = byId("conflict-note");
  const { draft } = page;
  let shown = null;
  let dialog = null;

  const button = (label, run, look = "") => h("button", { type: "button", class: `button small ${look}`, text: label, on: { click: run } });

  async function compare() {
    const { openComparison } = await import("./comparison.js");
    const { theirs } = draft.state();
    if (theirs === null) return;
    dialog = openComparison({
      title: "Changed here and elsewhere",
      about: "Both are kept: the one that you do not take stays among the versions.",
      before: theirs,
      after: draft.mine(),
      labels: ["Saved elsewhere", "Typed here"],
      actions: [
        ["Take the other", () => take(), ""],
        ["Keep mine", () => keep(), "primary"],
      ],
    });
  }

  async function keep() {
    dialog?.close();
    await tried(() => draft.keepMine(), "Yours is kept. The other is among the versions.");
  }

  async function take() {
    dialog?.close();
    let mine = null;
    await tried(async () => (mine = await draft.takeTheirs()), "The other is here now. Yours is among the versions.", () => ({ label: "Undo", run: () => page.write(mine) }));
  }

  async function tried(work, message, action = () => null) {
    try {
      await work();
      toast(message, { kind: "good", action: action() });
    } catch (error) {
      toast(because("Nothing was changed", error), { kind: "bad" });
    }
  }

  page.commands.add({ id: "code.conflict", title: "Compare with the code that was saved elsewhere", group: "Code", refusal: () => (draft.state().theirs === null ? "Nothing was changed elsewhere." : null), run: compare });

  return {
    update({ state }) {
      const theirs = state.draft?.theirs ?? null;
      if (theirs === shown) return;
      shown = theirs;
      note.hidden = theirs === null;
      if (theirs === null) return dialog?.close();
      const text = h("span", { class: "code-note-text" }, h("strong", { text: "Changed here and elsewhere." }), " Other code was saved while you typed. Yours stays in this browser until you choose.");
      fill(note, icon("warning"), text, h("span", { class: "code-note-actions" }, button("Compare", compare), button("Take the other", take), button("Keep mine", keep, "primary")));
    },
  };
}
