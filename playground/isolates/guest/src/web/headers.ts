/** Headers. https://fetch.spec.whatwg.org/#headers-class */
import * as p from "../primordials";
import { byteText, illegal, iterable, need, type Pair, shape } from "./webidl";

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const EDGES = /^[\t\n\r ]|[\t\n\r ]$/;
const CONTENT = /[^\t\n\r ](?:[^]*[^\t\n\r ])?/;
const NOT_A_VALUE = /[\0\r\n]/;
const COOKIE = "set-cookie";
const lower = p.uncurry(String.prototype.toLowerCase);

export type Pairs = ArrayLike<ArrayLike<string>>;

/** A list of headers: names in lower case, values as they are. */
class List {
  readonly names = p.list<string>();
  readonly values = p.list<string>();
  sorted: Pair<string>[] | undefined;

  constructor(readonly immutable: boolean) {}

  add(name: string, value: string): void {
    const at = this.names.length;
    this.names[at] = name;
    this.values[at] = value;
    this.sorted = undefined;
  }

  /** Keep the pairs for which `keep` is true. */
  filter(keep: (name: string, at: number) => boolean): void {
    const { names, values } = this;
    let to = 0;
    for (let i = 0; i < names.length; i++) {
      if (!keep(names[i]!, i)) continue;
      names[to] = names[i]!;
      values[to++] = values[i]!;
    }
    names.length = values.length = to;
    this.sorted = undefined;
  }

  indexOf(name: string): number {
    const { names } = this;
    for (let i = 0; i < names.length; i++) if (names[i] === name) return i;
    return -1;
  }

  get(name: string): string | null {
    const { names, values } = this;
    let found: string | null = null;
    for (let i = 0; i < names.length; i++) {
      if (names[i] === name) found = found === null ? values[i]! : `${found}, ${values[i]!}`;
    }
    return found;
  }

  /** Sorted by name, values of one name joined; cookies stay apart. */
  pairs(): Pair<string>[] {
    if (this.sorted !== undefined) return this.sorted;
    const { names, values } = this;
    const made = p.list<Pair<string>>();
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      if (name !== COOKIE && this.indexOf(name) < i) continue;
      const value = name === COOKIE ? values[i]! : this.get(name)!;
      let at = made.length;
      for (; at > 0 && made[at - 1]![0] > name; at--) made[at] = made[at - 1]!;
      made[at] = p.list(name, value) as unknown as Pair<string>;
    }
    this.sorted = made;
    return made;
  }
}

let listOf: (self: unknown) => List;
let isHeaders: (value: object) => boolean;
let withList: (list: List) => Headers;
let given: List | undefined;

export class Headers {
  readonly #list: List;

  static {
    listOf = (self) => {
      const is = typeof self === "object" && self !== null && #list in self;
      return is ? (self as Headers).#list : illegal("Headers");
    };
    isHeaders = (value) => #list in value;
    withList = (list) => {
      given = list;
      return new Headers();
    };
  }

