/** Something is not a value: where, and why. */
import { define, NativeError, slice } from "./primordials";

/** Thrown for the first thing that is not a value; tenant code meets it as a `WorkflowFatalError`. */
export class NotAValue {
  constructor(readonly message: string) {}

  /** `path`: `$` is the whole, `$.a[3]` the fourth item of its `a`. */
  static at(path: string, why: string): NotAValue {
    const shown = path.length <= 200 ? path : `${slice(path, 0, 100)}…${slice(path, -100)}`;
    return new NotAValue(`${shown}: ${why}`);
  }
}

/** The error that says that a workflow is written wrongly. */
export function fatal(message: string): Error {
  const error = new NativeError(message);
  define(error, "name", "WorkflowFatalError", false);
  return error;
}
