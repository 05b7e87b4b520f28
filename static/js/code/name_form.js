// Asking for a file's name, below the tabs. A name that cannot be is refused while it is typed.

import { h, setText } from "../base/dom.js";

const CODE = /[^./]\.(?:[cm]?[jt]s|json)$/;

/** `open({ title, verb, name, check(name), onDone(name) })`, where `check` answers what is wrong with a name, or null. */
export function createNameForm(bar) {
  const title = h("label", { class: "name-title", for: "file-name" });
  const input = h("input", { id: "file-name", class: "field", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-describedby": "file-name-trouble" });
  const trouble = h("p", { id: "file-name-trouble", class: "name-trouble", role: "status" });
  const done = h("button", { type: "submit", class: "button primary small" });
  const form = h("form", { class: "popup name-form", hidden: true }, title, h("div", { class: "name-row" }, input, done), trouble);
  let asked = null;
  let before = null;
  let ending = "";
  bar.append(form);

  input.addEventListener("input", () => {
    dropEnding();
    say(asked.check(input.value.trim()));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = input.value.trim();
    const why = asked.check(name);
    say(why);
    if (why !== null) return input.focus();
    close();
    asked.onDone(name);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
    before?.focus();
  });
  form.addEventListener("focusout", (event) => event.relatedTarget !== null && !form.contains(event.relatedTarget) && close());
  document.addEventListener("pointerdown", (event) => !form.hidden && !form.contains(event.target) && close());

  function say(why) {
    setText(trouble, why ?? "");
    input.setAttribute("aria-invalid", String(why !== null));
  }

  /** Who types an ending of their own before the one that stood there means theirs. */
  function dropEnding() {
    const at = input.selectionStart;
    const typed = input.value.slice(0, at);
    if (input.value.slice(at) === ending && CODE.test(typed)) input.value = typed;
  }

  function close() {
    form.hidden = true;
  }

  return {
    open(question) {
      asked = question;
      before = document.activeElement;
      setText(title, question.title);
      setText(done, question.verb);
      input.value = question.name;
      say(null);
      form.hidden = false;
      input.focus();
      ending = /\.[^./]*$/.exec(question.name)?.[0] ?? "";
      input.setSelectionRange(question.name.lastIndexOf("/") + 1, question.name.length - ending.length);
    },
  };
}
