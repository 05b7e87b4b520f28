// Which code runs were started with, against what stands in the editor: asked for when the list is looked at.

import * as api from "../state/api.js";
import { fromVersion, sameCode } from "../code/files.js";

const MOST = 12; // versions whose code is fetched to be compared; of older ones only the id is shown

/** `{ load(onKnown), of(run) }`; `of` answers `{ id, same }`, `same` null where that is not known, or null. */
export function createRunVersions(page) {
  const versionOf = new Map(); // by run
  const codes = new Map(); // by version
  let editor = null;
  let verdicts = new Map();

  async function load(onKnown) {
    const session = page.session.id();
    if (session === null) return;
    try {
      const { runs } = await api.session(session);
      for (const { id, versionId } of runs) if (versionId) versionOf.set(id, versionId);
      onKnown();
      const wanted = [...new Set(runs.map(({ versionId }) => versionId))].filter((id) => id && !codes.has(id)).slice(0, MOST);
      for (const id of wanted) {
        codes.set(id, await api.version(session, id));
        onKnown();
      }
    } catch {
      // the list does without
    }
  }

  function same(version, code) {
    const now = page.source.files();
    if (editor !== now) {
      editor = now;
      verdicts = new Map();
    }
    if (!verdicts.has(version)) verdicts.set(version, sameCode(now, fromVersion(code)));
    return verdicts.get(version);
  }

  return {
    load,
    of(run) {
      const own = page.model.get().codes[run.id] ?? null;
      const id = run.version ?? own?.version ?? versionOf.get(run.id);
      if (id === undefined || id === null) return null;
      const code = codes.get(id) ?? (own?.version === id ? own : undefined);
      return { id, same: code === undefined ? null : same(id, code) };
    },
  };
}
