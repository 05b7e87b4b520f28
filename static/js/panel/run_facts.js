// A run in a few terms. Pure.

import { duration, moment } from "../base/format.js";
import { isFileRun } from "../state/file_run.js";

const WHY = { replay: "Run again, of", fork: "A fork of", file: "From the file of" };

/** `{ term, text, copied?, mono?, run? }` in order. `runs`: those of the session in the order in which they began. */
export function runFacts(run, { version, runs, session }) {
  const list = [
    { term: "Run", text: isFileRun(run.id) ? `${run.id.slice(5)}, opened from a file` : run.id, copied: true, mono: true },
    { term: "Workflow", text: run.workflow ?? "", mono: true },
    { term: "Created", text: moment(run.created) },
  ];
  if (run.started !== null && run.started !== run.created) list.push({ term: "Began", text: `${moment(run.started)}, ${duration(Math.max(0, run.started - run.created))} later` });
  if (run.ended !== null) list.push({ term: "Ended", text: `${moment(run.ended)}, after ${duration(Math.max(0, run.ended - run.created))}` });
  if (run.skippedMs > 0) list.push({ term: "Skipped", text: `${duration(run.skippedMs)} of its waits` });
  if (version !== null) list.push({ term: "Version", text: version, copied: true, mono: true });
  if (session !== null && !isFileRun(run.id)) list.push({ term: "Session", text: session, copied: true, mono: true });
  if (run.lineage !== null && run.lineage !== undefined) list.push(lineageFact(run.lineage, runs));
  return list.filter(({ text }) => text !== "");
}

function lineageFact({ of, why, from }, runs) {
  const order = runs.findIndex(({ id }) => id === of) + 1;
  const name = order > 0 ? `Run ${order}` : of;
  const on = from === undefined ? "" : `, on from “${from.name}”`;
  return { term: WHY[why] ?? "Made from", text: `${name}${on}`, ...(order > 0 ? { run: of } : { mono: true }) };
}
