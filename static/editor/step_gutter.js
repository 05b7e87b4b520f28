// A gutter that shows, beside the line of each step, how that step is doing.

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { gutter, GutterMarker } from "@codemirror/view";

const setMarks = StateEffect.define();

class StepMark extends GutterMarker {
  constructor(state, title) {
    super();
    this.state = state;
    this.title = title;
  }

  eq(other) {
    return other.state === this.state && other.title === this.title;
  }

  toDOM() {
    const mark = document.createElement("span");
    mark.className = "step-mark";
    mark.dataset.state = this.state;
    mark.title = this.title;
    return mark;
  }
}

const marks = StateField.define({
  create: () => RangeSet.empty,
  update(value, transaction) {
    let next = value.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) next = placed(effect.value, transaction.state.doc);
    }
    return next;
  },
});

function placed(list, doc) {
  const ranges = list
    .filter(({ line }) => line >= 1 && line <= doc.lines)
    .sort((a, b) => a.line - b.line)
    .map(({ line, state, title }) => new StepMark(state, title).range(doc.line(line).from));
  return RangeSet.of(ranges);
}

export const stepGutter = [
  marks,
  gutter({ class: "cm-step-gutter", markers: (view) => view.state.field(marks), initialSpacer: () => new StepMark("none", "") }),
];

/** `list`: `{ line, state, title }`, at most one per line. */
export const markSteps = (list) => setMarks.of(list);
