// The sections of the debug panel. Each is `{ name, element, update(settings, run), focus() }`, `run` where it is a run's.

import { fill, h, icon } from "../base/dom.js";
import { oneLine, plural, pretty } from "../base/format.js";
import { includes, without, wordsOf } from "./breakpoints.js";
import { faultForm, faultText } from "./fault_form.js";
import { PACES, naps } from "./virtual_time.js";

const part = (name, title, ...content) => h("section", { class: "debug-section", data: { section: name } }, h("h3", { text: title }), content);
const small = (props, ...content) => h("button", { type: "button", ...props, class: `button small ${props.class ?? ""}` }, ...content);
const remove = (label, press) => small({ class: "ghost icon-only", "aria-label": label, title: label, on: { click: press } }, icon("cross"));

/** How fast time goes by. */
export function clockSection({ change, doing, live }) {
  const buttons = PACES.map(({ pace, label, about }) => h("button", { type: "button", class: "debug-pace", role: "radio", title: about, text: label, data: { pace }, on: { click: () => change({ pace }) } }));
  const row = h("div", { class: "debug-paces", role: "radiogroup", "aria-label": "How fast time goes by" }, buttons);
  const about = h("p", { class: "debug-hint" });
  const skip = small({ on: { click: doing.skipAll } }, icon("skip"), h("span", { text: "Skip all sleeps now" }));
  const foot = h("div", { class: "debug-foot" }, skip);
  row.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + way + buttons.length) % buttons.length];
    next.focus();
    next.click();
  });
  return {
    name: "clock",
    element: part("clock", "Clock", row, about, foot),
    update({ pace }, run) {
      for (const button of buttons) {
        const on = button.dataset.pace === String(pace);
        button.setAttribute("aria-checked", String(on));
        button.tabIndex = on ? 0 : -1;
      }
      if (!buttons.some(({ tabIndex }) => tabIndex === 0)) buttons[0].tabIndex = 0;
      about.textContent = `${PACES.find((each) => each.pace === pace)?.about ?? `Sleeps and delays are ${pace} times shorter`}. Waits for events keep their time.`;
      foot.hidden = run === undefined;
      const asleep = live() === undefined ? 0 : naps(live()).length;
      skip.disabled = asleep === 0;
      skip.title = asleep === 0 ? "Nothing sleeps or waits for its next attempt" : `Ends ${plural(asleep, "wait")} now`;
    },
    focus: () => buttons.find(({ tabIndex }) => tabIndex === 0).focus(),
  };
}

/** Where the run stops. */
export function breakpointSection({ change, places }) {
  const every = h("input", { type: "checkbox", on: { change: () => change({ everyStep: every.checked }) } });
  const list = h("ul", { class: "debug-list" });
  const choices = h("select", { class: "field debug-field", "aria-label": "Stop before", on: { change: add } });
  let now = [];

  function add() {
    if (choices.value !== "") void change({ breakpoints: [...now, JSON.parse(choices.value)] });
  }

  return {
    name: "breakpoints",
    element: part("breakpoints", "Stop before", h("label", { class: "check" }, every, h("span", { text: "Every step: run it step by step" })), list, choices),
    update({ everyStep, breakpoints }) {
      every.checked = everyStep;
      now = breakpoints;
      const gone = (each) => () => change({ breakpoints: without(now, each) });
      const item = (each) => h("li", {}, h("span", { class: "debug-dot" }), h("span", { class: "debug-name mono", text: wordsOf(each) }), remove(`Do not stop before ${wordsOf(each)}`, gone(each)));
      fill(list, breakpoints.map(item));
      const free = places().filter((each) => !includes(breakpoints, each));
      fill(choices, h("option", { value: "", text: free.length > 0 ? "Add a step…" : "No other step is known" }), free.map((each) => h("option", { value: JSON.stringify(each), text: wordsOf(each) })));
      choices.disabled = free.length === 0;
    },
    focus: () => choices.focus(),
  };
}

