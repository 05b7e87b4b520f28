/** `scheduler.wait`, as Workers have it. https://developers.cloudflare.com/workers/runtime-apis/scheduler/ */
import { refuse } from "../encoder";
import * as p from "../primordials";
import * as timers from "../timers";
import { isSignal, onAbort } from "./abort";
import { dictionary, need, shape } from "./webidl";

const KEY = {};

export class Scheduler {
  #own = true;

  constructor(key?: object) {
    if (key !== KEY) throw new p.NativeTypeError("Illegal constructor");
  }

  /** Resolves after that many ms; rejects with the reason of `options.signal`, when that is aborted first. */
  async wait(ms: unknown, options?: unknown): Promise<void> {
    if (this.#own) need(arguments.length, 1, "wait()");
    const { signal } = dictionary<{ signal?: unknown }>(options, "wait()'s options");
    if (signal !== undefined && !isSignal(signal)) throw new p.NativeTypeError("signal is no AbortSignal");
    if (signal?.aborted) throw signal.reason;
    await new p.NativePromise<void>((resolve, reject) => {
      const id = timers.after(+(ms as number), resolve);
      if (signal === undefined) return;
      onAbort(signal, () => {
        timers.clear(id);
        reject(signal.reason);
      });
    });
  }
}
shape(Scheduler, "Scheduler");
refuse(Scheduler);

export const scheduler = new Scheduler(KEY);
