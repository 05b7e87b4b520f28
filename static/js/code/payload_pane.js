// The payload's pane: its field becomes an editor of JSON, can be folded away and made larger, and knows what was sent before.

import { byId, fill, h, icon } from "../base/dom.js";
import { ago, oneLine } from "../base/format.js";
import { jsonPlace } from "../base/json_place.js";
import { popup } from "../base/popup.js";
import { toast } from "../base/toasts.js";
import { parseJson } from "./payload.js";
import { historyOf, keepTyped, keptOf, removeKept } from "./payload_history.js";

const BUNDLE = "/static/build/editor.js";
const OPEN = "playground:payload-open";
const HEIGHT = "playground:payload-height";
const [LEAST, MOST, STEP] = [56, 460, 24];

/** A part of the page. Whatever reads or writes the textarea `#payload` goes on doing so: the editor follows it, and it the editor. */
export function mountPayload(page) {
  const pane = byId("payload-pane");
  const field = byId("payload");
  const host = h("div", { class: "payload-host" });
  const label = pane.querySelector("label");
  const fold = h("button", { type: "button", class: "payload-fold", "aria-expanded": "true", "aria-controls": "payload-body" }, icon("chevron"), h("span", { text: "Payload" }));
  const brief = h("code", { class: "payload-brief", hidden: true });
  const body = h("div", { class: "payload-body", id: "payload-body" });
  const handle = h("div", { class: "payload-handle", role: "separator", "aria-orientation": "horizontal", "aria-label": "Height of the payload", "aria-valuemin": String(LEAST), "aria-valuemax": String(MOST), "aria-valuenow": String(Math.max(LEAST, field.offsetHeight)), tabindex: "0" });
  const used = historyButton();
  let editor = null;

  label.replaceWith(fold);
  label.classList.add("visually-hidden");
  pane.prepend(label, handle);
  field.after(body);
  body.append(field, host);
  fold.after(brief);
  pane.querySelector(".payload-head").append(h("span", { class: "payload-tools" }, page.can.edit && used.element, page.can.edit && tool("Format", format)));
  fold.addEventListener("click", () => open(fold.getAttribute("aria-expanded") !== "true"));
  field.addEventListener("input", drawBrief);
  page.commands.add(
    { id: "payload.focus", title: "Edit the payload", group: "Code", run: () => (page.show("code"), field.focus()) },
    { id: "payload.format", title: "Format the payload", group: "Code", refusal: () => (page.can.edit ? null : "You are watching: nothing can be edited."), run: format },
    { id: "payload.history", title: "Payloads used before", group: "Code", refusal: () => (page.can.edit ? null : "You are watching: nothing can be edited."), run: () => (page.show("code"), used.open()) },
  );
  resizable();
  open(remembered(OPEN) !== "false", false);
  void upgrade();

  async function upgrade() {
    try {
      const bundle = await import(BUNDLE);
      const nonce = document.body.dataset.nonce;
      editor = bundle.createJsonField({ parent: host, doc: field.value, nonce, label: "Payload, JSON", describedBy: "payload-state", readOnly: !page.can.edit, placeOf, onChange: typed, onRun: () => page.run() });
    } catch {
      return; // the plain field stays
    }
    const focused = document.activeElement === field;
    follow();
    field.hidden = true;
    if (focused) editor.focus();
  }

  /** Let the editor follow the field, whoever writes to it. */
  function follow() {
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
    Object.defineProperty(field, "value", {
      configurable: true,
      get: () => get.call(field),
      set(text) {
        set.call(field, text);
        editor.setText(get.call(field));
        drawBrief();
      },
    });
    field.focus = () => (open(true), editor.focus());
    field.select = () => editor.select();
    label.addEventListener("click", () => field.focus());
  }

  function typed(text) {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function format() {
    const parsed = page.payload.read();
    if (!parsed.ok || parsed.value === undefined) return;
    replace(JSON.stringify(parsed.value, null, 2));
  }

  function replace(text) {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    page.payload.check();
  }

  function open(wanted, keep = true) {
    fold.setAttribute("aria-expanded", String(wanted));
    body.hidden = handle.hidden = !wanted;
    pane.classList.toggle("folded", !wanted);
    if (keep) remember(OPEN, String(wanted));
    drawBrief();
  }

  function drawBrief() {
    brief.hidden = !body.hidden;
    if (brief.hidden) return;
    const parsed = parseJson(field.value);
    brief.textContent = parsed.ok && parsed.value !== undefined ? oneLine(parsed.value, 80) : ""; // else its state says so
  }

  function historyButton() {
    const button = h("button", { type: "button", class: "button ghost small", "aria-haspopup": "true" }, icon("clock"), h("span", { text: "Used before" }));
    const list = h("ul", { class: "payload-list", "aria-label": "Payloads used before" });
    const panel = h("div", { class: "popup payload-popup", hidden: true }, list);
    const menu = popup(button, panel, { onOpen: () => (draw(), queueMicrotask(() => list.querySelector("button")?.focus())) });

    function draw() {
      const session = page.session.id();
      const { log } = page.model.get();
      const all = historyOf(log.order.map((id) => log.runs[id]), keptOf(session));
      fill(list, all.length === 0 ? h("li", { class: "payload-none", text: "None yet. What a run is started with is listed here." }) : all.map((each) => item(each, session)));
    }

    function item({ text, key, time, run }, session) {
      const choose = () => {
        const before = field.value;
        keepTyped(session, before, Date.now());
        menu.close();
        replace(text);
        field.focus();
        if (before.trim() !== "" && before !== text) toast("The payload was replaced.", { action: { label: "Undo", run: () => replace(before) } });
      };
      const remove = () => {
        removeKept(session, key);
        draw();
        (list.querySelector("button") ?? button).focus();
      };
      return h(
        "li",
        { class: "payload-item" },
        h("button", { type: "button", class: "payload-choice", on: { click: choose } }, h("code", { text: key === "" ? "empty" : key.slice(0, 120) }), h("span", { class: "payload-when", text: `${run === null ? "typed" : `Run ${run}`} · ${ago(time)}` })),
        h("button", { type: "button", class: "button ghost small icon-only", "aria-label": `Remove ${key.slice(0, 40)} from the list`, title: "Remove from the list", on: { click: remove } }, icon("cross")),
      );
    }

    return { element: h("div", { class: "anchor" }, button, panel), open: menu.open };
  }

  function resizable() {
    const set = (height, keep = true) => {
      const wanted = Math.round(Math.min(MOST, Math.max(LEAST, height)));
      pane.style.setProperty("--payload-height", `${wanted}px`);
      handle.setAttribute("aria-valuenow", String(wanted));
      if (keep) remember(HEIGHT, String(wanted));
    };
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (handle.hasPointerCapture(event.pointerId)) set(body.getBoundingClientRect().bottom - event.clientY - 34);
    });
    handle.addEventListener("keydown", (event) => {
      const way = { ArrowUp: STEP, ArrowDown: -STEP }[event.key];
      if (way === undefined) return;
      event.preventDefault();
      set(body.offsetHeight + way);
    });
    handle.addEventListener("dblclick", () => (pane.style.removeProperty("--payload-height"), remember(HEIGHT, "")));
    const kept = parseInt(remembered(HEIGHT) ?? "", 10);
    if (Number.isFinite(kept)) set(kept, false);
  }
}

function placeOf(text) {
  const parsed = parseJson(text);
  return parsed.ok ? null : { ...jsonPlace(text), message: parsed.message };
}

const tool = (text, press) => h("button", { type: "button", class: "button ghost small", on: { click: press } }, h("span", { text }));

function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // holds for this page only
  }
}
