/**
 * Stubs of the host's objects, and the promises of what their methods give.
 *
 * Any name can be called on a stub, and only the host knows which of them exist. What a call gives, and what
 * a property is, can be used further before it is there: `stub.a().b()` and `await stub.name` need no
 * `await` in between. A stub is no thenable: it has no `then`.
 */
import { refuse } from "./encoder";
import * as p from "./primordials";
import { type Callable, noSuchMember } from "./visibility";
import { send } from "./wire";

/** Asks the host to call a method of an object of its. */
export type AskHost = (host: Host, method: string, args: unknown[], cancel?: Cancel) => Promise<unknown>;

let askHost: AskHost;

/** Ask with `ask`; `rpc.ts` hands it in. */
export function askWith(ask: AskHost): void {
  askHost = ask;
}

/** Ask with what was handed in. */
export const ask: AskHost = (...asked) => askHost(...asked);

/** A host object as it is known there. It lives as long as a stub of it, or a method, is in reach. */
export interface Host {
  readonly id: number;
  /** Stubs of it that were not disposed of. */
  refs: number;
}

/**
 * What the host says of an object. `fn`: it can be called itself; `http`: its `fetch` takes requests;
 * `stream`: a stream of it is meant.
 */
export interface StubShape {
  readonly id: number;
  readonly fn?: boolean;
  readonly http?: boolean;
  readonly stream?: boolean;
  readonly props?: Record<string, unknown>;
}

/** What stubs are instances of: nothing that they have comes from elsewhere. */
export class RpcStub {}
/** What their calls give. */
export class RpcPromise {}
for (const kind of [RpcStub, RpcPromise]) {
  p.setPrototypeOf(kind.prototype, null);
  refuse(kind);
}
const READ = "get:";
const { dispose, asyncDispose, toStringTag } = Symbol;
const dropped = new p.NativeFinalizationRegistry<number>((id) => send({ t: "drop", stubs: p.list(id) }));
const stubs = new p.NativeWeakMap<object, StubHandler>();
const promises = new p.NativeWeakMap<object, Pending>();

/** The target of proxies of a class: it says nothing but what they are instances of. */
function targetOf(kind: { prototype: object }, callable: boolean): object {
  const target = callable ? (): void => undefined : {};
  if (callable) for (const name of p.getOwnPropertyNames(target)) delete (target as never)[name];
  return p.freeze(p.setPrototypeOf(target, kind.prototype) as object);
}
const OBJECT = targetOf(RpcStub, false);
const FUNCTION = targetOf(RpcStub, true);
const PROMISE = targetOf(RpcPromise, true);

/** Is given what to call when the answer is not wanted any more. */
export type Cancel = (cancel: (reason: unknown) => void) => void;
type Call = (method: string, args: unknown[], cancel?: Cancel) => Promise<unknown>;
type FetchThrough = (call: Call, args: unknown[]) => Promise<unknown>;

let fetchThrough: FetchThrough;

/** Make a request of the arguments of `fetch`, and a response of the answer, with `through`. */
export function fetchWith(through: FetchThrough): void {
  fetchThrough = through;
}

class StubHandler {
  open = true;

  constructor(
    readonly host: Host,
    readonly shape: StubShape,
  ) {}

  get(_: object, name: PropertyKey, stub: object): unknown {
    if (typeof name === "symbol") {
      if (name === dispose || name === asyncDispose) return () => this.dispose();
      return name === toStringTag ? "RpcStub" : undefined;
    }
    const { props } = this.shape;
    if (props !== undefined && p.hasOwn(props, name)) return props[name as string];
    switch (name) {
      case "then":
      case "toJSON":
        return undefined;
      case "constructor":
        return RpcStub;
      case "toString":
        return () => "[object RpcStub]";
      case "valueOf":
        return () => stub;
      case "dup":
        return () => this.dup();
    }
    return promise(new Member(this, name as string));
  }

  apply(_: object, __: unknown, args: unknown[]): unknown {
    return called(this.ask("", args));
  }

  ask(method: string, args: unknown[], cancel?: Cancel): Promise<unknown> {
    if (!this.open) throw new p.NativeError("the stub was disposed of");
    return askHost(this.host, method, args, cancel);
  }

  /** What stands for it on the wire. */
  reference(): object {
    if (!this.open) throw new p.NativeError("the stub was disposed of");
    const made = p.record();
    made["id"] = this.host.id;
    return made;
  }

  dispose(): void {
    if (!this.open) return;
    this.open = false;
    if (--this.host.refs > 0) return;
    send({ t: "drop", stubs: p.list(this.host.id) });
  }

