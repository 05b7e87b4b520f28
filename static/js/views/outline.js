// The checklist as an outline: rows in the loops and groups that they are in, with what is long and over folded away. Pure.

import { withHappenings } from "../run/happening_line.js";
import { holesOf } from "../state/rows.js";
import { SETTLED } from "../state/store.js";

const SHORT = 8; // rows of a loop up to which all are shown
const AMONG_MANY = 6; // of those that are busy or have failed, how many are shown of a long one

const NO_PATH = [];
const paths = new WeakMap(); // by planned step

const isGroup = ({ kind }) => kind === "loop" || kind === "parallel" || kind === "race";
const repeats = ({ kind, each }) => kind === "loop" || each !== null;

/**
 * What stands in the list, top to bottom. `rows` of mergeRows(), `happenings` of the run; `open`: a Map of what somebody
 * has opened (true) or closed (false), by key; `selected`: the key of the row that must be in sight. Items, each with a
 * `key` and a `depth` from 0:
 *   { type: "row", row }
 *   { type: "group", frame, turns, counts, open }     `turns`: how often a loop went round, null where it is no loop
 *   { type: "turn", frame, number, counts, open }     one round of a loop, or one branch of many
 *   { type: "more", frame, turns, counts, of }        what is folded away; `of` is the key by which it opens
 *   { type: "less", of }                              what folds it again
 *   { type: "happening", happening }
 * `counts`: `{ all, done, failed, busy }` of the steps below.
 */
export function outlineOf(rows, happenings, open, selected) {
  const top = { items: [], groups: null, of: null };
  for (const row of rows) place(top, row, row.plan === null ? NO_PATH : pathOf(row.plan), 0);
  const moved = happenings.length === 0 ? happenings : behindGroups(beforeUndoing(happenings, rows), top.items);
  const list = [];
  const lines = withHappenings(top.items.map((item) => ({ ...item, group: null })), moved);
  for (const { row: item, happening } of lines) {
    if (happening) list.push({ type: "happening", key: happening.seq, happening, depth: 0 });
    else write(item, 0, list, { open, selected });
  }
  return list;
}

/** That a run is rolled back stands right above the steps that do so, whatever of the plan was not reached. */
function beforeUndoing(happenings, rows) {
  const first = rows.findIndex(({ step }) => step?.kind === "rollback");
  return first < 1 ? happenings : happenings.map((each) => (each.kind === "rollback" ? { ...each, after: rows[first - 1].key } : each));
}

/** What happened after a step in a group stands behind that group. */
function behindGroups(happenings, items) {
  const owners = new Map();
  for (const item of items) own(owners, item, item.key);
  return happenings.map((each) => (each.after === null ? each : { ...each, after: owners.get(each.after) ?? each.after }));
}

function own(owners, item, key) {
  if (item.row !== undefined) owners.set(item.row.key, key);
  else for (const turn of item.turns) for (const inner of turn.items) own(owners, inner, key);
}

/** The groups that a planned step is in: `{ frame, deeper }`, `deeper` the next one below that repeats. */
function pathOf(plan) {
  let path = paths.get(plan);
  if (path === undefined) {
    const frames = (plan.frames ?? []).filter(isGroup);
    path = frames.map((frame, at) => ({ frame, deeper: frames.slice(at + 1).find(repeats) }));
    paths.set(plan, path);
  }
  return path;
}

/** Put a row where it belongs below `parent`: into the groups of `path` from `at` on. */
function place(parent, row, path, at) {
  if (at === path.length) {
    parent.items.push({ key: row.key, row });
    return;
  }
  const { frame, deeper } = path[at];
  parent.groups ??= new Map();
  let group = parent.groups.get(frame.id);
  if (group === undefined) {
    const prefix = parent.of === null ? "" : `${parent.of.key}.${parent.number}:`;
    group = { key: `${prefix}${frame.id}`, frame, turns: [], seen: new Map() };
    parent.groups.set(frame.id, group);
    parent.items.push(group);
  }
  place(turnOf(group, row, deeper), row, path, at + 1);
}

