// What a graph is drawn of: the shape of the source, with what ran besides it; or what ran, where the source says nothing. Pure.

const MOST = 240; // steps of a run without a plan that are drawn one by one
const ORDER = ["failed", "timed_out", "running", "waiting", "retrying", "sleeping", "stopped", "completed"];
const ACTIVE = ["running", "waiting", "retrying", "sleeping"];

const sequence = (children) => ({ kind: "sequence", children });
const frame = (id, kind, label, children) => ({ id, kind, label, each: null, body: sequence(children) });

/**
 * `{ root, leaves, key }` of the plan and of mergeRows()'s rows. `root` is a shape as planOf() gives it, in which a step's `at` is
 * the place of a leaf: `{ kind, name, line, rows }`, `rows` being what ran of it. `key` is the same where `root` has the same form.
 */
export function graphOf(plan, rows) {
  const leaves = plan.map(({ kind, name, line, module = null }) => ({ kind, name, line, module, rows: [], missed: false }));
  const others = [];
  const undone = [];
  for (const row of rows) {
    if (row.place >= 0 && row.step !== null) leaves[row.place].rows.push(row);
    else if (row.place >= 0) leaves[row.place].missed = row.missed || row.passed;
    else if (row.step?.kind === "rollback") undone.push(row);
    else if (row.step !== null) others.push(row);
  }
  const children = plan.length > 0 ? [...(plan.shape?.children ?? plan.map((_, at) => ({ kind: "step", at })))] : [];
  const extra = ranOf(others, leaves);
  if (plan.length === 0) children.push(...extra);
  else if (extra.length > 0) children.push(frame("besides", "call", "not named in the source", extra));
  if (undone.length > 0) children.push(frame("rollback", "rollback", "rollback", ranOf(undone, leaves)));
  return { root: sequence(children), leaves, key: `${leaves.length}:${children.length}:${formOf(extra)}` };
}

const formOf = (list) => list.map((node) => (node.kind === "step" ? "s" : `(${(node.branches ?? [node.body]).map((part) => formOf(part.children)).join("|")})`)).join("");

/** What ran as a shape: steps that were under way at the same time side by side, a name that came again and again once. */
function ranOf(rows, leaves) {
  const list = [];
  let group = [];
  let end = -Infinity;
  const close = () => {
    if (group.length === 1) list.push(group[0].node);
    else if (group.length > 1) list.push({ id: `p${list.length}`, kind: "parallel", label: "in parallel", each: null, branches: group.map(({ node }) => sequence([node])) });
    group = [];
  };
  let again = null; // the leaf that the row before went to
  let drawn = 0;
  for (const row of rows) {
    const { step } = row;
    const until = step.ended ?? Infinity;
    const together = step.started < end;
    if (again !== null && again.name === step.name && again.kind === step.kind) {
      again.rows.push(row);
      end = Math.max(end, until);
      continue;
    }
    if (drawn >= MOST) {
      if (drawn === MOST) {
        close();
        list.push(leafOf(leaves, { kind: "do", name: "and more", line: null, rows: [], missed: false }));
        drawn += 1;
      }
      leaves.at(-1).rows.push(row);
      continue;
    }
    if (!together) close();
    const node = leafOf(leaves, { kind: step.kind, name: step.name, line: row.plan?.line ?? null, rows: [row], missed: false });
    group.push({ node });
    again = leaves.at(-1);
    end = together ? Math.max(end, until) : until;
    drawn += 1;
  }
  close();
  return list;
}

function leafOf(leaves, leaf) {
  leaves.push(leaf);
  return { kind: "step", at: leaves.length - 1 };
}

/**
 * How a leaf is doing: `{ state, count, done, step }`; `step` is the one to open: what is busy, else what failed, else the last.
 */
export function standing({ rows, missed }) {
  if (rows.length === 0) return { state: missed ? "missed" : "planned", count: 0, done: 0, step: null };
  const steps = rows.map((row) => row.step);
  const of = (states) => steps.findLast((step) => states.includes(step.state));
  const busy = of(ACTIVE);
  const state = busy !== undefined ? ORDER.find((each) => ACTIVE.includes(each) && steps.some((step) => step.state === each)) : ORDER.find((each) => steps.some((step) => step.state === each));
  const done = steps.filter((step) => step.state === "completed").length;
  return { state: state ?? "planned", count: steps.length, done, step: busy ?? of(["failed", "timed_out"]) ?? steps.at(-1) };
}
