// What is to be known of a run beside its steps: its input and output, the events that it got, its times and its names.

import { copy } from "../base/clipboard.js";
import { fill, h, icon } from "../base/dom.js";
import { moment, plural } from "../base/format.js";
import { errorBlock } from "../run/error_view.js";
import { FINISHED } from "../state/store.js";
import { runValue } from "./output.js";
import { eventsOf } from "./received.js";
import { runFacts } from "./run_facts.js";

const SHOWN = 100;

/** As views.js wants a view. Each part is drawn anew only where what it shows has changed. */
export function mount(root, page) {
  const names = ["input", "output", "events", "facts"];
  const parts = Object.fromEntries(names.map((name) => [name, h("section", { class: `run-part run-${name}` })]));
  const empty = h("p", { class: "view-empty", text: "Nothing has run yet. What a run is given, the events that it gets and what it comes to appear here." });
  fill(root, empty, h("div", { class: "run-details", hidden: true }, Object.values(parts)));
  let drawn = {};
  let open = new Map(); // blocks of events by their seq, with what is open in them

  function draw(name, deps, make) {
    if (drawn[name] !== undefined && drawn[name].every((dep, at) => dep === deps[at])) return;
    drawn[name] = deps;
    const made = make();
    parts[name].hidden = made === null;
    fill(parts[name], made);
  }

  return {
    update({ state, run, runs }) {
      empty.hidden = run !== undefined;
      root.lastElementChild.hidden = run === undefined;
      if (run === undefined) return;
      if (drawn.id !== run.id) [drawn, open] = [{ id: run.id }, new Map()];
      const version = run.version ?? state.codes?.[run.id]?.version ?? null;
      draw("facts", [run.status, run.started, run.ended, version, run.lineage, runs.length], () => factList(runFacts(run, { version, runs, session: state.session }), page));
      draw("input", [run.params], () => runValue("Input", run.params, { run, of: "input", page, name: "event.payload", note: "event.payload" }));
      draw("events", [run.events, run.steps], () => events(run));
      draw("output", [run.status, run.output, run.error], () => outcome(run));
    },
  };

  function events(run) {
    if (run.events.length === 0) return null;
    const all = eventsOf(run.events, page.model.journal(run.id), run.seq);
    const shown = all.slice(-SHOWN);
    return [
      h("h3", { class: "run-part-title" }, icon("hand"), `${plural(all.length, "event")} received`),
      shown.length < all.length && h("p", { class: "value-note", text: `The last ${shown.length} are shown.` }),
      h("ol", { class: "event-list" }, shown.map((each) => eventItem(run, each))),
    ];
  }

  function eventItem(run, event) {
    const taken = event.step === null ? "not taken yet: kept until a step waits for it" : "taken by ";
    const by = event.step !== null && h("button", { type: "button", class: "link", text: event.step.name, on: { click: () => page.selectStep(event.step.key) } });
    const block = open.get(event.seq) ?? runValue("Payload", event.payload, { run, of: `event-${event.seq}`, page, name: "event.payload" });
    open.set(event.seq, block);
    return h("li", { class: "event-item", data: { taken: String(event.step !== null) } }, h("p", { class: "event-head" }, h("code", { text: event.type }), h("span", { class: "mono", text: moment(event.time) }), h("span", { class: "event-by" }, taken, by)), block);
  }

  function outcome(run) {
    if (!FINISHED.has(run.status)) return null;
    if (run.status === "errored") return errorBlock(run.error ?? { message: "no error was recorded" }, page.places);
    return run.status === "complete" ? runValue("Output", run.output, { run, of: "output", page, name: "output" }) : null;
  }
}

/** `facts`: `{ term, text, copied?, mono?, run? }` in order; `run` is the id of another run that pressing it shows. */
function factList(facts, page) {
  return h("dl", { class: "run-facts" }, facts.map((fact) => h("div", {}, h("dt", { text: fact.term }), h("dd", { class: fact.mono ? "mono" : "" }, factValue(fact, page)))));
}

function factValue({ text, copied, run }, page) {
  if (run !== undefined) return h("button", { type: "button", class: "link", text, on: { click: () => page.select(run) } });
  if (copied !== true) return text;
  const press = async ({ currentTarget: button }) => {
    fill(button, icon((await copy(text)) ? "check" : "warning"));
    setTimeout(() => fill(button, icon("copy")), 1400);
  };
  return [h("span", { class: "fact-id", text }), h("button", { type: "button", class: "tree-tool", "aria-label": `Copy ${text}`, title: "Copy", on: { click: press } }, icon("copy"))];
}
