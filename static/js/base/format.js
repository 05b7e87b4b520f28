// Times, durations and values as people read them.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration that is over: `12 ms`, `1.25 s`, `2 min 05 s`, `3 h 20 min`, `2 d 4 h`. */
export function duration(ms) {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(2)} s`;
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(1)} s`;
  return coarse(ms);
}

/** A duration that is still to go: tenths below ten seconds, then whole seconds, then two units. */
export function remaining(ms) {
  if (ms <= 0) return "0.0 s";
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.ceil(ms / SECOND)} s`;
  return coarse(ms);
}

function coarse(ms) {
  const pad = (value) => String(value).padStart(2, "0");
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${pad(Math.floor((ms % MINUTE) / SECOND))} s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${pad(Math.floor((ms % HOUR) / MINUTE))} min`;
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`;
}

/** A configured duration without needless digits: `500 ms`, `1 s`, `10 min`, `1 d`. */
export function exact(ms) {
  const units = [[DAY, "d"], [HOUR, "h"], [MINUTE, "min"], [SECOND, "s"]];
  for (const [size, unit] of units) if (ms >= size && ms % (size / 10) === 0) return `${ms / size} ${unit}`;
  return ms < SECOND ? `${ms} ms` : duration(ms);
}

const pad2 = (value) => String(value).padStart(2, "0");

/** `14:03:22.041`, local time. */
export function clockTime(epoch, withMs = true) {
  const date = new Date(epoch);
  const text = `${pad2(date.getHours())}:${pad2(date.getMinutes())}:${pad2(date.getSeconds())}`;
  return withMs ? `${text}.${String(date.getMilliseconds()).padStart(3, "0")}` : text;
}

/** A moment: the clock time, with the day in front where it is not today. */
export function moment(epoch, now = Date.now()) {
  const date = new Date(epoch);
  const text = clockTime(epoch, false);
  if (date.toDateString() === new Date(now).toDateString()) return text;
  return `${date.toLocaleDateString(undefined, { month: "short", day: "numeric" })}, ${text}`;
}

/** `just now`, `40 s ago`, `5 min ago`, `2 h ago`, then the day. */
export function ago(epoch, now = Date.now()) {
  const past = now - epoch;
  if (past < 5 * SECOND) return "just now";
  if (past < MINUTE) return `${Math.floor(past / SECOND)} s ago`;
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  return moment(epoch, now);
}

/** A value on one line, cut at `limit` characters. */
export function oneLine(value, limit = 160) {
  const text = value === undefined ? "undefined" : JSON.stringify(value);
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

export function pretty(value) {
  return value === undefined ? "undefined" : JSON.stringify(value, null, 2);
}

export function bytes(size) {
  if (size < 1024) return `${size} B`;
  return size < 1024 * 1024 ? `${(size / 1024).toFixed(1)} KB` : `${(size / 1024 / 1024).toFixed(2)} MB`;
}

export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** An error on one line: its name and its message, or the one that it has. */
export function errorText({ name, message }) {
  const said = message ?? "";
  if (name === "") return said;
  return said === "" ? (name ?? "Error") : `${name ?? "Error"}: ${said}`;
}
