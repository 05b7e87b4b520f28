/** Tagged nodes, put together again into values. */
import * as p from "./primordials";

/** Gives what a `$fn`, `$stub` or `$target` node stands for. */
export type DecodeHook = (tag: string, content: unknown) => unknown;

type ViewClass = new (buffer: ArrayBuffer) => ArrayBufferView;

const VIEWS = p.record() as Record<string, ViewClass>;
for (const view of [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  (globalThis as unknown as { Float16Array: ViewClass }).Float16Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
] as ViewClass[]) {
  VIEWS[view.name] = view;
}

const ERRORS = p.record() as Record<string, ErrorConstructor>;
for (const kind of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
  ERRORS[kind.name] = kind as ErrorConstructor;
}

const AGGREGATE = AggregateError.name;

interface ErrorContent {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly errors?: unknown[];
  readonly code?: string;
  readonly props?: [string, unknown][];
}

/** Reads one text. What it reads was made or checked by the host, so a bad node is the host's mistake. */
export class Decoder {
  private readonly containers = p.list<unknown>();
  private count = 0;

  constructor(private readonly hook?: DecodeHook) {}

  value(node: unknown): unknown {
    if (typeof node !== "object" || node === null) return node;
    if (p.isArray(node)) {
      this.keep(node);
      for (let i = 0; i < node.length; i++) {
        const item = node[i] as { $undefined?: number } | null;
        if (typeof item !== "object" || item === null) continue;
        const made = this.value(item);
        if (made === undefined && item.$undefined === 1) delete node[i];
        else node[i] = made;
      }
      return node;
    }
    const names = p.keys(node);
    const fields = node as Record<string, unknown>;
    if (names.length === 1 && names[0]![0] === "$") return this.tagged(names[0]!, fields[names[0]!]);
    this.keep(node);
    // the properties are there already, so no setter of a prototype is met
    for (let i = 0; i < names.length; i++) fields[names[i]!] = this.value(fields[names[i]!]);
    return node;
  }

  private tagged(tag: string, content: any): unknown {
    switch (tag) {
      case "$undefined":
        return undefined;
      case "$number":
        return content === "-0" ? -0 : +content;
      case "$bigint":
        return p.NativeBigInt(content);
      case "$ref":
        return this.containers[content];
      case "$date":
        return this.keep(new p.NativeDate(content === null ? NaN : content));
      case "$regexp":
        return this.keep(new p.NativeRegExp(content[0], content[1]));
      case "$buffer":
        return this.keep(p.bytesBuffer(p.fromBase64(content)));
      case "$view":
        return this.keep(new VIEWS[content[0]]!(p.bytesBuffer(p.fromBase64(content[1]))));
      case "$map":
        return this.map(content);
      case "$set":
        return this.set(content);
      case "$object":
        return this.object(content);
      case "$error":
        return this.error(content);
    }
    if (this.hook === undefined) throw new p.NativeTypeError(`${tag} has no meaning here`);
    return this.keep(this.hook(tag, content));
  }

  private map(pairs: [unknown, unknown][]): Map<unknown, unknown> {
    const made = this.keep(new p.NativeMap<unknown, unknown>());
    for (let i = 0; i < pairs.length; i++) {
      const key = this.value(pairs[i]![0]);
      p.mapSet(made, key, this.value(pairs[i]![1]));
    }
    return made;
  }

  private set(items: unknown[]): Set<unknown> {
    const made = this.keep(new p.NativeSet<unknown>());
    for (let i = 0; i < items.length; i++) p.setAdd(made, this.value(items[i]));
    return made;
  }

  private object(pairs: [string, unknown][]): object {
    const made = this.keep({});
    for (let i = 0; i < pairs.length; i++) p.define(made, pairs[i]![0], this.value(pairs[i]![1]));
    return made;
  }

  private error(said: ErrorContent): Error {
    const content = p.setPrototypeOf(said, null) as ErrorContent;
    const made = this.keep(new (ERRORS[content.name] ?? p.NativeError)(content.message));
    if (ERRORS[content.name] === undefined && (content.errors === undefined || content.name !== AGGREGATE)) {
      p.define(made, "name", content.name, false);
    }
    p.define(made, "stack", content.stack ?? `${content.name}: ${content.message}`, false);
    if (p.hasOwn(content, "cause")) p.define(made, "cause", this.value(content.cause), false);
    const { errors } = content;
    if (errors !== undefined) {
      p.setPrototypeOf(made, p.AggregateErrorPrototype);
      for (let i = 0; i < errors.length; i++) errors[i] = this.value(errors[i]);
      p.define(made, "errors", errors, false);
    }
    if (content.code !== undefined) p.define(made, "code", content.code, false);
    const { props } = content;
    if (props !== undefined) {
      for (let i = 0; i < props.length; i++) p.define(made, props[i]![0], this.value(props[i]![1]));
    }
    return made;
  }

  private keep<T>(made: T): T {
    this.containers[this.count++] = made;
    return made;
  }
}
