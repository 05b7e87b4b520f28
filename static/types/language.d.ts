// What the language has in an isolate beyond TypeScript's own files.

interface Math {
  /** The sum of numbers, rounded once. */
  sumPrecise(numbers: Iterable<number>): number;
}

interface ErrorConstructor {
  /** Give an object the stack of here, as `stack`. */
  captureStackTrace(object: object, above?: Function): void;
  /** How many lines a stack has. */
  stackTraceLimit: number;
}

interface JSON {
  /** JSON that `stringify` puts as it is. */
  rawJSON(text: string): object;
  /** Whether `rawJSON` made it. */
  isRawJSON(value: unknown): boolean;
}

interface IteratorConstructor {
  /** One iterable after the other. */
  concat<T>(...iterables: Iterable<T>[]): IteratorObject<T, undefined, unknown>;
}
