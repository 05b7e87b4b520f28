// How the steps are doing, over the source: a mark beside the line of each, a note at its end, and which one is
// selected. A click on the note opens the step; Alt+Enter opens that of the cursor's line. The gutter of the marks has the
// breakpoints too: a click sets one, or opens the step where none can be set.

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, gutter, GutterMarker, keymap, WidgetType } from "@codemirror/view";
import { breakMarks, breakRoom } from "./breakpoints.js";

const setLines = StateEffect.define();
const setSelected = StateEffect.define();

class Mark extends GutterMarker {
  constructor({ key, state, title }) {
    super();
    Object.assign(this, { key, state, title });
  }

  eq(other) {
    return other.state === this.state && other.title === this.title && other.key === this.key;
  }

  toDOM() {
    const mark = document.createElement("span");
    mark.className = "line-mark";
    mark.dataset.state = this.state;
    mark.title = this.title;
    return mark;
  }
}

class Note extends WidgetType {
  constructor({ key, state, title, note, value }) {
    super();
    Object.assign(this, { key, state, title, note, value });
  }

  eq(other) {
    return ["key", "state", "title", "note", "value"].every((name) => other[name] === this[name]);
  }

  toDOM() {
    const note = document.createElement("span");
    this.draw(note);
    return note;
  }

  /** The same element goes on, so that it does not flicker. */
  updateDOM(note) {
    this.draw(note);
    return true;
  }

  draw(note) {
    note.className = "line-note";
    note.dataset.state = this.state;
    note.dataset.key = this.key;
    note.title = this.title;
    const said = document.createElement("span");
    said.className = "line-note-state";
    said.textContent = this.note;
    const value = document.createElement("span");
    value.className = "line-note-value";
    value.textContent = this.value ?? "";
    note.replaceChildren(said, ...(this.value ? [value] : []));
  }

  ignoreEvent(event) {
    return event.type !== "mousedown";
  }
}

const lines = StateField.define({
  create: () => ({ marks: RangeSet.empty, notes: Decoration.none }),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setLines)) return placed(effect.value, transaction.state.doc);
    return transaction.docChanged ? { marks: value.marks.map(transaction.changes), notes: value.notes.map(transaction.changes) } : value;
  },
  provide: (field) => EditorView.decorations.from(field, ({ notes }) => notes),
});

const selected = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setSelected)) continue;
      const { doc } = transaction.state;
      if (effect.value === null || effect.value < 1 || effect.value > doc.lines) return Decoration.none;
      return Decoration.set([Decoration.line({ class: "cm-step-selected" }).range(doc.line(effect.value).from)]);
    }
    return value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function placed(list, doc) {
  const shown = list.filter(({ line }) => line >= 1 && line <= doc.lines).sort((a, b) => a.line - b.line);
  const notes = shown.filter(({ note }) => note);
  return {
    marks: RangeSet.of(shown.map((one) => new Mark(one).range(doc.line(one.line).from))),
    notes: Decoration.set(notes.map((one) => Decoration.widget({ widget: new Note(one), side: 1 }).range(doc.line(one.line).to))),
  };
}

/** The key of the step whose mark is on the line that begins at `from`. */
function keyAt(state, from) {
  let found = null;
  state.field(lines).marks.between(from, from, (_, __, mark) => void (found = mark.key ?? null));
  return found;
}

/**
 * Extensions; `onStep(key)` is called for a step that was clicked, or asked for by Alt+Enter; `onGutter(line)` for a line that was
 * pressed in the gutter, and answers false where that means nothing there.
 */
export function stepLines(onStep, onGutter) {
  const open = (key) => key !== null && key !== undefined && (onStep?.(key), true);
  return [
    lines,
    selected,
    breakMarks,
    gutter({
      class: "cm-step-gutter cm-break-gutter",
      markers: ({ state }) => [state.field(lines).marks, state.field(breakMarks)],
      initialSpacer: breakRoom,
      domEventHandlers: {
        mousedown({ state }, line) {
          if (onGutter(state.doc.lineAt(line.from).number) === false) open(keyAt(state, line.from));
          return true;
        },
      },
    }),
    EditorView.domEventHandlers({
      mousedown(event) {
        const note = event.target instanceof Element ? event.target.closest(".line-note") : null;
        if (note === null || event.button !== 0) return false;
        event.preventDefault();
        return open(note.dataset.key);
      },
    }),
    keymap.of([{ key: "Alt-Enter", run: (view) => open(keyAt(view.state, view.state.doc.lineAt(view.state.selection.main.head).from)) }]),
  ];
}

/** `list`: `{ line, key, state, title, note?, value? }`, at most one per line. */
export const markSteps = (list) => setLines.of(list);

/** The line of the step that is selected, from 1, or null. */
export const selectLine = (line) => setSelected.of(line);
