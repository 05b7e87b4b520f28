/** `console`: each call becomes one line for the host. */
import * as context from "./context";
import { format, inspect, LONGEST, Line } from "./inspect";
import { now } from "./native";
import * as p from "./primordials";
import { errorText } from "./thrown";
import { send } from "./wire";

const LEVELS: [name: string, level: string][] = [
  ["log", "log"],
  ["info", "info"],
  ["warn", "warn"],
  ["error", "error"],
  ["debug", "debug"],
  ["trace", "debug"],
  ["dir", "log"],
  ["dirxml", "log"],
  ["table", "log"],
];

const counts = new p.NativeMap<string, number>();
const timers = new p.NativeMap<string, number>();
let indent = "";

function line(kind: "log" | "exception", level: string, message: string): void {
  const text = p.toWellFormed(message);
  send({ t: "log", owner: context.now().id, kind, level, message: text, time: now() });
}

/** Log an error that nobody caught, and where it was thrown; `how` says more, after a space. */
export function uncaught(reason: unknown, how = ""): void {
  const stack = p.isThrowable(reason) ? errorText(reason).stack : undefined;
  const text = `Uncaught${how} ${inspect(reason)}`;
  line("exception", "error", stack === undefined ? text : `${text}\n${stack}`);
}

function say(level: string, args: unknown[]): void {
  line("log", level, indent + format(args));
}

function label(given: unknown): string {
  return given === undefined ? "default" : p.slice(p.attempt(() => `${given as string}`) ?? "?", 0, LONGEST);
}

function group(args: unknown[]): void {
  if (args.length > 0) say("log", args);
  if (indent.length < 40) indent += "  ";
}

function count(name: string): void {
  const times = ((p.mapGet(counts, name) as number | undefined) ?? 0) + 1;
  p.mapSet(counts, name, times);
  say("log", [`${name}: ${times}`]);
}

function begin(name: string): void {
  if (p.mapGet(timers, name) !== undefined) return say("warn", [`Timer '${name}' already exists`]);
  p.mapSet(timers, name, p.clock());
}

function lap(name: string, args: unknown[]): void {
  const began = p.mapGet(timers, name) as number | undefined;
  if (began === undefined) return say("warn", [`Timer '${name}' does not exist`]);
  const text = new Line();
  text.add(`${name}: ${p.clock() - began}ms`);
  for (let i = 0; i < args.length; i++) {
    text.add(" ");
    text.add(inspect(args[i]));
  }
  line("log", "log", indent + text.text);
}

/** Put `console` on `target`. */
export function install(target: object): void {
  const made = {};
  p.defineProperty(made, Symbol.toStringTag, { value: "console", configurable: true });
  const method = (name: string, run: (...args: unknown[]) => unknown): void => {
    const called = (...args: unknown[]): void => void p.reflectApply(run, undefined, args);
    p.define(called, "name", name, false);
    p.define(made, name, called);
  };
  for (const [name, level] of LEVELS) method(name, (...args) => say(level, args));
  method("assert", (ok, ...args) => {
    if (!ok) line("log", "error", `${indent}Assertion failed${args.length > 0 ? ` ${format(args)}` : ""}`);
  });
  method("group", (...args) => group(args));
  method("groupCollapsed", (...args) => group(args));
  method("groupEnd", () => {
    indent = p.slice(indent, 2);
  });
  method("count", (name) => count(label(name)));
  method("countReset", (name) => {
    if (!p.mapDelete(counts, label(name))) say("warn", [`Count for '${label(name)}' does not exist`]);
  });
  method("time", (name) => begin(label(name)));
  method("timeLog", (name, ...args) => lap(label(name), args));
  method("timeEnd", (name) => {
    lap(label(name), []);
    p.mapDelete(timers, label(name));
  });
  method("clear", () => undefined);
  p.define(target, "console", made, false);
}
