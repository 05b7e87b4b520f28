/** A value on its way out: what in it stays here and is only referred to, and what must be waited for. */
import { encode } from "./codec";
import { type EncodeHook, Instead } from "./encoder";
import { handOut, isTarget, release } from "./handed_out";
import { NotAValue } from "./not_a_value";
import * as p from "./primordials";
import { isPending, stubOf } from "./stubs";

/** How many functions, targets, stubs and promises one value may hold. */
const MOST = 1000;

/** Writes one value, which may hold functions, targets, stubs, and promises of all that. */
export class Crossing implements EncodeHook {
  /** The numbers of the functions and targets in what was written. */
  readonly out = p.list<number>();
  private references = 0;
  private waits = p.list<object>();
  private readonly came = new p.NativeMap<object, Instead>();

  constructor(private readonly value: unknown) {}

  /** The wire form, or a promise of it where promises must settle first. Throws `NotAValue`. */
  write(): string | Promise<string> {
    let text: string;
    try {
      text = encode(this.value, this);
    } catch (error) {
      this.takeBack();
      throw error;
    }
    return this.waits.length === 0 ? text : this.settled();
  }

  /** Let nothing out after all. */
  takeBack(): void {
    release(this.out);
    this.out.length = 0;
  }

  private async settled(): Promise<string> {
    this.takeBack();
    const { waits } = this;
    this.waits = p.list();
    for (let i = 0; i < waits.length; i++) p.mapSet(this.came, waits[i]!, new Instead(await waits[i]!));
    this.references = 0;
    return await this.write();
  }

  /** See `EncodeHook`. */
  node(value: object): object | undefined {
    if (typeof value === "object") {
      const prototype = p.getPrototypeOf(value);
      if (prototype === p.ObjectPrototype || prototype === p.ArrayPrototype) return undefined;
    }
    const stub = stubOf(value);
    if (stub !== undefined) return this.reference("$stub", stub.reference());
    if (isPending(value) || value instanceof p.NativePromise) return this.wait(value);
    if (typeof value === "function") return this.reference("$fn", undefined, value);
    if (isTarget(value)) return this.reference("$target", undefined, value);
    return undefined;
  }

  private reference(tag: string, content: unknown, value?: object): object {
    this.spend();
    if (value !== undefined) this.out[this.out.length] = content = handOut(value);
    const node = p.record();
    node[tag] = content;
    return node;
  }

  private wait(value: object): Instead {
    const came = p.mapGet(this.came, value) as Instead | undefined;
    if (came !== undefined) return came;
    this.spend();
    this.waits[this.waits.length] = value;
    return new Instead(null);
  }

  private spend(): void {
    if (++this.references > MOST) {
      throw NotAValue.at("$", `more than ${MOST} functions, stubs and promises`);
    }
  }
}
