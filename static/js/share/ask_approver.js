// Ask somebody who has nothing but a phone: a link to one wait of one run, for one answer.

import { openDialog } from "../base/dialogs.js";
import { h, setText } from "../base/dom.js";
import { lifetimeChoice } from "./lifetime_choice.js";
import { showLink } from "./link_form.js";
import { askApprover } from "./share_api.js";

/** Open it for `step`, which waits; `texts` are of the run's files, which may say what its event should carry. */
export function openAsking(session, runId, step, texts) {
  const fields = fieldsOf(texts, step);
  const question = h("textarea", { class: "field area", rows: "2", maxlength: "500", "aria-label": "What is asked" });
  question.value = capital(step.name);
  const label = h("input", { class: "field", type: "text", maxlength: "80", autocomplete: "off", placeholder: "Ada, or the finance team", "aria-label": "Who is asked" });
  const { select, button, state, made, working } = lifetimeChoice({ forever: "Good until the wait is over", chosen: "1 day", refusal });
  const form = h(
    "form",
    { class: "link-form", on: { submit: working(make) } },
    h("p", { text: "Whoever opens the link sees this one run and decides, once. No account, made for a phone." }),
    h("label", { class: "share-field" }, h("span", { class: "share-label", text: "What is asked" }), question),
    h("label", { class: "share-field" }, h("span", { class: "share-label", text: "Who is asked (optional)" }), label),
    h("div", { class: "link-options" }, select, button),
    state,
    made,
  );
  const dialog = openDialog("Send to an approver", form, "share-dialog");
  question.focus();
  question.select();
  return dialog;

  async function make(expires) {
    const wanted = { instance: runId, step: step.key, question: question.value, label: label.value, expires };
    const link = await askApprover(session, { ...wanted, fields: await fields });
    await showLink(made, new URL(link.url, location.href).href, "decide");
    setText(button.lastElementChild, "Create another");
  }
}

const refusal = ({ code, message }) => (code === "instance.not_waiting" ? "The run does not wait there any more." : `No link was made: ${message}`);

/** What the source says of the event's payload; null where it says nothing. */
async function fieldsOf(texts, { name, eventType }) {
  if (texts.length === 0) return null;
  const { flatFields, inferred } = await import("../run/prompt_fields.js");
  const fields = flatFields(await inferred(texts, { name, type: eventType }));
  return fields.length === 0 ? null : fields;
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
