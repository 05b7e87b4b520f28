/** What Web IDL says of every interface. https://webidl.spec.whatwg.org/ */
import * as p from "../primordials";

type Callable = (...args: unknown[]) => unknown;
type Class = { readonly prototype: object };

const BEYOND_BYTE = /[^\0-\xff]/;
const IteratorPrototype = Iterator.prototype as object;

/** The error of a method called on, or of a getter read from, an object of another kind. */
export function illegal(name: string): never {
  throw new p.NativeTypeError(`Illegal invocation: this is not a ${name}`);
}

/** Throw unless as many arguments were given as are needed. */
export function need(given: number, wanted: number, what: string): void {
  if (given >= wanted) return;
  throw new p.NativeTypeError(`${what} needs ${wanted} argument${wanted === 1 ? "" : "s"}, got ${given}`);
}

/** A USVString. */
export function scalars(value: unknown): string {
  return p.toWellFormed(`${value as string}`);
}

/** A ByteString. */
export function byteText(value: unknown): string {
  const text = `${value as string}`;
  if (p.regexpTest(BEYOND_BYTE, text) === null) return text;
  throw new p.NativeTypeError("the text has characters beyond U+00FF");
}

/** A dictionary: an object, or none of its members. */
export function dictionary<T extends object>(value: unknown, what: string): T {
  if (value === undefined || value === null) return p.record() as T;
  if (typeof value === "object" || typeof value === "function") return value as T;
  throw new p.NativeTypeError(`${what} is not an object`);
}

/** One of an enumeration's texts. */
export function oneOf(value: unknown, known: readonly string[], what: string): string {
  const text = `${value as string}`;
  for (let i = 0; i < known.length; i++) if (known[i] === text) return text;
  throw new p.NativeTypeError(`${p.stringify(text)} is not a ${what}`);
}

function mark(target: object, name: PropertyKey, value: unknown): void {
  const descriptor = p.record();
  descriptor["value"] = value;
  descriptor["configurable"] = true;
  p.defineProperty(target, name, descriptor as PropertyDescriptor);
}

function showMembers(of: object, but: (name: string) => boolean): void {
  for (const name of p.getOwnPropertyNames(of)) {
    if (but(name)) continue;
    const descriptor = p.getOwnPropertyDescriptor(of, name)!;
    descriptor.enumerable = true;
    p.defineProperty(of, name, descriptor);
  }
}

/** Give a class the form of an interface: its name and tag, and members that are enumerable. */
export function shape(kind: Class, name: string): void {
  showMembers(kind.prototype, (member) => member === "constructor");
  showMembers(kind, (member) => member === "length" || member === "name" || member === "prototype");
  mark(kind.prototype, Symbol.toStringTag, name);
  mark(kind, "name", name);
}

/** Put the members of `from` on the prototype of `kind`: an interface's mixin. */
export function mix(kind: Class, from: object): void {
  for (const name of p.ownKeys(from)) {
    p.defineProperty(kind.prototype, name, p.getOwnPropertyDescriptor(from, name)!);
  }
}

export type Pair<T> = readonly [string, T];

/**
 * Make `kind` iterable as pairs. `pairsOf` gives them as they are now, and throws for objects of another
 * kind; an iteration meets what changes under it, as the standard says.
 */
export function iterable<T>(kind: Class, name: string, pairsOf: (self: unknown) => ArrayLike<Pair<T>>): void {
  class Cursor {
    readonly #self: unknown;
    readonly #part: 0 | 1 | 2;
    #at = 0;

    constructor(self: unknown, part: 0 | 1 | 2) {
      this.#self = self;
      this.#part = part;
    }

    next(): IteratorResult<unknown> {
      if (!(#self in this)) return illegal(`${name} Iterator`);
      const pairs = pairsOf(this.#self);
      if (this.#at >= pairs.length) return { value: undefined, done: true };
      const pair = pairs[this.#at++]!;
      const part = this.#part;
      return { value: part === 2 ? [pair[0], pair[1]] : pair[part], done: false };
    }
  }
  const { prototype } = Cursor as { prototype: object };
  delete (prototype as { constructor?: unknown }).constructor;
  showMembers(prototype, () => false);
  mark(prototype, Symbol.toStringTag, `${name} Iterator`);
  p.setPrototypeOf(prototype, IteratorPrototype);
  const begin = (self: unknown, part: 0 | 1 | 2): Cursor => {
    pairsOf(self);
    return new Cursor(self, part);
  };
  mix(kind, {
    entries(): Cursor {
      return begin(this, 2);
    },
    forEach(run: unknown, self: unknown = undefined): void {
      pairsOf(this);
      need(arguments.length, 1, "forEach()");
      if (typeof run !== "function") throw new p.NativeTypeError("forEach() needs a function");
      for (let i = 0; ; i++) {
        const pairs = pairsOf(this);
        if (i >= pairs.length) return;
        const pair = pairs[i]!;
        p.reflectApply(run as Callable, self, p.list<unknown>(pair[1], pair[0], this));
      }
    },
    keys(): Cursor {
      return begin(this, 0);
    },
    values(): Cursor {
      return begin(this, 1);
    },
  });
  const entries = (kind.prototype as { entries: unknown }).entries;
  p.define(kind.prototype, Symbol.iterator, entries, false);
}
