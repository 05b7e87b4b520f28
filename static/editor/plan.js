// The plan of a workflow, read from the syntax tree: which steps its source promises, before anything ran.

import { workflowOf } from "./plan/classes.js";
import { createModules } from "./plan/modules.js";
import { standIn } from "./plan/calls.js";
import { readShape } from "./plan/shape.js";

const TOGETHER = { all: "in parallel", allSettled: "in parallel", race: "race", any: "race" };
const ALONE = "index.js";
const NONE = Object.freeze({ kind: "sequence", children: [] });

/**
 * The steps that `run(event, step)` of the workflow class calls, in the order in which they are called:
 * `{ kind, name, pattern, line, module, from, to, parallel, loop, branch, group, label, frames }`. `source` is the file `main`, the
 * others are in `files`. The class may stand in another file that `main` exports it from, and inherit `run`. Functions that are
 * given `step` are followed, into other files too; `module` is the name of the file that
 * a step stands in, null for the main one. `pattern` is null for a literal name, else the texts around its holes; `group` numbers
 * the outermost loop, Promise.all or race that a step is in, or is null; `line` counts from 1. `frames` are what it is
 * in, outermost first: `{ id, kind, label, line, module, arm, each, handler }`, `kind` one of "loop", "parallel", "race", "try",
 * "choice" and "call"; `arm`: which arm of a choice or branch of a group.
 *
 * The list also has `shape`: the same as a tree. A node is `{ kind: "step", at }` (a place in the list),
 * `{ kind: "sequence", children }`, or a frame as above with `body`, `branches`, `arms` (each `{ label, exit, body }`) or
 * `body`, `handler` and `finalizer`, which are sequences.
 */
export function planOf(source, { files = {}, main = ALONE } = {}) {
  const plan = [];
  plan.shape = NONE;
  const texts = { ...files, [main]: source };
  const module = createModules(texts).of(main);
  const methods = workflowOf(module);
  if (methods === null) return plan;
  const run = methods.get("run");
  const nodes = readShape(run.node, { ...run.module, methods, above: run.above });
  if (run.module !== module) standIn(nodes, run.module.name);
  const known = new Map();
  let frames = 0;
  plan.shape = sequence(nodes, []);
  numberGroups(plan);
  return plan;

  function lineOf({ from, module: name = main }) {
    if (!known.has(name)) known.set(name, lines(texts[name]));
    return known.get(name)(from);
  }

  /** Null for the main one, also where another has led back to it. */
  function moduleOf({ module: name = main }) {
    return name === main ? null : name;
  }

  function sequence(list, within) {
    return { kind: "sequence", children: list.map((node) => placed(node, within)) };
  }

  function placed(node, within) {
    if (node.kind === "step") {
      plan.push({ ...node.step, line: lineOf(node), module: moduleOf(node), ...surroundings(within), frames: within });
      return { kind: "step", at: plan.length - 1 };
    }
    const frame = { id: frames, kind: node.kind, label: labelOf(node), line: lineOf(node), module: moduleOf(node), each: node.each ?? null };
    frames += 1;
    const inner = (list, arm = null, more = {}) => sequence(list, [...within, { ...frame, arm, ...more }]);
    if (node.kind === "choice") {
      return { ...frame, arms: node.arms.map(({ label, exit, body }, arm) => ({ label, exit, body: inner(body, arm, { armLabel: label }) })) };
    }
    if (node.branches !== undefined) return { ...frame, branches: node.branches.map((list, arm) => inner(list, arm)) };
    if (node.kind !== "try") return { ...frame, body: inner(node.body) };
    const body = inner(node.body);
    const handler = node.handler === null ? null : inner(node.handler, null, { handler: true });
    return { ...frame, body, handler, exit: node.exit, finalizer: node.finalizer === null ? null : inner(node.finalizer) };
  }
}

function labelOf(node) {
  if (node.how !== undefined) return TOGETHER[node.how];
  return node.label ?? node.kind;
}

/** What a step is in, in a few words: the label is that of the innermost group of parallel steps, else "loop". */
function surroundings(frames) {
  const groups = frames.filter(({ kind }) => kind === "loop" || kind === "parallel" || kind === "race");
  const together = groups.findLast(({ kind }) => kind !== "loop");
  return {
    parallel: together !== undefined,
    loop: groups.some(({ kind, each }) => kind === "loop" || each !== null),
    branch: frames.some(({ kind, handler }) => kind === "choice" || handler === true),
    group: groups[0]?.id ?? null,
    label: groups.length === 0 ? null : (together?.label ?? "loop"),
  };
}

/** Groups as small numbers. */
function numberGroups(plan) {
  const groups = [...new Set(plan.map((step) => step.group).filter((group) => group !== null))];
  for (const step of plan) if (step.group !== null) step.group = groups.indexOf(step.group);
}

/** Which line a position is in, from 1. */
function lines(source) {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
  return (position) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= position) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
