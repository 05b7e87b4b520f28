// The answer: a name, a note, and two large buttons; or the fields that the run asks for. Sent once, however often it is pressed.

import { fill, h, icon, setText } from "../base/dom.js";
import { because } from "../base/refusal.js";
import { decideApproval } from "../share/share_api.js";
import { answerFields, jsonField } from "./answer_fields.js";

const KEPT = "playground:approver";

/** `{ update(view) }`; `onView(view)` gets how things stand after an answer, `onStale()` asks for that. */
export function mountDecision(form, id, { onView, onStale }) {
  const name = h("input", { class: "field", type: "text", name: "name", maxlength: "100", autocomplete: "name", required: true, enterkeyhint: "done", value: kept() });
  const note = h("textarea", { class: "field area", name: "note", rows: "1", maxlength: "2000" });
  const state = h("p", { class: "decide-state", role: "alert" });
  const yes = button("approved", "check", "Approve", "primary good");
  const no = button("rejected", "cross", "Reject", "");
  const send = button("answered", "check", "Send", "primary good");
  const other = h("button", { type: "button", class: "link", on: { click: turn } });
  const buttons = [no, yes, send];
  const fields = h("div", { class: "decide-fields" });
  const choices = h("div", { class: "decide-buttons" });
  let asked = null;
  let built = false;
  let wanted = null; // the fields that the maker of the link has named
  let json = false; // whether any JSON is asked for in place of them
  let busy = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // Enter in a field decides nothing: only a button does
  });

  function build(view) {
    built = true;
    wanted = view.run.fields;
    ask(fieldsAsked());
    setText(other, "Answer with JSON");
    fill(
      form,
      h(
        "div",
        { class: "decide-inner" },
        h("div", { class: "decide-asked" }, fields, h("div", { class: "decide-row" }, labelled("Your name", name), labelled("Note (optional)", note))),
        state,
        choices,
        h("p", { class: "decide-small" }, "Recorded with your name, and final. ", other),
      ),
    );
  }

  const fieldsAsked = () => answerFields(wanted, () => setText(state, ""));

  /** Ask for a yes or no, or (`answer`) for something else. */
  function ask(answer) {
    asked = answer;
    const plain = asked === null || asked.decides !== null;
    fill(fields, asked?.element ?? null);
    fill(choices, plain ? [no, yes] : [send]);
    choices.dataset.plain = String(plain);
    setText(state, "");
  }

  function turn() {
    json = !json;
    ask(json ? jsonField() : fieldsAsked());
    setText(other, json ? "Back" : "Answer with JSON");
    (json ? fields.querySelector("textarea") : name).focus();
  }

  async function decide(verdict) {
    if (busy) return;
    const by = name.value.trim();
    const answer = { verdict, by, note: note.value };
    if (asked !== null) {
      const read = asked.read({ by, note: note.value });
      if (!read.ok) return refuse(read.field, read.message, asked.rechecks);
      answer.payload = asked.decides === null ? read.value : { ...read.value, [asked.decides]: verdict === "approved" };
    }
    if (by === "") return refuse(name, "Say who decides: your name goes with the decision.");
    setBusy(verdict);
    keep(by);
    try {
      onView(await decideApproval(id, answer));
    } catch (error) {
      if (error.status === undefined) throw error;
      if (error.details?.approval !== undefined) onView(error.details.approval);
      else if (error.status === 404) onStale();
      else setText(state, error.offline ? "The server cannot be reached. Nothing is decided that it has not confirmed: try again." : because("Not decided", error));
    } finally {
      setBusy(null);
    }
  }

  /** `rechecks`: whether the field itself finds out that it is mended. */
  function refuse(field, message, rechecks = false) {
    setText(state, message);
    field.setAttribute("aria-invalid", "true");
    field.focus();
    if (rechecks) return;
    field.addEventListener("input", () => (field.removeAttribute("aria-invalid"), setText(state, "")), { once: true });
  }

  function setBusy(verdict) {
    busy = verdict !== null;
    for (const each of buttons) {
      each.disabled = busy;
      each.setAttribute("aria-busy", String(each.value === verdict));
    }
    if (busy) setText(state, "");
  }

  function button(verdict, iconName, text, look) {
    return h("button", { type: "button", value: verdict, class: `button large ${look}`, on: { click: () => decide(verdict) } }, icon(iconName), h("span", { text }));
  }

  return {
    update(view) {
      if (view.state === "open" && !built) build(view);
      form.hidden = view.state !== "open";
    },
  };
}

const labelled = (text, field) => h("label", { class: "decide-label" }, h("span", { text }), field);

function kept() {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

function keep(by) {
  try {
    localStorage.setItem(KEPT, by);
  } catch {
    // it is asked for again
  }
}