/** What befalls the next attempts. */
export function faultSection({ change, names }) {
  const list = h("ul", { class: "debug-list" });
  const form = faultForm({ onAdd: (fault) => change({ faults: [...plain(), fault] }) });
  let now = [];
  /** Those that are left, as many as they are left for: setting them counts them anew. */
  const plain = () => now.flatMap(({ left, ...fault }) => ((left ?? fault.times ?? 1) > 0 ? [{ ...fault, times: left ?? fault.times ?? 1 }] : []));

  function item(fault) {
    const over = fault.left === 0;
    const text = h("span", { class: "debug-fault", text: faultText(fault) });
    const gone = () => change({ faults: now.filter((each) => each !== fault && each.left !== 0).map(({ left, ...each }) => ({ ...each, times: left ?? each.times ?? 1 })) });
    return h("li", { data: { over } }, icon(fault.kind === "fail" ? "bolt" : "clock"), text, over ? h("span", { class: "debug-hint", text: "used up" }) : remove("Remove this fault", gone));
  }

  return {
    name: "faults",
    element: part("faults", "Faults", list, form.element),
    update({ faults }) {
      now = faults;
      fill(list, faults.map(item));
      form.update(names(["do"]));
    },
    focus: form.focus,
  };
}

/** What steps give without being called. */
export function pinSection({ change }) {
  const list = h("ul", { class: "debug-list" });
  const name = h("span", { class: "debug-name mono" });
  const field = h("textarea", { class: "field debug-json mono", rows: 4, spellcheck: "false", "aria-label": "Pinned output, JSON" });
  const trouble = h("p", { class: "debug-trouble", role: "alert" });
  const keep = small({ class: "primary", on: { click: save } }, icon("pin"), h("span", { text: "Pin" }));
  const cancel = small({ on: { click: away } }, h("span", { text: "Cancel" }));
  const form = h("div", { class: "debug-form", hidden: true }, h("p", {}, "Output of ", name), field, trouble, h("div", { class: "debug-foot" }, keep, cancel));
  const none = h("p", { class: "debug-hint", text: "Open a finished step and pin its output: the step is not called then." });
  let now = {};

  function edit(step, output) {
    name.textContent = step;
    field.value = pretty(output === undefined ? null : output);
    trouble.textContent = "";
    form.hidden = false;
    form.scrollIntoView({ block: "nearest" });
    field.focus();
  }

  function save() {
    let output;
    try {
      output = JSON.parse(field.value);
    } catch (error) {
      trouble.textContent = `This is not JSON: ${error.message}`;
      field.focus();
      return;
    }
    away();
    void change({ pins: { ...now, [name.textContent]: output } });
  }

  /** Close the form; the focus stays in the panel. */
  function away() {
    const place = form.closest("[role=dialog]")?.querySelector("[aria-checked=true]");
    place?.focus();
    form.hidden = true;
  }

  return {
    name: "pins",
    element: part("pins", "Pinned outputs", list, none, form),
    update({ pins }) {
      now = pins;
      const without = (gone) => () => change({ pins: Object.fromEntries(Object.entries(now).filter(([each]) => each !== gone)) });
      const item = ([step, output]) =>
        h(
          "li",
          {},
          icon("pin"),
          h("button", { type: "button", class: "debug-pin", title: "Edit", on: { click: () => edit(step, output) } }, h("span", { class: "debug-name mono", text: step }), h("span", { class: "debug-value mono", text: oneLine(output, 60) })),
          remove(`Do not pin ${step}`, without(step)),
        );
      fill(list, Object.entries(pins).map(item));
      none.hidden = Object.keys(pins).length > 0;
    },
    edit,
    focus: () => (list.querySelector("button") ?? field).focus(),
  };
}

/** What is thrown away under the run. */
export function lossSection({ doing, killable }) {
  const crash = small({ on: { click: doing.crash } }, icon("bolt"), h("span", { text: "Throw the isolate away" }));
  const kill = small({ class: "danger", hidden: !killable, on: { click: doing.kill } }, icon("stop"), h("span", { text: "Kill the server" }));
  const element = part("loss", "Crash", h("p", { class: "debug-hint", text: "What is committed stays; what was in flight is tried again." }), h("div", { class: "debug-foot" }, crash, kill));
  return {
    name: "loss",
    element,
    update(settings, run) {
      element.hidden = run === undefined && !killable;
      crash.disabled = run === undefined;
    },
    focus: () => crash.focus(),
  };
}
