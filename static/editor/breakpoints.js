// Breakpoints, in the gutter of the steps (step_lines.js): a faint mark where one can be, a full one where one is.

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { GutterMarker } from "@codemirror/view";

const setBreaks = StateEffect.define();

class Break extends GutterMarker {
  constructor(on) {
    super();
    this.on = on;
  }

  eq(other) {
    return other.on === this.on;
  }

  toDOM() {
    const dot = document.createElement("span");
    dot.className = "break-dot";
    dot.dataset.on = String(this.on);
    dot.title = this.on ? "Breakpoint: press to remove it (F9)" : "Stop before this step (F9)";
    return dot;
  }
}

/** The markers of a state: `state.field(breakMarks)`. */
export const breakMarks = StateField.define({
  create: () => RangeSet.empty,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setBreaks)) continue;
      const { doc } = transaction.state;
      const lines = effect.value.filter(({ line }) => line >= 1 && line <= doc.lines).sort((a, b) => a.line - b.line);
      return RangeSet.of(lines.map(({ line, on }) => new Break(on).range(doc.line(line).from)));
    }
    return value.map(transaction.changes);
  },
});

/** What a gutter keeps room for. */
export const breakRoom = () => new Break(false);

/** `list`: `{ line, on }`, where breakpoints can be and whether one is. */
export const setBreakpoints = (list) => setBreaks.of(list);