function turnOf(group, row, deeper) {
  const { frame, turns } = group;
  if (turns.length === 0) return begin(group, row, deeper);
  if (!repeats(frame)) return turns[0];
  const mark = markOf(row, deeper);
  if (frame.kind !== "loop") return branchOf(group, row, mark, deeper);
  const last = turns.at(-1);
  const again = deeper === undefined ? last.marks.includes(mark) : last.marks.includes(mark) && (last.latest !== mark || isNextRound(last, row, deeper));
  if (row.step !== null && again) return begin(group, row, deeper);
  if (!last.marks.includes(mark)) last.marks.push(mark);
  last.latest = mark;
  return last;
}

/**
 * Whether a step of branches that are all that a loop holds is of its next round: where the loop's own variable is in its name, and
 * is another than in the names of the round.
 */
function isNextRound({ of: { frame }, items, groups }, row, deeper) {
  const first = groups?.get(deeper.id)?.turns[0]?.items[0]?.row ?? items[0]?.row;
  const before = first === undefined ? null : roundOf(first, frame, deeper);
  return before !== null && before !== (roundOf(row, frame, deeper) ?? before);
}

/** What the loop's variable was when the step was named, as a text; null where its name does not say. */
function roundOf({ plan, step }, frame, deeper) {
  const variable = wordIn(frame.label);
  if (variable === null || variable === wordIn(deeper.each) || step === null) return null;
  const values = holesOf(plan, step.name)?.split("\n") ?? [];
  const at = (plan.holes ?? []).findIndex((hole) => wordsIn(hole).includes(variable));
  return values.length === plan.holes?.length ? (values[at] ?? null) : null;
}

const wordsIn = (text) => text?.match(/[A-Za-z_$][\w$]*/g) ?? [];

/** The variable of a loop's or a group's label: "page of pages", "i < 3". */
const wordIn = (label) => wordsIn(label?.replace(/^(for|while|until|each) /, ""))[0] ?? null;

/** Branches go on side by side: a step is of the one with the same text in its names, else the nth of its place is of the nth. */
function branchOf(group, row, mark, deeper) {
  if (row.step === null) return group.turns.at(-1);
  const text = holesOf(row.plan, row.step.name);
  const named = text === null || text === "" ? undefined : group.byText?.get(text);
  if (named !== undefined && !named.marks.includes(mark)) return (named.marks.push(mark), named);
  const next = group.seen.get(mark) ?? 0;
  group.seen.set(mark, next + 1);
  const found = deeper === undefined ? group.turns.slice(next, next + 1)[0] : group.turns.at(-1);
  if (found === undefined) return begin(group, row, deeper);
  if (!found.marks.includes(mark)) found.marks.push(mark);
  return found;
}

function begin(group, row, deeper) {
  const mark = markOf(row, deeper);
  const turn = { number: group.turns.length + 1, items: [], groups: null, of: group, marks: [mark], latest: mark, counts: null };
  group.turns.push(turn);
  if (group.frame.kind === "loop") return turn; // only branches are told apart by their names
  group.seen.set(mark, group.turns.length);
  const text = row.step === null || row.plan === null ? null : holesOf(row.plan, row.step.name);
  if (text) (group.byText ??= new Map()).set(text, turn);
  return turn;
}

const markOf = (row, deeper) => (deeper === undefined ? row.place : `in ${deeper.id}`);

