// The code that runs were started with, and the plans of it: asked for when a run is looked at, kept from then on.

import * as api from "./api.js";

/**
 * `planOf(text, { files, main })` reads a plan. What is known is in the model, by run: `codes[id]` is `{ modules, main, version }` (null while it
 * is asked for), `sources[id]` the main module's text, `plans[id]` what it promises.
 */
export function createSources(model, { planOf }) {
  const asked = new Map(); // by run, which version was asked for

  function put(id, code) {
    const { codes, sources, plans } = model.get();
    const text = textOf(code.modules[code.main]);
    asked.set(id, code.version);
    model.set({ codes: { ...codes, [id]: code }, sources: { ...sources, [id]: text }, plans: { ...plans, [id]: planOf(text, filesOf(code)) } });
  }

  return {
    put,
    /**
     * Ask for the code of run `id`, once, and again where it goes on with another `version`. Without it a run has no plan; its
     * steps are shown all the same.
     */
    async need(id, version = null) {
      const known = model.get().codes[id];
      if (asked.has(id) && (version === null || asked.get(id) === version || known?.version === version)) return;
      asked.set(id, version);
      if (known === undefined) model.set({ codes: { ...model.get().codes, [id]: null } });
      try {
        const found = await api.codeOf(id);
        if (typeof found.source === "string") put(id, await whole(model.get().session, found));
      } catch {
        // it stays without a plan
      }
    },
    /** Plans of runs whose source came before the editor could read it. */
    replan() {
      const { codes, sources, plans } = model.get();
      model.set({ plans: { ...plans, ...Object.fromEntries(Object.entries(sources).map(([id, text]) => [id, planOf(text, filesOf(codes[id]))])) } });
    },
  };
}

/** All modules of what `GET /api/instances/{id}` tells. */
async function whole(session, { source, language, modules, version }) {
  if (modules !== null) return { ...(await api.version(session, version)), version };
  const main = language === "ts" ? "index.ts" : "index.js";
  return { modules: { [main]: source }, main, version };
}

const filesOf = (code) => (code ? { files: code.modules, main: code.main } : undefined);

const textOf = (module) => (typeof module === "string" ? module : String(Object.values(module ?? {})[0] ?? ""));
