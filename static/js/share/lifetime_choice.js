// What every form for a link ends with: how long it is good for, the button, what went wrong, and the link that was made.

import { h, icon, setText } from "../base/dom.js";
import { LIFETIMES } from "./link_words.js";

/**
 * `{ select, button, state, made, working(make) }`: elements for the form. `forever` is the word for a link without an end, `chosen` the
 * lifetime at first. `working(make)` is the listener of the form's submit: `make(expires)` shows the link; `refusal(error)` says why there is none.
 */
export function lifetimeChoice({ forever, chosen, refusal = ({ message }) => `No link was made: ${message}` }) {
  const options = LIFETIMES.map(({ id, name }) => h("option", { value: id, text: id === "never" ? forever : `Good for ${name}`, selected: id === chosen }));
  const select = h("select", { class: "field", "aria-label": "Expires" }, options);
  const button = h("button", { type: "submit", class: "button primary" }, icon("link"), h("span", { text: "Create link" }));
  const state = h("p", { class: "share-state", role: "alert" });
  const made = h("div", { class: "made-link" });

  const working = (make) => async (event) => {
    event.preventDefault();
    button.disabled = true;
    setText(state, "");
    try {
      await make(select.value);
    } catch (error) {
      setText(state, refusal(error));
    } finally {
      button.disabled = false;
    }
  };

  return { select, button, state, made, working };
}
