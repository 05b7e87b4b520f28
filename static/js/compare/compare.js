// Two runs side by side: the command, and the way there. What it shows is loaded when it is first wanted.

import { toast } from "../base/toasts.js";

/** A part of the page. Adds the command "run.compare" and `page.compare(one, other)`, ids of runs (others than the best guess). */
export function mountCompare(page) {
  let scene = null;
  page.compare = open;
  page.commands.add({ id: "run.compare", title: "Compare two runs", group: "Run", refusal: () => ((scene?.runs.length ?? 0) < 2 ? "There is nothing to compare with: run once more." : null), run: () => open() });

  async function open(one, other) {
    const { runs, state } = scene;
    const selected = runs.find((run) => run.id === (other ?? state.selected)) ?? runs.at(-1);
    const origin = runs.find((run) => run.id === (one ?? selected.lineage?.of));
    const before = runs[runs.indexOf(selected) - 1] ?? runs.find((run) => run !== selected);
    try {
      const { openComparison } = await import("./comparison.js");
      openComparison(page, { scene: () => scene, a: (origin ?? before).id, b: selected.id });
    } catch {
      toast("The comparison could not be loaded. Try again when the server is back.", { kind: "bad" });
    }
  }

  return { update: (next) => void (scene = next) };
}
