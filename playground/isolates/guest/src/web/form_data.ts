/** FormData. https://xhr.spec.whatwg.org/#interface-formdata */
import * as p from "../primordials";
import { type Blob, type File, isBlob, named } from "./blob";
import { type Content, content, type Data } from "./body";
import { decodeUtf8, encodeUtf8 } from "./encoding";
import { boundaryOf, readMultipart, writeMultipart } from "./multipart";
import { URLSearchParams } from "./url";
import { illegal, iterable, need, type Pair, scalars, shape } from "./webidl";

/** A form's field: text, or a file. */
export type Field = string | File;
export type Entry = Pair<Field>;

const eachParam = p.uncurry((URLSearchParams as { prototype: { forEach: () => void } }).prototype.forEach);
const URL_ENCODED = /^[\t\n\r ]*application\/x-www-form-urlencoded[\t\n\r ]*(?:;|$)/i;

let entriesOf: (self: unknown) => Entry[];

export class FormData {
  #entries = p.list<Entry>();

  static {
    entriesOf = (self) => {
      const is = typeof self === "object" && self !== null && #entries in self;
      return is ? (self as FormData).#entries : illegal("FormData");
    };
  }

  constructor(form: unknown = undefined) {
    if (form !== undefined) throw new p.NativeTypeError("FormData is not made from a form here");
  }

  append(name: string, value: unknown, fileName: unknown = undefined): void {
    const entries = entriesOf(this);
    need(arguments.length, 2, "append()");
    entries[entries.length] = entryOf(name, value, fileName, arguments.length);
  }

  delete(name: string): void {
    entriesOf(this);
    need(arguments.length, 1, "delete()");
    const gone = scalars(name);
    this.#entries = filtered(this.#entries, (entry) => entry[0] !== gone);
  }

  get(name: string): Field | null {
    const entries = entriesOf(this);
    need(arguments.length, 1, "get()");
    const wanted = scalars(name);
    for (let i = 0; i < entries.length; i++) if (entries[i]![0] === wanted) return entries[i]![1];
    return null;
  }

  getAll(name: string): Field[] {
    const entries = entriesOf(this);
    need(arguments.length, 1, "getAll()");
    const wanted = scalars(name);
    const found: Field[] = [];
    for (let i = 0; i < entries.length; i++) {
      if (entries[i]![0] === wanted) p.define(found, found.length, entries[i]![1]);
    }
    return found;
  }

  has(name: string): boolean {
    const entries = entriesOf(this);
    need(arguments.length, 1, "has()");
    const wanted = scalars(name);
    for (let i = 0; i < entries.length; i++) if (entries[i]![0] === wanted) return true;
    return false;
  }

  set(name: string, value: unknown, fileName: unknown = undefined): void {
    entriesOf(this);
    need(arguments.length, 2, "set()");
    const entry = entryOf(name, value, fileName, arguments.length);
    let placed = false;
    const kept = filtered(this.#entries, (other) => other[0] !== entry[0] || (!placed && (placed = true)));
    let at = 0;
    while (at < kept.length && kept[at]![0] !== entry[0]) at++;
    kept[at] = entry;
    this.#entries = kept;
  }
}

iterable(FormData, "FormData", (self) => entriesOf(self));
shape(FormData, "FormData");

function filtered(entries: Entry[], keep: (entry: Entry) => boolean): Entry[] {
  const kept = p.list<Entry>();
  for (let i = 0; i < entries.length; i++) if (keep(entries[i]!)) kept[kept.length] = entries[i]!;
  return kept;
}

function entry(name: string, field: Field): Entry {
  return p.list<Field>(name, field) as unknown as Entry;
}

function entryOf(name: unknown, value: unknown, fileName: unknown, given: number): Entry {
  const key = scalars(name);
  if (isBlob(value)) {
    return entry(key, named(value as Blob, fileName === undefined ? undefined : scalars(fileName)));
  }
  if (given > 2) throw new p.NativeTypeError("a field that has a file name is a Blob");
  return entry(key, scalars(value));
}

/** A form as a multipart body. */
export function encodeFormData(form: FormData): Content {
  const { data, boundary } = writeMultipart(entriesOf(form));
  return content(data, `multipart/form-data; boundary=${boundary}`);
}

/** A form from a body of this type. Throws a TypeError for a body that is none. */
export function parseFormData(data: Data, type: string | null): FormData {
  const form = new FormData();
  const entries = entriesOf(form);
  const boundary = type === null ? undefined : boundaryOf(type);
  if (boundary !== undefined) {
    readMultipart(typeof data === "string" ? encodeUtf8(data) : data, boundary, (name, field) => {
      entries[entries.length] = entry(name, field);
    });
    return form;
  }
  if (type === null || p.regexpTest(URL_ENCODED, type) === null) {
    throw new p.NativeTypeError("a body without the content-type of a form cannot be read as a form");
  }
  const text = typeof data === "string" ? data : decodeUtf8(data);
  const params: object = new URLSearchParams(text[0] === "?" ? `?${text}` : text);
  const add = (value: string, name: string): void => {
    entries[entries.length] = entry(name, value);
  };
  p.reflectApply(eachParam as never, undefined, p.list<unknown>(params, add));
  return form;
}
