// How each step of the source is doing, over the source: beside its line, at its end, and which one is selected.

import { clockTime, duration, errorText, oneLine } from "../base/format.js";
import { whenReleased } from "../base/press.js";
import { mergeRows, stoppedAt } from "../state/rows.js";
import { FINISHED } from "../state/store.js";
import { STATE_LABELS } from "../run/pill.js";

const WEIGHT = { held: 7, failed: 6, timed_out: 6, waiting: 5, running: 4, retrying: 4, sleeping: 3, stopped: 2, completed: 1 };
const COUNTED = ["held", "completed", "running", "retrying", "sleeping", "waiting", "failed", "timed_out", "stopped"];
const LONGEST_VALUE = 48;
const LONGEST_ERROR = 90;
const EACH_MS = 80;
const NO_MARKS = [];
const SHOWN = ["line", "key", "state", "title", "note", "value"];

/** A part of the page: marks stand over the lines of the editor as long as they are the lines that run. */
export function mountMarks(page) {
  const { source } = page;
  let before = {};
  let marks = NO_MARKS;
  const shown = new Map(); // by file, which marks are there
  let known = ""; // the names of the files
  let selected = { line: null, file: null };
  let editor = null;
  let wanted = null; // the scene that is to be drawn
  let timer = null;
  let drawn = -EACH_MS;

  /** Behind the frame: the steps are seen first, and their marks a moment later, a few times a second while much happens. */
  function later(scene) {
    wanted = scene;
    timer ??= setTimeout(() => whenReleased(draw), Math.max(0, drawn + EACH_MS - performance.now()));
  }

  function draw() {
    const { state, run, plan, step } = wanted;
    timer = null;
    drawn = performance.now();
    if (editor === null) {
      editor = source.editor();
      editor?.listen({ onStep: page.selectStep });
    }
    const files = source.files();
    const same = before.run === run && before.plan === plan && before.files === files && before.known === state.sources;
    before = { run, plan, files, known: state.sources, step };
    if (!same) {
      const ran = textsOf(state, files.main);
      const names = Object.keys(files.files);
      if (names.join("\n") !== known) for (const name of names) shown.set(name, null); // what is there may be of another name
      known = names.join("\n");
      marks = stepMarks(plan, run).map((mark) => ({ ...mark, file: mark.module ?? files.main })).filter(({ file }) => files.files[file] === ran(file));
      for (const file of new Set([...shown.keys(), ...marks.map((mark) => mark.file)])) drawIn(file, marks.filter((mark) => mark.file === file));
    }
    const at = step === null ? undefined : marks.find(({ keys }) => keys.includes(step));
    const next = { line: at?.line ?? null, file: at?.file ?? null };
    if (next.line === selected.line && next.file === selected.file) return;
    if (selected.file !== null && next.file !== selected.file) editor?.selectLine(null, selected.file);
    if (next.file !== null) editor?.selectLine(next.line, next.file);
    selected = next;
  }

  function drawIn(file, list) {
    const look = JSON.stringify(list, SHOWN);
    if (look === (shown.has(file) ? shown.get(file) : "[]")) return;
    shown.set(file, look);
    source.markSteps(list, file);
  }

  return {
    update(scene) {
      const { state, run, plan, step } = scene;
      const same = before.run === run && before.plan === plan && before.step === step && before.known === state.sources;
      if (!same || editor === null || before.files !== source.files()) later(scene);
    },
  };
}

/** What the selected run was started with, by the names of the editor's files: its main one may be called otherwise there. */
function textsOf({ selected, sources, codes }, main) {
  return (file) => (file === main ? sources[selected] : codes[selected]?.modules[file]);
}

/**
 * One mark per line that has a step: `{ module, line, key, keys, state, title, note, value }`, `module` as in the plan. `key` is that of the step which
 * matters most among those of the line, `keys` are all of them; `note` says how it stands, `value` what came out of it.
 */
