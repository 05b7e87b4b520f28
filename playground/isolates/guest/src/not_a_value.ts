/** Something is not a value: where, and why. */
import { define, NativeError, slice } from "./primordials";

/** Thrown for the first thing that is not a value; tenant code meets it as a `WorkflowFatalError`. */
export class NotAValue {
  readonly message: string;

  /** `path`: `$` is the whole, `$.a[3]` the fourth item of its `a`. */
  constructor(path: string, why: string) {
    this.message = `${shorten(path)}: ${why}`;
  }
}

/** The error that says that a workflow is written wrongly. */
export function fatal(message: string): Error {
  return named("WorkflowFatalError", message);
}

/** An error that is told apart by its name alone. */
export function named(name: string, message: string): Error {
  const error = new NativeError(message);
  define(error, "name", name, false);
  return error;
}

function shorten(path: string): string {
  return path.length <= 200 ? path : `${slice(path, 0, 100)}…${slice(path, -100)}`;
}

