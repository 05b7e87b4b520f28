// The code that runs were started with, and the plans of it: asked for when a run is looked at, kept from then on.

import * as api from "./api.js";

/** `planOf(text)` reads a plan; `onSource(id, text)` hears of each run's code once. */
export function createSources(model, { planOf, onSource }) {
  function put(id, text) {
    const { sources, plans } = model.get();
    model.set({ sources: { ...sources, [id]: text }, plans: { ...plans, [id]: planOf(text) } });
    onSource(id, text);
  }

  return {
    put,
    /** Ask for the code of run `id`, once. Without it a run has no plan; its steps are shown all the same. */
    async need(id) {
      const { sources } = model.get();
      if (id in sources) return;
      model.set({ sources: { ...sources, [id]: null } });
      try {
        const { source } = await api.instance(id);
        if (typeof source === "string") put(id, source);
      } catch {
        // it stays without a plan
      }
    },
    /** Plans of runs whose source came before the editor could read it. */
    replan() {
      const { sources, plans } = model.get();
      const read = Object.entries(sources).filter(([, text]) => text !== null);
      model.set({ plans: { ...plans, ...Object.fromEntries(read.map(([id, text]) => [id, planOf(text)])) } });
    },
  };
}
