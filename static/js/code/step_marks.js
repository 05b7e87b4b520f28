// How each step of the source is doing, for the editor's gutter.

import { mergeRows } from "../state/rows.js";
import { STATE_LABELS } from "../run/pill.js";

const WEIGHT = { failed: 6, timed_out: 6, waiting: 5, running: 4, retrying: 4, sleeping: 3, stopped: 2, completed: 1 };

/** A part of the page: marks stand beside the lines of the editor as long as they are the lines that run. */
export function mountMarks({ source }) {
  let before = {};
  let shown = "[]";
  return {
    update({ state, run, plan }) {
      const text = source.text();
      if (before.run === run && before.plan === plan && before.text === text && before.known === state.sources) return;
      before = { run, plan, text, known: state.sources };
      const marks = state.sources[state.selected] === text ? stepMarks(plan, run) : [];
      const next = JSON.stringify(marks);
      if (next === shown) return;
      shown = next;
      source.markSteps(marks);
    },
  };
}

/** `{ line, state, title }` per line that has a step; of many on a line (a loop), the one that matters most. */
export function stepMarks(plan, run) {
  if (run === undefined) return [];
  const lines = new Map();
  for (const { plan: planned, step } of mergeRows(plan, run.steps)) {
    if (planned === null || step === null) continue;
    const known = lines.get(planned.line);
    if (known !== undefined && (WEIGHT[known.state] ?? 0) >= (WEIGHT[step.state] ?? 0)) continue;
    lines.set(planned.line, { line: planned.line, state: step.state, title: `${step.name}: ${STATE_LABELS[step.state] ?? step.state}` });
  }
  return [...lines.values()];
}
