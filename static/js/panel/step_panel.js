// The panel of a selected step, wherever it is shown: in the checklist's row, or docked below a view.

import { fill, h } from "../base/dom.js";
import { plannedDetail, stepDetail } from "../views/step_detail.js";

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
    const doing = h("div", { class: "panel-doing", role: "group", "aria-label": "What can be done with this step" });
    const more = h("div", { class: "detail-facts more" });
    const body = h("div", { class: "panel-parts" });
    let drawn = { step: undefined, run: undefined, plan: undefined };

    function update(row) {
      const run = page.model.shown();
      if (row === null) return clear();
      const { step, plan } = row;
      if (drawn.step === step && drawn.run === run && drawn.plan === plan) return;
      const same = drawn.step === step && drawn.plan === plan;
      drawn = { step, run, plan };
      if (root.firstChild === null) fill(root, doing, body, more);
      if (!same) fill(body, step === null ? plannedDetail(row, page.goToLine) : stepDetail(row, page.goToLine));
      drawAdded(step, run);
    }

    function drawAdded(step, run) {
      const { moment } = page.model.get();
      const given = step === null || run === undefined ? [] : facts.flatMap((make) => make(step, run) ?? []);
      const offered = step === null || run === undefined || moment !== null ? [] : actions.map((make) => make(step, run)).filter(Boolean);
      fill(more, given.map(([term, value]) => h("span", { class: "fact" }, h("span", { class: "fact-term", text: term }), value)));
      fill(doing, offered);
      more.hidden = given.length === 0;
      doing.hidden = offered.length === 0;
    }

    function clear() {
      drawn = { step: undefined, run: undefined, plan: undefined };
      root.replaceChildren();
    }

    return { update };
  }

  return { addAction: adder(actions), addFacts: adder(facts), mount };
}
