// Lines of a run: which are wanted, and how they are written down. Pure.

import { withNames } from "./segments.js";

/** What the choice of levels offers: `[value, label, keeps(level)]`. */
export const LEVEL_CHOICES = [
  ["all", "All levels", () => true],
  ["info", "Info and above", (level) => level !== "debug" && level !== "trace"],
  ["warn", "Warnings and errors", (level) => level === "warn" || level === "error"],
  ["error", "Errors", (level) => level === "error"],
];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const levelOf = (line) => (line.kind === "exception" ? "error" : line.level);
/** Whether the system says it of the log, and not the code. */
export const isNotice = ({ kind }) => kind === "notice";
export const stepNameOf = (key) => key.split(":").slice(2).join(":");

/**
 * What finds `text` in a line: `{ pattern, error }`, both null where nothing is looked for. `regex`: it is a regular expression;
 * `exact`: capitals count. The pattern is global.
 */
export function patternOf({ text, regex = false, exact = false }) {
  if (text === "") return { pattern: null, error: null };
  const source = regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  try {
    return { pattern: new RegExp(source, exact ? "gu" : "giu"), error: null };
  } catch (error) {
    return { pattern: null, error: error.message.replace(/^Invalid regular expression: /, "") };
  }
}

/** A line as it is shown: where it is an error, its places have the names that `nameOf` (state/places.js) gives. */
export function shownLine(line, nameOf) {
  if (levelOf(line) !== "error") return line;
  const message = withNames(line.message, nameOf);
  return message === line.message ? line : { ...line, message };
}

/** Whether a line is wanted: `(line) => boolean`. `nameOf` as above. */
export function filterOf({ pattern = null, level = "all", step = null, nameOf = (module) => module }) {
  const [, , keeps] = LEVEL_CHOICES.find(([value]) => value === level);
  return (line) => {
    if (step !== null && line.step !== step) return false;
    if (!keeps(levelOf(line))) return false;
    if (pattern === null) return true;
    pattern.lastIndex = 0;
    return pattern.test(shownLine(line, nameOf).message) || (line.step !== null && ((pattern.lastIndex = 0), pattern.test(stepNameOf(line.step))));
  };
}

/** `+1.234 s` since `from`, in a form that is read in columns: `0.012`, `1:02.500`, `26:00:01`. */
export function sinceText(ms) {
  const sign = ms < 0 ? "-" : "";
  const past = Math.abs(Math.round(ms));
  const pad = (value, length = 2) => String(value).padStart(length, "0");
  const seconds = Math.floor((past % MINUTE) / SECOND);
  if (past < MINUTE) return `${sign}${seconds}.${pad(past % SECOND, 3)}`;
  if (past < HOUR) return `${sign}${Math.floor(past / MINUTE)}:${pad(seconds)}.${pad(past % SECOND, 3)}`;
  return `${sign}${Math.floor(past / HOUR)}:${pad(Math.floor((past % HOUR) / MINUTE))}:${pad(seconds)}`;
}

/** One line of text per line of the log; further lines of a message are indented. */
export function asText(line) {
  const at = new Date(line.time).toISOString();
  const step = line.step === null ? "" : `[${stepNameOf(line.step)}${line.attempt > 1 ? ` #${line.attempt}` : ""}] `;
  return `${at} ${(isNotice(line) ? "note" : levelOf(line)).toUpperCase().padEnd(5)} ${step}${line.message.replaceAll("\n", "\n    ")}`;
}

/** One JSON object per line. */
export function asJson(line) {
  const { seq, level, kind, message, step, attempt } = line;
  const about = step === null ? {} : { step, ...(attempt === null ? {} : { attempt }) };
  return JSON.stringify({ seq, time: new Date(line.time).toISOString(), level, ...(kind === "log" ? {} : { kind }), ...about, message });
}
