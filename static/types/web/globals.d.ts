// Functions and small objects on globalThis.

/** The global object, by its other name. */
declare var self: typeof globalThis;

/**
 * Call `callback` after so many milliseconds. Not durable: for waits of a workflow take `step.sleep`, which
 * survives crashes and holds nothing in memory.
 */
declare function setTimeout(callback: (...args: any[]) => void, ms?: number, ...args: any[]): number;
/** Do not call it any more. */
declare function clearTimeout(timer?: number | null): void;
/** Call `callback` every so many milliseconds, until `clearInterval`. Not durable. */
declare function setInterval(callback: (...args: any[]) => void, ms?: number, ...args: any[]): number;
/** Do not call it any more. */
declare function clearInterval(timer?: number | null): void;
/** Call `callback` when what runs now has ended, before anything else. */
declare function queueMicrotask(callback: () => void): void;
/** Log an error as one that nobody has caught. */
declare function reportError(error: any): void;
/** A deep copy of what structured clone takes; throws a `DataCloneError` for what it does not. */
declare function structuredClone<T>(value: T, options?: { transfer?: ArrayBuffer[] }): T;
/** Base64 of a text whose characters are bytes. */
declare function btoa(text: string): string;
/** The bytes that base64 says, as characters of a text. */
declare function atob(base64: string): string;

/** Waiting without a callback. */
declare class Scheduler {
  private constructor();
  /** Resolves after so many milliseconds; rejects when `signal` is aborted first. Not durable. */
  wait(ms: number, options?: { signal?: AbortSignal }): Promise<void>;
}
declare var scheduler: Scheduler;

/**
 * Lines for the log. Each belongs to its run, and in a step's callback to the step and the attempt. Outside of
 * steps a line is kept once, however often `run()` comes by.
 */
interface Console {
  /** Log a line. */
  log(...data: any[]): void;
  /** Log a line, as information. */
  info(...data: any[]): void;
  /** Log a line, as a warning. */
  warn(...data: any[]): void;
  /** Log a line, as an error. */
  error(...data: any[]): void;
  /** Log a line, for finding mistakes. */
  debug(...data: any[]): void;
  /** Log a line with the stack. */
  trace(...data: any[]): void;
  /** Log an object with its members. */
  dir(item?: any, options?: any): void;
  /** Log an object with its members. */
  dirxml(...data: any[]): void;
  /** Log rows as a table. */
  table(rows?: any, columns?: string[]): void;
  /** Log a line where `condition` does not hold. */
  assert(condition?: boolean, ...data: any[]): void;
  /** Indent the lines that follow. */
  group(...data: any[]): void;
  /** Indent the lines that follow. */
  groupCollapsed(...data: any[]): void;
  /** End the indentation. */
  groupEnd(): void;
  /** Log how often this was called with that label. */
  count(label?: string): void;
  /** Begin to count anew. */
  countReset(label?: string): void;
  /** Begin to measure. */
  time(label?: string): void;
  /** Log how long it has been. */
  timeLog(label?: string, ...data: any[]): void;
  /** Log how long it was. */
  timeEnd(label?: string): void;
  /** There for compatibility; it clears nothing. */
  clear(): void;
}
declare var console: Console;

/** Says where code runs. */
declare class Navigator {
  private constructor();
  /** `"Cloudflare-Workers"`. */
  readonly userAgent: string;
  readonly language: string;
  readonly languages: readonly string[];
  readonly hardwareConcurrency: number;
}
declare var navigator: Navigator;

/** An entry of `performance`. */
declare class PerformanceEntry {
  protected constructor();
  readonly name: string;
  readonly entryType: string;
  /** In milliseconds since 1970. */
  readonly startTime: number;
  /** In milliseconds. */
  readonly duration: number;
  toJSON(): any;
}
declare class PerformanceMark extends PerformanceEntry {
  private constructor();
  readonly detail: any;
}
declare class PerformanceMeasure extends PerformanceEntry {
  private constructor();
  readonly detail: any;
}

/** Time, as `Date` says it: outside of steps it repeats exactly on replay. */
declare class Performance {
  private constructor();
  /** 0: times are since 1970. */
  readonly timeOrigin: number;
  /** What `Date.now()` says. */
  now(): number;
  /** Note this moment. */
  mark(name: string, options?: { startTime?: number; detail?: any }): PerformanceMark;
  /** Note how long it was between two moments. */
  measure(
    name: string,
    start?: string | { start?: string | number; end?: string | number; duration?: number; detail?: any },
    end?: string,
  ): PerformanceMeasure;
  getEntries(): PerformanceEntry[];
  getEntriesByName(name: string, type?: string): PerformanceEntry[];
  getEntriesByType(type: string): PerformanceEntry[];
  clearMarks(name?: string): void;
  clearMeasures(name?: string): void;
  toJSON(): any;
}
declare var performance: Performance;

/** An error of the platform; `name` says which, e.g. `"AbortError"`. */
interface DOMException extends Error {
  readonly name: string;
  readonly message: string;
  /** @deprecated look at `name` */
  readonly code: number;
}
declare var DOMException: {
  prototype: DOMException;
  new (message?: string, name?: string): DOMException;
};
