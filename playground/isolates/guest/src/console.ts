/** `console`: each call becomes one line for the host, its text made as `../shared/design/api.md` says. */
import { attempt, define, errorFields } from "./codec";
import * as context from "./context";
import * as p from "./primordials";
import { send } from "./wire";

const LONGEST = 8192;
const clock = Date.now;
const LEVELS: Record<string, string> = {
  log: "log", info: "info", warn: "warn", error: "error", debug: "debug", trace: "debug", dir: "log", dirxml: "log", table: "log",
};
const mapEntries = p.uncurry(Map.prototype.forEach);
const setEntries = p.uncurry(Set.prototype.forEach);

/** Send a line. */
export function line(kind: "log" | "exception", level: string, message: string): void {
  const text = message.length > LONGEST ? `${p.slice(message, 0, LONGEST)}… (${message.length - LONGEST} more)` : message;
  send({ t: "log", owner: context.now().id, kind, level, message: text, time: clock() });
}

/** Put `console` on `target`. */
export function install(target: object): void {
  const made = {};
  const counts = new p.NativeMap<string, number>();
  const timers = new p.NativeMap<string, number>();
  let indent = "";
  const say = (level: string, args: unknown[]): void => line("log", level, indent + format(args));
  const method = (name: string, run: (...args: unknown[]) => void): void => define(made, name, run);
  for (const name of p.keys(LEVELS)) method(name, (...args) => say(LEVELS[name]!, args));
  method("assert", (ok, ...args) => {
    if (!ok) say("error", args.length > 0 ? ["Assertion failed:", ...args] : ["Assertion failed"]);
  });
  const group = (...args: unknown[]): void => {
    if (args.length > 0) say("log", args);
    indent += "  ";
  };
  method("group", group);
  method("groupCollapsed", group);
  method("groupEnd", () => {
    indent = p.slice(indent, 2);
  });
  method("count", (label = "default") => {
    const name = `${label as string}`;
    const count = ((p.mapGet(counts, name) as number | undefined) ?? 0) + 1;
    p.mapSet(counts, name, count);
    say("log", [`${name}: ${count}`]);
  });
  method("countReset", (label = "default") => {
    p.mapDelete(counts, `${label as string}`);
  });
  method("time", (label = "default") => {
    p.mapSet(timers, `${label as string}`, clock());
  });
  const lap = (label: unknown, args: unknown[]): void => {
    const began = p.mapGet(timers, `${label as string}`) as number | undefined;
    if (began === undefined) say("warn", [`Timer '${label as string}' does not exist`]);
    else say("log", [`${label as string}: ${clock() - began}ms`, ...args]);
  };
  method("timeLog", (label = "default", ...args) => lap(label, args));
  method("timeEnd", (label = "default") => {
    lap(label, []);
    p.mapDelete(timers, `${label as string}`);
  });
  method("clear", () => undefined);
  define(target, "console", made, false);
}

/** The text of a call's arguments. */
export function format(args: unknown[]): string {
  let text = "";
  let next = 0;
  if (typeof args[0] === "string") {
    next = 1;
    text = args[0];
    if (args.length > 1 && /%[sdifjoOc%]/.test(text)) [text, next] = substitute(text, args);
  }
  for (let i = next; i < args.length; i++) text += (i > 0 ? " " : "") + shown(args[i]);
  return text;
}

function substitute(pattern: string, args: unknown[]): [string, number] {
  let next = 1;
  let made = "";
  for (let i = 0; i < pattern.length; i++) {
    const kind = pattern[i] === "%" ? pattern[i + 1] : undefined;
    if (kind === "%") {
      made += "%";
      i++;
    } else if (kind !== undefined && "sdifjoOc".includes(kind) && next < args.length) {
      made += one(kind, args[next++]);
      i++;
    } else {
      made += pattern[i];
    }
  }
  return [made, next];
}

