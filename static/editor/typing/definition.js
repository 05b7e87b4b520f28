// Going to where something is defined: F12, or a click with Ctrl or ⌘.

import { EditorView, keymap } from "@codemirror/view";

/** `{ extension, run(view) }`. `onGo({ name, from, to })` brings a place of the draft into view. */
export function typedDefinition(types, name, onGo) {
  const go = (at) => {
    types.ask("definition", name(), at).then((places) => {
      if (places?.length > 0) onGo(places[0]);
    });
    return true;
  };
  const run = (view) => types.isReady() && go(view.state.selection.main.head);
  const extension = [
    keymap.of([{ key: "F12", run }]),
    EditorView.domEventHandlers({
      mousedown(event, view) {
        if (event.button !== 0 || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !types.isReady()) return false;
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
        if (at === null || !/[\w$]/.test(view.state.sliceDoc(at, at + 1))) return false;
        event.preventDefault();
        return go(at);
      },
    }),
  ];
  return { extension, run };
}
