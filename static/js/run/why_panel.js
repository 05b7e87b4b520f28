// The line under the run's head that says why it is where it is; pressed, it tells the whole story and what to do next.

import * as api from "../state/api.js";
import { countDown, still } from "../base/countdown.js";
import { fill, h, icon, setText } from "../base/dom.js";
import { popup } from "../base/popup.js";
import { isFileRun } from "../state/file_run.js";
import { whyNow, whyStory } from "../state/why.js";

const ASK_MS = 2000;
const AWAY = {
  lost: "The server is away: this is how it stood when it was last heard of",
  restarting: "The server restarts: this is how it stood when it was last heard of",
  offline: "This device is offline: this is how it stood when it was last heard of",
  catching: "Catching up with what was committed meanwhile",
  gone: "The server does not know this session any more",
};

/** `{ element, update({ run, link, may }) }`: `may` whether something may be done. `onDo(what, run, step)` does one of the story's. */
export function mountWhy({ onDo }) {
  const text = h("span", { class: "why-text" });
  const left = h("span", { class: "why-left mono" });
  const button = h("button", { type: "button", class: "why-button", "aria-describedby": "why-hint", title: "Why is it not moving?" }, text, left, icon("chevron", "icon why-turn"));
  const story = h("div", { class: "why-story", role: "status" });
  const actions = h("div", { class: "why-actions" });
  const panel = h("div", { class: "popup why-panel", hidden: true, role: "group", "aria-label": "Why is it not moving?" }, h("h3", { class: "why-title", text: "Why is it not moving?" }), story, actions);
  const hint = h("span", { id: "why-hint", hidden: true, text: "Tells the whole story, and what to do next" });
  const element = h("div", { class: "why anchor" }, button, panel, hint);
  const menu = popup(button, panel, { onOpen: opened });
  let shown = { run: undefined, link: null, may: false };
  let kept = null;
  let asking = null;
  let told = null;

  function opened() {
    kept = null;
    told = null;
    tell();
    void ask();
    clearInterval(asking);
    asking = setInterval(() => (menu.isOpen() ? void ask() : clearInterval(asking)), ASK_MS);
  }

  /** What only the server knows: whether the run is in memory, or waits for its turn to come there. */
  async function ask() {
    const { run } = shown;
    if (run === undefined || isFileRun(run.id)) return;
    try {
      const found = await api.codeOf(run.id);
      if (shown.run?.id !== run.id) return;
      kept = { residence: found.residence, waiting: found.waiting, isolates: found.isolates };
      tell();
    } catch {
      kept = null;
    }
  }

  function tell() {
    const { run, link, may } = shown;
    if (run === undefined) return;
    const { lines, next } = whyStory(run, kept);
    const away = AWAY[link];
    const offered = may && away === undefined ? next : [];
    const look = JSON.stringify([lines, offered, away]);
    if (look === told) return;
    told = look;
    fill(story, away && h("p", { class: "why-away", text: `${away}.` }), lines.map(line));
    fill(actions, offered.map((each, at) => h("button", { type: "button", class: `button small${at === 0 ? " primary" : ""}`, text: each.label, on: { click: () => press(each) } })));
    actions.hidden = offered.length === 0;
  }

  function press({ do: what, step }) {
    menu.close();
    button.focus();
    onDo(what, shown.run, step);
  }

  function line({ text: said, until, tail }) {
    if (until === null) return h("p", { text: said });
    const time = h("span", { class: "mono" });
    queueMicrotask(() => countDown(time, until));
    return h("p", {}, `${said} `, time, tail);
  }

  return {
    element,
    update(next) {
      if (next.run === shown.run && next.link === shown.link && next.may === shown.may) return;
      if (next.run?.id !== shown.run?.id) {
        menu.close();
        kept = null;
      }
      shown = next;
      const isFile = next.run !== undefined && isFileRun(next.run.id); // nothing of it goes on
      const now = isFile ? { text: "", until: null } : next.run === undefined ? { text: "Starting…", until: null } : whyNow(next.run);
      const away = now.text === "" ? undefined : AWAY[next.link];
      setText(text, away ?? now.text);
      element.hidden = now.text === "";
      if (element.hidden) menu.close();
      still(left);
      if (now.until === null || away !== undefined) setText(left, "");
      else countDown(left, now.until);
      if (menu.isOpen()) tell();
    },
  };
}
