// The checklist's rows: steps that the source promises, replaced one by one by steps that the log holds.

/**
 * Merge the plan with a run's steps. `planned`: what the editor's planSteps() gives, in source order; `steps`: the
 * store's, in order of their start. Rows: `{ key, plan, step }`, one of `plan` and `step` may be null. A planned step
 * stands until a real one of its kind and name took its place; in a loop it takes any number of them.
 */
export function mergeRows(planned, steps, finished = false) {
  const patterns = planned.map(matcher);
  const claimed = new Set();
  const rows = [];
  for (const step of steps) {
    const at = planned.findIndex((plan, place) => (plan.loop || !claimed.has(place)) && patterns[place](step));
    if (at >= 0) claimed.add(at);
    rows.push({ key: step.key, plan: at >= 0 ? planned[at] : null, place: at, step });
  }
  planned.forEach((plan, place) => {
    if (claimed.has(place)) return;
    const row = { key: `plan:${place}`, plan, place, step: null, missed: finished };
    rows.splice(slot(rows, place), 0, row);
  });
  return withGroups(rows);
}

/** Behind the last row that the source has earlier. */
function slot(rows, place) {
  for (let at = rows.length; at > 0; at -= 1) {
    if (rows[at - 1].place >= 0 && rows[at - 1].place < place) return at;
  }
  return rows.length > 0 && rows[0].place > place ? 0 : rows.length;
}

/** Mark where a parallel group or a loop opens and closes. A group is known by the plan's `group` number. */
function withGroups(rows) {
  return rows.map((row, at) => {
    const group = row.plan?.group ?? null;
    if (group === null) return { ...row, group: null };
    const before = rows[at - 1]?.plan?.group === group;
    const after = rows[at + 1]?.plan?.group === group;
    if (!before && !after && !row.plan.loop) return { ...row, group: null };
    return { ...row, group: { number: group, label: row.plan.label, first: !before, last: !after } };
  });
}

function matcher(plan) {
  if (plan.pattern === null || plan.pattern === undefined) {
    return (step) => step.kind === plan.kind && step.name === plan.name;
  }
  const source = plan.pattern.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^]*?");
  const expression = new RegExp(`^${source}$`, "u");
  return (step) => step.kind === plan.kind && expression.test(step.name);
}
