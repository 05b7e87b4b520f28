/**
 * The `do` steps that a run has started and that have not ended.
 *
 * A step that nobody awaits ends before its run does; if it failed, and nobody ever asked how it went, the run fails
 * with it. So these promises remember whether somebody asked.
 */
import * as p from "./primordials";
import type { Settle } from "./runs";
import type { Owner } from "./wire";

/** How many microtasks a step's end may take to start another one that nobody awaits. */
const SETTLING = 20;

const asked = new p.NativeWeakSet<object>();
const runs = new p.NativeMap<Owner, Steps>();

/** The promise of a step. What is made from it by `then` is an ordinary one. */
export class StepPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return p.NativePromise;
  }

  override then<A, B>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    p.weakSetAdd(asked, this);
    return p.then(this, fulfilled as never, rejected as never) as Promise<A | B>;
  }
}
p.freeze(StepPromise.prototype);

class Steps {
  open = 0;
  whenDone: (() => void) | undefined = undefined;
  readonly failed = p.list<{ promise: object; reason: unknown }>();

  end(): void {
    if (--this.open === 0 && this.whenDone !== undefined) this.whenDone();
  }
}

/** A step of that run has started. */
export function track(root: Owner, promise: StepPromise<unknown>): void {
  const nobody = (): void => undefined;
  const { resolve, reject } = tracked(root, { resolve: nobody, reject: nobody }, () => promise);
  // not the promise's own `then`: this asks nothing
  p.then(promise, resolve, reject);
}

/** A step of that run has started: `settle`, which says so when it ends, too. */
export function tracked(root: Owner, settle: Settle, promise: () => StepPromise<unknown>): Settle {
  let steps = p.mapGet(runs, root) as Steps | undefined;
  if (steps === undefined) p.mapSet(runs, root, (steps = new Steps()));
  const { failed } = steps;
  steps.open++;
  return {
    resolve(value) {
      settle.resolve(value);
      steps.end();
    },
    reject(reason) {
      failed[failed.length] = { promise: promise(), reason };
      settle.reject(reason);
      steps.end();
    },
  };
}

/** Resolves when that run has no open step. Rejects with the reason of the first that failed unasked. */
export function finished(root: Owner): Promise<void> {
  const steps = p.mapGet(runs, root) as Steps | undefined;
  if (steps === undefined) return resolved();
  return new p.NativePromise((resolve, reject) => {
    const settle = (ticks: number): void => {
      if (steps.open > 0) {
        steps.whenDone = () => settle(SETTLING);
        return;
      }
      if (ticks > 0) {
        p.then(resolved(), () => settle(ticks - 1));
        return;
      }
      forget(root);
      for (let i = 0; i < steps.failed.length; i++) {
        const { promise, reason } = steps.failed[i]!;
        if (!p.weakSetHas(asked, promise)) return reject(reason);
      }
      resolve();
    };
    settle(steps.open > 0 ? SETTLING : 0);
  });
}

/** That run was given up, or it is over. */
export function forget(root: Owner): void {
  p.mapDelete(runs, root);
}

function resolved(): Promise<void> {
  return new p.NativePromise((resolve) => resolve());
}
