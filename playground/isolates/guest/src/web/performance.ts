/**
 * `performance`. Its origin is the epoch, as in Workers, so that it says nothing of this machine, and its
 * times are those that `Date` says: whole ms, which stand still where `Date` does.
 * https://developers.cloudflare.com/workers/runtime-apis/performance/
 */
import { refuse } from "../encoder";
import * as p from "../primordials";
import { structuredClone } from "./clone";
import { dictionary, illegal, need, shape } from "./webidl";

const KEY = {};
const MOST_ENTRIES = 1000;

interface Shape {
  readonly name: string;
  readonly entryType: "mark" | "measure";
  readonly startTime: number;
  readonly duration: number;
  readonly detail: unknown;
}

let shapeOf: (entry: object) => Shape;

export class PerformanceEntry {
  readonly #shape: Shape;

  static {
    shapeOf = (entry) => (#shape in entry ? entry.#shape : illegal("PerformanceEntry"));
  }

  constructor(key?: object, given?: Shape) {
    if (key !== KEY) throw new p.NativeTypeError("Illegal constructor");
    this.#shape = given!;
  }

  get name(): string {
    return shapeOf(this).name;
  }

  get entryType(): string {
    return shapeOf(this).entryType;
  }

  get startTime(): number {
    return shapeOf(this).startTime;
  }

  get duration(): number {
    return shapeOf(this).duration;
  }

  toJSON(): object {
    const { name, entryType, startTime, duration, detail } = shapeOf(this);
    return { name, entryType, startTime, duration, detail };
  }
}

export class PerformanceMark extends PerformanceEntry {
  get detail(): unknown {
    return shapeOf(this).detail;
  }
}

export class PerformanceMeasure extends PerformanceEntry {
  get detail(): unknown {
    return shapeOf(this).detail;
  }
}

export class Performance {
  /** The latest, oldest first. */
  #entries = p.list<PerformanceEntry>();

  constructor(key?: object) {
    if (key !== KEY) throw new p.NativeTypeError("Illegal constructor");
  }

  get timeOrigin(): number {
    return #entries in this ? 0 : illegal("Performance");
  }

  now(): number {
    return #entries in this ? p.clock() : illegal("Performance");
  }

  mark(name: unknown, options?: unknown): PerformanceMark {
    need(arguments.length, 1, "mark()");
    const given = dictionary<{ startTime?: unknown; detail?: unknown }>(options, "mark()'s options");
    const { startTime } = given;
    const at = startTime === undefined ? this.now() : +(startTime as number);
    if (at < 0) throw new p.NativeTypeError("startTime is negative");
    const detail = structuredClone(given.detail ?? null);
    const made = {
      name: `${name as string}`,
      entryType: "mark" as const,
      startTime: at,
      duration: 0,
      detail,
    };
    return this.#keep(new PerformanceMark(KEY, made));
  }

  measure(name: unknown, from?: unknown, to?: unknown): PerformanceMeasure {
    need(arguments.length, 1, "measure()");
    const isOptions = typeof from === "object" && from !== null;
    const given = (isOptions ? from : { start: from, end: to }) as Record<string, unknown>;
    const { start, end, duration, detail } = given;
    const length = duration === undefined ? undefined : +(duration as number);
    const last =
      end !== undefined
        ? this.#time(end)
        : start !== undefined && length !== undefined
          ? this.#time(start) + length
          : this.now();
    const first = start !== undefined ? this.#time(start) : length !== undefined ? last - length : 0;
    const shape = { startTime: first, duration: last - first, detail: structuredClone(detail ?? null) };
    const made = { name: `${name as string}`, entryType: "measure" as const, ...shape };
    return this.#keep(new PerformanceMeasure(KEY, made));
  }

  getEntries(): PerformanceEntry[] {
    return this.#found(() => true);
  }

  getEntriesByName(name: unknown, type?: unknown): PerformanceEntry[] {
    need(arguments.length, 1, "getEntriesByName()");
    const wanted = `${name as string}`;
    const kind = type === undefined ? undefined : `${type as string}`;
    return this.#found((one) => one.name === wanted && (kind === undefined || one.entryType === kind));
  }

  getEntriesByType(type: unknown): PerformanceEntry[] {
    need(arguments.length, 1, "getEntriesByType()");
    const wanted = `${type as string}`;
    return this.#found((one) => one.entryType === wanted);
  }

  clearMarks(name?: unknown): void {
    this.#clear("mark", name);
  }

  clearMeasures(name?: unknown): void {
    this.#clear("measure", name);
  }

  toJSON(): object {
    return { timeOrigin: this.timeOrigin };
  }

  #time(given: unknown): number {
    if (typeof given === "number") return given;
    const name = `${given as string}`;
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const one = shapeOf(this.#entries[i]!);
      if (one.entryType === "mark" && one.name === name) return one.startTime;
    }
    const text = p.stringify(p.slice(name, 0, 100));
    throw new p.NativeDOMException(`there is no mark ${text}`, "SyntaxError");
  }

  #keep<T extends PerformanceEntry>(entry: T): T {
    if (this.#entries.length >= MOST_ENTRIES) {
      const left = p.list<PerformanceEntry>();
      for (let i = MOST_ENTRIES / 2; i < MOST_ENTRIES; i++) left[left.length] = this.#entries[i]!;
      this.#entries = left;
    }
    this.#entries[this.#entries.length] = entry;
    return entry;
  }

  #found(wanted: (one: Shape) => boolean): PerformanceEntry[] {
    const found: PerformanceEntry[] = [];
    for (let i = 0; i < this.#entries.length; i++) {
      if (wanted(shapeOf(this.#entries[i]!))) p.define(found, found.length, this.#entries[i]);
    }
    return found;
  }

  #clear(type: string, name: unknown): void {
    const gone = name === undefined ? undefined : `${name as string}`;
    const left = p.list<PerformanceEntry>();
    for (let i = 0; i < this.#entries.length; i++) {
      const one = shapeOf(this.#entries[i]!);
      if (one.entryType !== type || (gone !== undefined && one.name !== gone)) {
        left[left.length] = this.#entries[i]!;
      }
    }
    this.#entries = left;
  }
}

export const PERFORMANCE_CLASSES = { Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure };
for (const name of p.keys(PERFORMANCE_CLASSES) as (keyof typeof PERFORMANCE_CLASSES)[]) {
  shape(PERFORMANCE_CLASSES[name], name);
  refuse(PERFORMANCE_CLASSES[name]);
}

export const performance = new Performance(KEY);