  private dup(): object {
    if (!this.open) throw new p.NativeError("the stub was disposed of");
    this.host.refs++;
    return proxyOf(new StubHandler(this.host, this.shape));
  }
}

/** Something that is not there yet: reading a name of it, or calling it, waits until it is. */
export abstract class Pending {
  private started: Promise<unknown> | undefined = undefined;

  /** What it comes to. */
  promise(): Promise<unknown> {
    return (this.started ??= this.start());
  }

  get(_: object, name: PropertyKey): unknown {
    switch (name) {
      case "then":
        return (done?: Callable, failed?: Callable) => p.then(this.promise(), done, failed);
      case "catch":
        return (failed?: Callable) => p.then(this.promise(), undefined, failed);
      case "finally":
        return (settled?: Callable) => p.lastly(this.promise(), settled as () => void);
      case "toJSON":
        return undefined;
      case "constructor":
        return RpcPromise;
      case "toString":
        return () => "[object RpcPromise]";
    }
    if (typeof name === "symbol") {
      if (name === dispose || name === asyncDispose) return () => this.dispose();
      return name === toStringTag ? "RpcPromise" : undefined;
    }
    return promise(new Later(this, name as string));
  }

  abstract apply(target: object, self: unknown, args: unknown[]): unknown;
  protected abstract start(): Promise<unknown>;

  private dispose(): void {
    if (this.started === undefined) return;
    p.then(
      this.started,
      (value) => {
        const stub = typeof value === "object" || typeof value === "function" ? stubOf(value) : undefined;
        if (stub !== undefined) stub.dispose();
      },
      () => undefined,
    );
  }
}

/** A name of a stub: a method to call, or a property, which is asked for when somebody waits for it. */
class Member extends Pending {
  constructor(
    private readonly stub: StubHandler,
    private readonly name: string,
  ) {
    super();
  }

  apply(_: object, __: unknown, args: unknown[]): unknown {
    const { stub } = this;
    if (stub.shape.http && this.name === "fetch") {
      return called(fetchThrough((method, given, cancel) => stub.ask(method, given, cancel), args));
    }
    return called(stub.ask(this.name, args));
  }

  protected start(): Promise<unknown> {
    return this.stub.ask(READ + this.name, []);
  }
}

/** What a call comes to. */
class Called extends Pending {
  constructor(private readonly given: Promise<unknown>) {
    super();
  }

  apply(_: object, __: unknown, args: unknown[]): unknown {
    return called(
      p.then(this.promise(), (value) => {
        if (typeof value !== "function") throw new p.NativeTypeError("what the call gave is no function");
        return p.reflectApply(value as Callable, undefined, args);
      }),
    );
  }

  protected start(): Promise<unknown> {
    return this.given;
  }
}

/** A name of something that is not there yet. */
class Later extends Pending {
  constructor(
    private readonly of: Pending,
    private readonly name: string,
  ) {
    super();
  }

  apply(_: object, __: unknown, args: unknown[]): unknown {
    const { name } = this;
    return called(
      p.then(this.of.promise(), (value) => {
        const member = memberOf(value, name);
        if (typeof member !== "function") throw noSuchMember(name);
        return p.reflectApply(member as Callable, value, args);
      }),
    );
  }

  protected start(): Promise<unknown> {
    return p.then(this.of.promise(), (value) => memberOf(value, this.name));
  }
}
for (const kind of [StubHandler, Pending]) p.setPrototypeOf(kind.prototype, null);

/** A name of a value that has come: any of a stub, what it holds itself of any other. */
function memberOf(value: unknown, name: string): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  if (stubOf(value) === undefined && !p.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** What stands for it in tenant code. */
export function promise(pending: Pending): object {
  const made = new p.NativeProxy(PROMISE, pending) as object;
  p.weakSet(promises, made, pending);
  return made;
}

const called = (given: Promise<unknown>): object => promise(new Called(given));

function proxyOf(handler: StubHandler): object {
  const made = new p.NativeProxy(handler.shape.fn ? FUNCTION : OBJECT, handler as object) as object;
  p.weakSet(stubs, made, handler);
  return made;
}

/** A stub of the object that the host says. */
export function stub(said: StubShape): object {
  const shape = p.setPrototypeOf(said, null) as StubShape;
  const host: Host = { id: shape.id, refs: 1 };
  p.register(dropped, host, shape.id);
  return proxyOf(new StubHandler(host, shape));
}

/** What is behind a stub; undefined for all else. */
export const stubOf = (value: unknown): StubHandler | undefined =>
  p.weakGet(stubs, value as object) as StubHandler | undefined;

/** Whether `value` is what a call of a stub gave. */
export const isPending = (value: unknown): boolean => p.weakHas(promises, value as object);