function one(kind: string, value: unknown): string {
  switch (kind) {
    case "s":
      return shown(value);
    case "d":
      return typeof value === "bigint" ? `${value}n` : number(value, (given) => +(given as number));
    case "i":
      return typeof value === "bigint" ? `${value}n` : number(value, (given) => parseInt(given as string, 10));
    case "f":
      return number(value, (given) => parseFloat(given as string));
    case "c":
      return "";
    default:
      return shown(value);
  }
}

function number(value: unknown, read: (value: unknown) => number): string {
  return typeof value === "object" || typeof value === "symbol" ? "NaN" : `${attempt(() => read(value)) ?? NaN}`;
}

/** One argument: strings as they are, plain data as JSON, all else readable. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : (attempt(() => inspect(value, [], 0)) ?? "[unreadable]");
}

function inspect(value: unknown, above: object[], depth: number): string {
  switch (typeof value) {
    case "string":
      return p.stringify(value);
    case "bigint":
      return `${p.bigintText(value)}n`;
    case "function":
      return `[${/^class\b/.test(p.functionText(value)) ? "class" : "Function"}: ${value.name || "(anonymous)"}]`;
    case "object":
      break;
    case "number":
      return p.is(value, -0) ? "-0" : `${value}`;
    default:
      return p.NativeString(value);
  }
  if (value === null) return "null";
  if (above.includes(value)) return "[Circular]";
  if (depth > 20) return "[…]";
  return object(value, [...above, value], depth + 1);
}

function object(value: object, above: object[], depth: number): string {
  const inside = (item: unknown): string => inspect(item, above, depth);
  if (value instanceof p.NativeError) return error(value, above, depth);
  const time = attempt(() => p.dateTime(value as Date));
  if (time !== undefined) return p.isFiniteNumber(time) ? p.stringify(new p.NativeDate(time).toISOString()) : "Invalid Date";
  if (p.isArray(value)) return `[${list(value, inside)}]`;
  if (value instanceof p.NativeRegExp) return p.NativeString(value);
  if (p.isView(value)) return `${value.constructor.name} ${value instanceof DataView ? `{${value.byteLength} bytes}` : `[${list(value as unknown as ArrayLike<unknown>, inside)}]`}`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer {${value.byteLength} bytes}`;
  if (value instanceof Promise) return "Promise {}";
  const pairs: string[] = [];
  if (attempt(() => mapEntries(value as never, (item: unknown, key: unknown) => { p.push(pairs, `${inside(key)} => ${inside(item)}`); })) === undefined && value instanceof Map) {
    return `Map(${pairs.length}) {${p.join(pairs as never, ", ")}}`;
  }
  if (value instanceof Set) {
    setEntries(value as never, (item: unknown) => { p.push(pairs, inside(item)); });
    return `Set(${pairs.length}) {${p.join(pairs as never, ", ")}}`;
  }
  const json = (value as { toJSON?: unknown }).toJSON;
  if (typeof json === "function") return inside(p.reflectApply(json as (...args: unknown[]) => unknown, value, [""]));
  return fields(value, inside);
}

function fields(value: object, inside: (item: unknown) => string): string {
  const parts: string[] = [];
  const names = p.keys(value);
  for (let i = 0; i < names.length && i < 1000; i++) {
    const item = (value as Record<string, unknown>)[names[i]!];
    p.push(parts, `${p.stringify(names[i])}:${inside(item)}`);
  }
  return `{${p.join(parts as never, ",")}}`;
}

function list(value: ArrayLike<unknown>, inside: (item: unknown) => string): string {
  const parts: string[] = [];
  for (let i = 0; i < value.length && i < 1000; i++) p.push(parts, inside(value[i]));
  if (value.length > 1000) p.push(parts, `… ${value.length - 1000} more`);
  return p.join(parts as never, ",");
}

function error(value: Error, above: object[], depth: number): string {
  const { name, message } = errorFields(value);
  const head = message === "" ? name : `${name}: ${message}`;
  const cause = p.hasOwn(value, "cause") ? ` [cause: ${inspect(value.cause, above, depth)}]` : "";
  return head + cause;
}
