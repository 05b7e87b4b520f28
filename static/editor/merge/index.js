// Two texts side by side, or one with what changed in it. Bundled into static/build/merge.js, loaded when first needed.

import { foldGutter, syntaxHighlighting } from "@codemirror/language";
import { getChunks, goToNextChunk, goToPreviousChunk, MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { grammar } from "../language.js";

const COLLAPSE = { margin: 3, minSize: 6 };
const LIMITS = { scanLimit: 2000, timeout: 500 };

/**
 * Show in `parent` how `after` differs from `before`: side by side where `wide`, else one below the other. Read-only.
 * `language` is "js", "ts", "json" or "text"; `labels` name the two for screen readers; `nonce` is the page's.
 * `collapse` false leaves what is the
 * same in sight. Answers `{ changes, next(), previous(), destroy() }`: the number of places that differ, and ways to go through them.
 */
export function createDiff({ parent, before, after, nonce, language = "js", wide = true, collapse = true, labels = ["Before", "After"] }) {
  const collapseUnchanged = collapse ? COLLAPSE : undefined;
  const common = (label) => [
    nonce ? EditorView.cspNonce.of(nonce) : [],
    EditorState.readOnly.of(true),
    EditorView.editable.of(true),
    EditorState.tabSize.of(2),
    lineNumbers(),
    foldGutter({ openText: "⌄", closedText: "›" }),
    highlightSpecialChars(),
    drawSelection(),
    syntaxHighlighting(classHighlighter),
    grammar(language),
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, "data-gramm": "false" }),
    keymap.of([
      { key: "F7", run: goToNextChunk },
      { key: "Shift-F7", run: goToPreviousChunk },
    ]),
  ];
  if (wide) {
    const merge = new MergeView({
      parent,
      a: { doc: before, extensions: common(labels[0]) },
      b: { doc: after, extensions: common(labels[1]) },
      collapseUnchanged,
      diffConfig: LIMITS,
      gutter: true,
    });
    return diff(merge.b, () => merge.destroy());
  }
  const original = { original: before, mergeControls: false, collapseUnchanged, diffConfig: LIMITS };
  const view = new EditorView({
    parent,
    state: EditorState.create({ doc: after, extensions: [common(labels[1]), EditorView.lineWrapping, unifiedMergeView(original)] }),
  });
  return diff(view, () => view.destroy());
}

function diff(view, destroy) {
  return {
    changes: getChunks(view.state)?.chunks.length ?? 0,
    next: () => goToNextChunk(view),
    previous: () => goToPreviousChunk(view),
    destroy,
  };
}
