// What the page believes of a run's file: enough to show it. The server checks all of it before anything runs.

const MOST_BYTES = 24 * 1024 * 1024;
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value) => typeof value === "string";
const isTime = (value) => Number.isSafeInteger(value) && value >= 0;

/** `{ document }`, or `{ trouble }`: why the file is none of a run. */
export async function readFile(file) {
  if (file.size > MOST_BYTES) return { trouble: "it is larger than 24 MB, and no file of a run is." };
  try {
    return checked(JSON.parse(await file.text()));
  } catch {
    return { trouble: "it is not JSON." };
  }
}

/** The same of what was parsed. Pure. */
export function checked(document) {
  if (!isObject(document) || document.format !== "playground-run") return { trouble: "it is not the file of a run." };
  if (document.formatVersion !== 1) return { trouble: "it was made by a later version than this." };
  const { run, code, entries } = document;
  if (!isObject(run) || !isText(run.id) || !isTime(run.created)) return { trouble: "it does not say which run it is." };
  if (!isObject(code) || !isObject(code.modules) || !isText(code.main) || !Object.hasOwn(code.modules, code.main)) return { trouble: "its code is missing." };
  if (!Array.isArray(entries) || entries.length === 0) return { trouble: "its journal is missing." };
  const bad = entries.findIndex((entry, at) => !isEntry(entry, entries[at - 1]));
  if (bad >= 0) return { trouble: `entry ${bad + 1} of its journal is none.` };
  return { document };
}

function isEntry(entry, before) {
  if (!isObject(entry) || !isText(entry.type) || !isTime(entry.time) || !Number.isSafeInteger(entry.seq)) return false;
  if (before !== undefined && entry.seq <= before.seq) return false;
  for (const key of ["step", "from"]) if (entry[key] !== undefined && !isStep(entry[key]) && !(key === "from" && entry.type === "version_changed")) return false;
  if (entry.type === "log") return isText(entry.message) && isText(entry.level);
  if (entry.type.startsWith("attempt_") && !Number.isSafeInteger(entry.attempt)) return false;
  if (OF_STEPS.test(entry.type) && entry.step === undefined) return false;
  if (entry.error !== undefined && (!isObject(entry.error) || !isText(entry.error.name) || !isText(entry.error.message))) return false;
  if (entry.config !== undefined && !isObject(entry.config)) return false;
  return ["until", "retryAt", "pausedMs", "created"].every((key) => entry[key] === undefined || entry[key] === null || isTime(entry[key]));
}

const OF_STEPS = /^(step|attempt|sleep|wait|rollback_step)_/;
const isStep = (step) => isObject(step) && isText(step.kind) && isText(step.name) && Number.isSafeInteger(step.count);

/** The entries as the log has them, of a run called `id`. What only replay needs is left out. */
export function entriesOf(document, id) {
  return document.entries.map((entry) => {
    const { $value, $stream, $omitted, ...shown } = entry;
    return { ...shown, instance: id };
  });
}