/** Write an item and what is open below it. */
function write(item, depth, list, view) {
  if (item.row !== undefined) {
    list.push({ type: "row", key: item.row.key, row: item.row, depth });
    return;
  }
  const { frame, turns, key } = item;
  const counts = sum(turns.map(countOf));
  const round = repeats(frame);
  const isOpen = view.open.get(key) ?? true;
  const chosen = view.selected !== null && !isOpen && holds(item, view.selected);
  const begun = counts.all > counts.planned;
  list.push({ type: "group", key, frame, turns: round && begun ? turns.length : null, counts, open: isOpen || chosen, depth });
  if (!isOpen && !chosen) return;
  if (!round) {
    for (const inner of turns[0].items) write(inner, depth + 1, list, view);
    return;
  }
  writeTurns(item, depth + 1, list, view);
}

function writeTurns({ key, turns, frame }, depth, list, view) {
  const plain = turns.every((turn) => turn.items.length === 1 && turn.items[0].row !== undefined);
  const all = view.open.get(`${key}+`) === true || turns.length <= SHORT;
  const shown = all ? null : present(turns, view.selected);
  let folded = [];
  const fold = () => {
    if (folded.length === 0) return;
    list.push({ type: "more", frame, key: `${key}+${folded[0].number}`, of: `${key}+`, turns: folded.length, counts: sum(folded.map(countOf)), depth });
    folded = [];
  };
  for (const turn of turns) {
    if (shown !== null && !shown.has(turn)) {
      folded.push(turn);
      continue;
    }
    fold();
    if (plain || turns.length === 1) for (const inner of turn.items) write(inner, depth, list, view);
    else writeTurn(turn, frame, `${key}.${turn.number}`, turn === turns.at(-1), depth, list, view);
  }
  fold();
  if (view.open.get(`${key}+`) === true && turns.length > SHORT) list.push({ type: "less", key: `${key}-`, of: `${key}+`, depth });
}

function writeTurn(turn, frame, key, last, depth, list, view) {
  const counts = countOf(turn);
  const chosen = view.selected !== null && turn.items.some((item) => holds(item, view.selected));
  const isOpen = chosen || (view.open.get(key) ?? (last || counts.busy > 0 || counts.failed > 0));
  list.push({ type: "turn", frame, key, number: turn.number, counts, open: isOpen, depth });
  if (isOpen) for (const inner of turn.items) write(inner, depth + 1, list, view);
}

/** Of many turns those to be seen: the last, the selected one, and some that are busy or have failed. */
function present(turns, selected) {
  const shown = new Set([turns.at(-1)]);
  let left = AMONG_MANY;
  for (let at = turns.length - 1; at >= 0 && left > 0; at -= 1) {
    const counts = countOf(turns[at]);
    if (counts.busy + counts.failed === 0) continue;
    shown.add(turns[at]);
    left -= 1;
  }
  if (selected !== null) for (const turn of turns) if (turn.items.some((item) => holds(item, selected))) shown.add(turn);
  return shown;
}

const holds = (item, key) => (item.row !== undefined ? item.row.key === key : item.turns.some((turn) => turn.items.some((inner) => holds(inner, key))));

function countOf(turn) {
  if (turn.counts !== null) return turn.counts;
  turn.counts = { all: 0, done: 0, failed: 0, busy: 0, planned: 0 };
  for (const item of turn.items) {
    if (item.row !== undefined) countRow(turn.counts, item.row);
    else for (const inner of item.turns) add(turn.counts, countOf(inner));
  }
  return turn.counts;
}

function countRow(counts, { step }) {
  counts.all += 1;
  if (step === null) counts.planned += 1;
  else if (step.state === "completed") counts.done += 1;
  else if (step.state === "failed" || step.state === "timed_out") counts.failed += 1;
  else if (!SETTLED.has(step.state)) counts.busy += 1;
}

function add(total, counts) {
  total.all += counts.all;
  total.done += counts.done;
  total.failed += counts.failed;
  total.busy += counts.busy;
  total.planned += counts.planned;
}

function sum(list) {
  const total = { all: 0, done: 0, failed: 0, busy: 0, planned: 0 };
  for (const counts of list) add(total, counts);
  return total;
}
