// Modal dialogs: the browser's own, which keeps the focus in and gives it back.

import { h, icon } from "./dom.js";
import { comeForward } from "./toasts.js";

/** Open a dialog with `title` and `content`; answers the element. It leaves the page when it is closed. */
export function openDialog(title, content, className = "") {
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    { class: `dialog ${className}`, "aria-label": title },
    h("header", { class: "dialog-head" }, h("h2", { text: title }), h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "Close", on: { click: close } }, icon("cross"))),
    h("div", { class: "dialog-body" }, content),
  );
  dialog.addEventListener("close", () => {
    comeForward();
    dialog.remove();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Ask before something that cannot be taken back; resolves to true or false. */
export const confirmed = async (title, text, verb, keep = "Keep it") => (await chosen(title, text, [{ value: true, label: verb, look: "primary danger" }], keep)) === true;

/** Ask which of `options` (`{ value, label, look }`; the last has the focus) it is to be; resolves to its value, or null. */
export function chosen(title, text, options, keep = "Keep it") {
  return new Promise((resolve) => {
    let answer = null;
    const choose = (value) => {
      answer = value;
      dialog.close();
    };
    const dialog = openDialog(title, [
      h("p", { text }),
      h(
        "div",
        { class: "dialog-actions" },
        h("button", { type: "button", class: "button", text: keep, on: { click: () => choose(null) } }),
        options.map(({ value, label, look }, at) =>
          h("button", { type: "button", class: `button ${look}`, text: label, autofocus: at === options.length - 1, on: { click: () => choose(value) } }),
        ),
      ),
    ]);
    dialog.addEventListener("close", () => resolve(answer));
  });
}
