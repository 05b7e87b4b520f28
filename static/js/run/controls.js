// The buttons of a run: what is most wanted always in sight, the rest in a menu. What cannot be done now says why.

import { refusals, isHeld } from "../state/abilities.js";
import { h, icon, setText } from "../base/dom.js";
import { popup } from "../base/popup.js";
import { toast } from "../base/toasts.js";

const SETTLE_MS = 700; // for which an answered press waits at most for the log to show what came of it

const TITLES = {
  pause: "Hold the run: callbacks in flight end, nothing else begins",
  resume: "Go on where it was held; deadlines move by the length of the pause",
  restart: "Run it again from the top, with the same code and payload; its journal begins anew",
};

/** What is also in the menu, and done by the command of that name. */
const BY_COMMAND = [
  ["run.again", "retry", "Run again", "With this run's input, to be edited first"],
  ["run.compare", "compare", "Compare", "With another run, step by step"],
  ["run.save", "file", "Save as a file", "Code, input, journal and log, to be opened anywhere"],
];

/**
 * `{ element, update(run) }`; `onAct(action, runId)` resolves when the server has answered, to null where nothing was done;
 * `commands` as in shell/commands.js.
 */
export function mountControls(onAct, commands) {
  const hold = button("pause", "pause", "Pause");
  const restart = button("restart", "restart", "Restart");
  const more = h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "More to do with this run", title: "More" }, icon("more"));
  const items = [
    item("terminate", "stop", "Terminate", "Ends here and now, with or without rollback"),
    item("crash", "bolt", "Crash", "Throws the isolate away in mid-flight; the run recovers"),
    item("delete", "trash", "Delete", "Removes the run and all that it stored"),
  ];
  const panel = h("div", { class: "popup run-menu", hidden: true, role: "group", "aria-label": "More to do with this run" }, BY_COMMAND.map(byCommand), items);
  const element = h("div", { class: "run-controls", hidden: true }, hold, restart, h("div", { class: "anchor" }, more, panel));
  const menu = popup(more, panel, { onOpen: () => queueMicrotask(() => panel.firstElementChild.focus()) });
  let run;
  let pending = null; // { action, id, seq, answered }
  panel.addEventListener("keydown", moveByKeys);

  function button(action, name, text) {
    return h("button", { type: "button", class: "button small", "aria-label": text, data: { action }, on: { click: press } }, icon(name), h("span", { text }));
  }

  function item(action, name, text, about) {
    const says = h("span", { class: "menu-about", "aria-hidden": "true", text: about }); // said as the description
    const props = { type: "button", class: "menu-item", data: { action, about } };
    return h("button", { ...props, on: { click: press } }, icon(name), h("span", { class: "menu-text" }, h("span", {}, text, h("span", { class: "visually-hidden", text: " this run" })), says));
  }

  function byCommand([id, name, text, about]) {
    const says = h("span", { class: "menu-about", "aria-hidden": "true", text: about });
    const run = () => (menu.close(), more.focus(), commands.run(id));
    return h("button", { type: "button", class: "menu-item", "aria-description": about, data: { command: id }, on: { click: run } }, icon(name), h("span", { class: "menu-text" }, h("span", { text }), says));
  }

  async function press({ currentTarget }) {
    const { action } = currentTarget.dataset;
    const refusal = refusals(run)[action];
    if (refusal !== null) return toast(refusal);
    if (pending?.action === action) return;
    if (menu.isOpen()) {
      menu.close();
      more.focus();
    }
    const mine = { action, id: run.id, seq: run.seq, answered: false };
    pending = mine;
    draw();
    const answer = await onAct(action, mine.id);
    mine.answered = true;
    settle();
    setTimeout(() => forget(mine), answer === null ? 0 : SETTLE_MS);
  }

  function forget(press) {
    if (pending !== press) return;
    pending = null;
    draw();
  }

  /** A press is over when the server has answered and the log has gone on. */
  function settle() {
    if (pending === null || (run?.id === pending.id && !(pending.answered && run.seq > pending.seq))) return;
    pending = null;
    draw();
  }

  function draw() {
    if (run === undefined) return;
    const why = refusals(run);
    const held = isHeld(run);
    set(hold, held ? "resume" : "pause");
    hold.firstElementChild.replaceWith(icon(held ? "play" : "pause"));
    setText(hold.lastElementChild, held ? "Resume" : "Pause");
    hold.setAttribute("aria-label", hold.lastElementChild.textContent);
    for (const each of [hold, restart]) offer(each, why[each.dataset.action], TITLES[each.dataset.action]);
    for (const each of items) {
      offer(each, why[each.dataset.action], "");
      each.setAttribute("aria-description", why[each.dataset.action] ?? each.dataset.about);
      setText(each.querySelector(".menu-about"), why[each.dataset.action] ?? each.dataset.about);
    }
    offer(more, null, "More");
  }

  function offer(element, refusal, title) {
    const busy = pending !== null && (element === more ? items.some((each) => is(each)) : is(element));
    element.setAttribute("aria-busy", String(busy));
    element.setAttribute("aria-disabled", String(refusal !== null));
    if (refusal === null) element.removeAttribute("aria-description");
    else element.setAttribute("aria-description", refusal);
    element.title = refusal ?? title;
  }

  const set = (element, action) => (element.dataset.action = action);
  const is = (element) => element.dataset.action === pending.action || (element === hold && ["pause", "resume"].includes(pending.action));

  return {
    element,
    update(next) {
      if (next === run) return;
      run = next;
      element.hidden = run === undefined;
      settle();
      draw();
    },
  };
}

function moveByKeys(event) {
  const items = [...event.currentTarget.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items[(next + items.length) % items.length].focus();
}
