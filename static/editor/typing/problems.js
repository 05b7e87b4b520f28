// What is wrong with the shown document: what the service says while one types, and why a run was refused.

import { completionStatus } from "@codemirror/autocomplete";
import { setDiagnostics } from "@codemirror/lint";
import { ViewPlugin } from "@codemirror/view";

const AFTER_MS = 450;

/**
 * `{ extension, refuse(view, diagnostic | null), recheck() }`. Whoever `hearsProblems()` is told what the service has
 * found in each document of the draft: `(name, [{ from, to, severity, message }])`.
 */
export function createProblems(types, documents, hearsProblems) {
  let found = []; // by the service, in the shown document as it is
  let refusal = null;
  let plugin = null;

  const show = (view) => view.dispatch(setDiagnostics(view.state, refusal === null ? found : [refusal, ...found.filter(apart)]));
  const apart = ({ from, to }) => to <= refusal.from || from >= refusal.to;

  const extension = ViewPlugin.fromClass(
    class {
      constructor(view) {
        plugin = this;
        this.view = view;
        this.timer = null;
        found = [];
        this.later(0);
      }

      update(update) {
        if (!update.docChanged) return;
        found = moved(found, update.changes); // they may be shown once more before the service has looked again
        refusal = refusal && (moved([refusal], update.changes)[0] ?? null);
        this.later(AFTER_MS);
      }

      later(ms) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.check(), ms);
      }

      async check() {
        if (!types.isReady()) return;
        if (completionStatus(this.view.state) !== null) return this.later(AFTER_MS); // a word is being chosen
        const { doc } = this.view.state;
        const name = documents().shown();
        const answer = await types.ask("diagnostics", name);
        if (answer === null || plugin !== this || this.view.state.doc !== doc) return;
        found = answer.map(asDiagnostic);
        show(this.view);
        const tell = hearsProblems();
        if (tell === undefined) return;
        tell(name, answer);
        for (const other of documents().names()) {
          const list = other === name ? null : await types.ask("diagnostics", other);
          if (list !== null) tell(other, list);
        }
      }

      destroy() {
        clearTimeout(this.timer);
        if (plugin === this) plugin = null;
      }
    },
  );
  return {
    extension,
    /** Say what a run was refused for, at its place; null takes it away. */
    refuse(view, diagnostic) {
      refusal = diagnostic;
      show(view);
    },
    recheck: () => plugin?.later(0),
  };
}

/** Where the diagnostics are after a change; without those whose text is gone. */
function moved(diagnostics, changes) {
  return diagnostics.flatMap((one) => {
    const [from, to] = [changes.mapPos(one.from, 1), changes.mapPos(one.to, -1)];
    return from < to || (one.from === one.to && from === to) ? [{ ...one, from, to }] : [];
  });
}

function asDiagnostic({ from, to, severity, message }) {
  return { from, to: Math.max(to, from), severity, message };
}
