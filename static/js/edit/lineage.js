// Where a run came from, in words. Pure.

/** `Run 3`, as runs are numbered: as they began. `runs` in that order. Where it is not among them, `another run`. */
export function runName(id, runs) {
  const at = runs.findIndex((run) => run.id === id);
  return at < 0 ? "another run" : `Run ${at + 1}`;
}

/** `{ before, of, after }`, the words around the name of the run that it came from; null where it came from none. */
export function lineageWords(run) {
  const { lineage } = run;
  if (lineage === null || lineage === undefined) return null;
  const place = lineage.from === undefined || lineage.from === null ? "" : ` at “${lineage.from.name}”`;
  if (lineage.why === "replay") return { before: "Replay of ", of: lineage.of, after: "" };
  if (lineage.why === "fork") return { before: "Forked from ", of: lineage.of, after: place };
  return { before: "Runs on from a file of ", of: lineage.of, after: place };
}

/** The same as one text. */
export function lineageText(run, runs) {
  const words = lineageWords(run);
  return words === null ? null : `${words.before}${runName(words.of, runs)}${words.after}`;
}