export function stepMarks(plan, run) {
  if (run === undefined) return NO_MARKS;
  const lines = new Map();
  const rows = mergeRows(plan, run.steps, FINISHED.has(run.status));
  const stopped = stoppedAt(rows, run.held ?? []);
  for (const { key, plan: planned, step: real } of rows) {
    const step = real ?? (stopped.has(key) ? { key, name: planned.name, kind: planned.kind, state: "held", attempts: [] } : null);
    if (planned === null || step === null) continue;
    const { line, module = null } = planned;
    const place = JSON.stringify([module, line]);
    const known = lines.get(place);
    if (known === undefined) lines.set(place, { module, line, steps: [step] });
    else known.steps.push(step);
  }
  return [...lines.values()].map(({ module, line, steps }) => ({ module, ...mark(line, steps) }));
}

function mark(line, steps) {
  let first = steps[0];
  for (const step of steps) if (weight(step) > weight(first)) first = step;
  const keys = steps.map(({ key }) => key);
  const title = `${first.name}: ${STATE_LABELS[first.state] ?? first.state}`;
  const said = steps.length === 1 ? noteOf(first) : { note: counted(steps), value: "" };
  return { line, key: first.key, keys, state: first.state === "held" ? "waiting" : first.state, title, ...said };
}

const weight = ({ state }) => WEIGHT[state] ?? 0;

/** Of many steps on a line, a loop's for instance: how many are in which state. */
function counted(steps) {
  const counts = new Map(COUNTED.map((state) => [state, 0]));
  for (const { state } of steps) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].filter(([, count]) => count > 0);
  if (parts.length === 1 && parts[0][0] === "completed") return `✓ ${steps.length} done`;
  return parts.map(([state, count]) => (state === "completed" ? `✓ ${count}` : `${count} ${STATE_LABELS[state]}`)).join(" · ");
}

/** What is said of one step at the end of its line. */
function noteOf(step) {
  const tried = step.attempts.length;
  const again = tried > 1 ? ` · attempt ${step.attempts.at(-1).number}` : "";
  switch (step.state) {
    case "completed":
      return { note: `✓ ${took(step)}${tried > 1 ? ` · ${tried} attempts` : ""}`, value: resultOf(step) };
    case "failed":
    case "timed_out":
      return { note: `✗ ${step.state === "failed" ? "failed" : "timed out"}`, value: firstLine(step.error) };
    case "retrying":
      return retrying(step);
    case "sleeping":
      return { note: step.until === null ? "asleep" : `asleep until ${clockTime(step.until, false)}`, value: "" };
    case "waiting":
      return { note: step.eventType === null ? "waiting" : `waiting for “${step.eventType}”`, value: "" };
    case "stopped":
      return { note: "stopped", value: "" };
    default:
      return { note: `${STATE_LABELS[step.state] ?? step.state}${again}`, value: "" };
  }
}

function retrying(step) {
  const { number, error, retryAt } = step.attempts.at(-1);
  const limit = step.config?.retries?.limit;
  const of = typeof limit === "number" ? ` of ${limit + 1}` : "";
  const at = retryAt === null ? "" : `, again at ${clockTime(retryAt, false)}`;
  return { note: `attempt ${number}${of} failed${at}`, value: firstLine(error) };
}

const took = ({ started, ended }) => duration((ended ?? started) - started);

/** What a step gave, short; a sleep gives nothing, a wait what its event brought. */
function resultOf(step) {
  if (step.kind === "sleep") return "";
  if (step.stream !== undefined) return "a stream";
  const value = step.kind === "wait" ? step.payload : step.output;
  return value === undefined ? "" : literal(value);
}

/** As code says it, without the quotes of keys, cut. */
function literal(value) {
  const text = oneLine(value, 10 * LONGEST_VALUE).replace(/"([A-Za-z_$][\w$]*)":/g, "$1: ").replace(/,(?=\S)/g, ", ");
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function firstLine(error) {
  if (error === null || error === undefined) return "";
  const text = errorText(error).split("\n", 1)[0];
  return text.length > LONGEST_ERROR ? `${text.slice(0, LONGEST_ERROR)}…` : text;
}