  constructor(init: unknown = undefined) {
    if (given !== undefined) {
      this.#list = given;
      given = undefined;
      return;
    }
    this.#list = new List(false);
    if (init !== undefined) fill(this.#list, init);
  }

  append(name: string, value: string): void {
    const list = listOf(this);
    need(arguments.length, 2, "append()");
    const text = byteText(name);
    const content = valueOf(byteText(value), text);
    const normal = nameOf(text);
    writable(list).add(normal, content);
  }

  delete(name: string): void {
    const list = listOf(this);
    need(arguments.length, 1, "delete()");
    const gone = nameOf(byteText(name));
    writable(list).filter((other) => other !== gone);
  }

  get(name: string): string | null {
    const list = listOf(this);
    need(arguments.length, 1, "get()");
    return list.get(nameOf(byteText(name)));
  }

  getSetCookie(): string[] {
    const { names, values } = listOf(this);
    const found: string[] = [];
    for (let i = 0; i < names.length; i++) if (names[i] === COOKIE) p.define(found, found.length, values[i]);
    return found;
  }

  has(name: string): boolean {
    const list = listOf(this);
    need(arguments.length, 1, "has()");
    return list.indexOf(nameOf(byteText(name))) >= 0;
  }

  set(name: string, value: string): void {
    const list = listOf(this);
    need(arguments.length, 2, "set()");
    const text = byteText(name);
    const content = valueOf(byteText(value), text);
    const wanted = nameOf(text);
    const first = writable(list).indexOf(wanted);
    if (first < 0) return list.add(wanted, content);
    list.values[first] = content;
    list.filter((other, at) => other !== wanted || at === first);
  }
}

iterable(Headers, "Headers", (self) => listOf(self).pairs());
shape(Headers, "Headers");

function writable(list: List): List {
  if (list.immutable) throw new p.NativeTypeError("Can't modify immutable headers.");
  return list;
}

function nameOf(text: string): string {
  if (p.regexpTest(TOKEN, text) !== null) return lower(text);
  throw new p.NativeTypeError(`${p.stringify(text)} is not a header's name`);
}

function valueOf(text: string, name: string): string {
  let value = text;
  if (p.regexpTest(EDGES, text) !== null) {
    const found = p.regexpTest(CONTENT, text) as string[] | null;
    value = found === null ? "" : found[0]!;
  }
  if (p.regexpTest(NOT_A_VALUE, value) === null) return value;
  throw new p.NativeTypeError(`the value of the header ${p.stringify(name)} has NUL, CR or LF in it`);
}

function put(list: List, name: unknown, value: unknown): void {
  const text = byteText(name);
  const content = byteText(value);
  list.add(nameOf(text), valueOf(content, text));
}

function fill(list: List, init: unknown): void {
  if (init === null || (typeof init !== "object" && typeof init !== "function")) {
    throw new p.NativeTypeError("headers are made from an object, or from a list of pairs");
  }
  if (isHeaders(init)) return copy(listOf(init), list);
  const begin = (init as Iterable<unknown>)[Symbol.iterator];
  if (begin === undefined || begin === null) return fillFromRecord(list, init as Record<string, unknown>);
  for (const pair of init as Iterable<Iterable<unknown>>) {
    if (typeof pair !== "object" || pair === null) throw new p.NativeTypeError("a header is a pair");
    const items = p.list<unknown>();
    for (const item of pair) items[items.length] = item;
    if (items.length !== 2) throw new p.NativeTypeError("a header is a pair of name and value");
    put(list, items[0], items[1]);
  }
}

function fillFromRecord(list: List, init: Record<string, unknown>): void {
  const names = p.ownKeys(init);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const descriptor = p.getOwnPropertyDescriptor(init, name);
    if (descriptor !== undefined && descriptor.enumerable) put(list, name, init[name as string]);
  }
}

function copy(from: List, to: List): void {
  for (let i = 0; i < from.names.length; i++) to.add(from.names[i]!, from.values[i]!);
}

/** The headers of `init`, with `type` as content-type where they have none. */
export function headersOf(init: unknown, type: string | null): Headers {
  const list = new List(false);
  if (init !== undefined) fill(list, init);
  if (type !== null && list.indexOf("content-type") < 0) list.add("content-type", type);
  return withList(list);
}

/** Headers that the host says, which are in order. Nobody can change them. */
export function receivedHeaders(pairs: Pairs): Headers {
  const list = new List(true);
  for (let i = 0; i < pairs.length; i++) list.add(lower(pairs[i]![0]!), pairs[i]![1]!);
  return withList(list);
}

/** Headers that say the same. */
export function copied(headers: Headers, immutable: boolean): Headers {
  const list = new List(immutable);
  copy(listOf(headers), list);
  return withList(list);
}

/** Like those of `init`, and nobody can change them. */
export function fixedHeaders(init?: unknown): Headers {
  const list = new List(true);
  if (init !== undefined) fill(list, init);
  return withList(list);
}

/** All that they say, for the host. */
export function pairsOf(headers: Headers): Pair<string>[] {
  return listOf(headers).pairs();
}

/** The value of one, whatever tenant code has made of the class. */
export function headerOf(headers: Headers, name: string): string | null {
  return listOf(headers).get(name);
}
