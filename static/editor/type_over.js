// What is typed over a selection, put there by us. The browser would keep the style of what it replaces, in a `style`
// attribute that the page's policy refuses, with an error in the console.

import { EditorView } from "@codemirror/view";

export const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { state, composing } = view;
    const { from, to, empty } = state.selection.main;
    if (event.inputType !== "insertText" || !event.data || empty || composing || state.readOnly) return false;
    const text = event.data;
    const insert = () => state.update(state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    // closing brackets and the like
    const taken = state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert));
    if (!taken) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});
