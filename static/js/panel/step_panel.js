// The panel of a selected step, wherever it is shown: in the checklist's row, or docked below a view.

import { fill, h, icon } from "../base/dom.js";
import { errorBlock } from "../run/error_view.js";
import { attemptsPart } from "./attempts.js";
import { configPart } from "./config.js";
import { outputBlock, runValue } from "./output.js";
import { eventsOf } from "./received.js";
import { stepFacts, stepMarks } from "./step_facts.js";
import { mountStepLines } from "./step_lines.js";

/**
 * `page.stepPanel`: `{ addAction, addFacts, mount }`.
 *
 *   addAction(make)  `make(step, run)` answers a button (or any element) among what can be done with the step, or null. It is
 *                    asked when the step or the run changes, with the run as it is now, and not while the past is shown.
 *   addFacts(make)   `make(step, run)` answers a list of `[term, text or node]`, or null.
 *   mount(root)      draws a panel into `root`: `{ update(row) }`, `row` as rows.js makes them (`{ step, plan, missed }`), null
 *                    where nothing is selected. What did not change is left as it is, with what was opened and typed in it.
 *
 * `addAction` and `addFacts` answer a function that takes it away again.
 */
export function createStepPanel(page) {
  const actions = [];
  const facts = [];

  const adder = (list) => (make) => {
    list.push(make);
    return () => list.splice(list.indexOf(make), 1);
  };

  function mount(root) {
    let of = null; // the step's or the plan's key
    let parts = null;
    let drawn = {};

    function update(row) {
      if (row === null) return clear();
      const run = page.model.shown();
      const { step, plan } = row;
      if (drawn.step === step && drawn.run === run && drawn.plan === plan) return;
      drawn = { step, run, plan };
      if (step === null) {
        of = parts = null;
        return void fill(root, planned(row));
      }
      const key = `${run?.id} ${step.key} ${step.started}`;
      if (of !== key) {
        of = key;
        parts = stepParts(page, { actions, facts });
        fill(root, parts.elements);
      }
      parts.update(step, plan, run);
    }

    function clear() {
      of = parts = null;
      drawn = {};
      root.replaceChildren();
    }

    return { update };
  }

  /** Nodes for a row that is only planned. */
  function planned({ plan, missed, passed }) {
    const text = missed ? "The run ended without this step." : passed ? "The run has gone on without this step." : "Planned: your code calls it, the run has not come here yet.";
    return [h("p", { class: "detail-text", text }), lineButton(plan, page.goToLine)];
  }

  return { addAction: adder(actions), addFacts: adder(facts), mount };
}

/** The parts of one step's panel, each drawn anew only where what it shows has changed. */
function stepParts(page, { actions, facts }) {
  const head = h("div", { class: "detail-facts" });
  const doing = h("div", { class: "panel-doing", role: "group", "aria-label": "What can be done with this step" });
  const marks = h("div", { class: "step-marks" });
  const slots = ["attempts", "error", "value", "config"].map((name) => [name, h("div", { class: "panel-part" })]);
  const slot = Object.fromEntries(slots);
  const lines = mountStepLines((seq) => page.log?.show(seq));
  const drawn = {};

  /** Draw `name` where one of `deps` is another than before. */
  function draw(name, deps, make) {
    if (drawn[name] !== undefined && drawn[name].every((dep, at) => dep === deps[at])) return;
    drawn[name] = deps;
    const made = make();
    fill(slot[name], made);
    slot[name].hidden = made === null;
  }

  function update(step, plan, run) {
    drawHead(step, plan, run);
    draw("attempts", [step.attempts, step.state, step.error], () => attemptsPart(step, page.places));
    draw("error", [step.error, page.places.known()], () => step.error && errorBlock(step.error, page.places));
    draw("value", [step.state, step.output, step.payload, step.size], () => valuePart(step, run, page));
    draw("config", [step.config], () => configPart(step.config));
    if (run !== undefined) lines.update(step, run);
  }

  function drawHead(step, plan, run) {
    const added = run === undefined ? [] : facts.flatMap((make) => make(step, run) ?? []);
    const all = [...stepFacts(step), ...added];
    fill(head, all.map(([term, value]) => h("span", { class: "fact" }, h("span", { class: "fact-term", text: term }), value)));
    const offered = run === undefined || page.model.get().moment !== null ? [] : actions.map((make) => make(step, run)).filter(Boolean);
    fill(doing, lineButton(plan, page.goToLine), offered);
    doing.hidden = doing.childElementCount === 0;
    const said = stepMarks(step);
    fill(marks, said);
    marks.hidden = said.length === 0;
  }

  return { elements: [h("div", { class: "panel-top" }, head, doing), marks, ...slots.map(([, element]) => element), lines.element], update };
}

function valuePart(step, run, page) {
  if (step.state !== "completed" || step.kind === "sleep" || step.kind === "rollback") return null;
  if (step.kind === "wait") return receivedBlock(step, run, page);
  return outputBlock(step, run, page);
}

/** The payload that a wait got; the whole of it is that of the event that came. */
function receivedBlock(step, run, page) {
  const event = eventsOf(run.events, page.model.journal(run.id), run.seq).findLast((each) => each.step?.key === step.key);
  return runValue("Event payload", step.payload, { run, of: `event-${event?.seq}`, page, name: "event.payload" });
}

const lineButton = (plan, onLine) =>
  plan && onLine && h("button", { type: "button", class: "button small", on: { click: () => onLine(plan.line, plan.module) } }, icon("code"), h("span", { text: `Line ${plan.line}${plan.module ? ` of ${plan.module}` : ""}` }));
