// Copying, also where the modern way is refused (plain http on another host).

import { h } from "./dom.js";

/** Put `text` on the clipboard; answers whether that worked. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text) {
  const focused = document.activeElement;
  const field = h("textarea", { class: "visually-hidden", "aria-hidden": "true", tabindex: "-1" });
  field.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus?.();
  return done;
}

/** A small button that copies what `read()` gives, and says so. */
export function copyButton(read, label = "Copy") {
  const text = h("span", { text: label });
  const button = h("button", { type: "button", class: "button ghost small", on: { click: press } }, text);
  async function press() {
    text.textContent = (await copy(read())) ? "Copied" : "Not copied";
    setTimeout(() => (text.textContent = label), 1600);
  }
  return button;
}
