// The checklist as a view of its host.

import { byId } from "../base/dom.js";
import { mountChecklist } from "./checklist.js";

const NO_PLAN = [];

/** A part of the page: the view that is there from the start. */
export function mountChecklistView(page) {
  page.views.add({ id: "checklist", title: "Checklist", icon: "steps", load: async () => ({ mount }) });
}

function mount(root, page) {
  const list = mountChecklist(root, { scroller: byId("run-body"), onSelect: page.selectStep, onDetails: () => page.showView("details"), panelIn: page.stepPanel.mount, onAct: page.act });
  return {
    update({ state, run, plan, step, live }) {
      const access = page.can.run && run === live ? "own" : "view";
      list.update({ run, plan: state.loading ? NO_PLAN : plan, selected: step, access });
    },
  };
}
