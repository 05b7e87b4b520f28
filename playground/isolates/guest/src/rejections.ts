/** Promises that were rejected and that nobody handled by the end of the turn: each is a line in the log. */
import * as console from "./console";
import * as context from "./context";
import { onRejection } from "./native";
import * as p from "./primordials";

interface Rejection {
  readonly context: context.Context;
  readonly reason: unknown;
}

const open = new p.NativeMap<object, Rejection>();

function told(promise: object, reason: unknown, handled: boolean): void {
  if (handled) p.mapDelete(open, promise);
  else p.mapSet(open, promise, { context: context.now(), reason });
}

function ended(): void {
  p.mapForEach(open, (rejection, promise) => {
    p.mapDelete(open, promise);
    context.enter((rejection as Rejection).context);
    console.uncaught((rejection as Rejection).reason, " (in promise)");
  });
}

/** Watch all promises. */
export function install(): void {
  onRejection(told, ended);
}
