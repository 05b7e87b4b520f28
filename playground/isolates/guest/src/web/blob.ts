/** Blob and File. https://w3c.github.io/FileAPI/ */
import * as p from "../primordials";
import { decodeUtf8, encodeUtf8 } from "./encoding";
import { joined } from "./gathering";
import { streamOf } from "./streams";
import type { ReadableStream } from "./streams";
import { replaced } from "./text_replace";
import { dictionary, illegal, need, oneOf, scalars, shape } from "./webidl";

const BEYOND_ASCII = /[^ -~]/;
const ENDINGS = ["transparent", "native"] as const;
const LINE_ENDS = /\r\n?|\n/g;
const lower = p.uncurry(String.prototype.toLowerCase);

/** What a blob holds. Nobody writes into the bytes. */
interface Held {
  readonly bytes: Uint8Array;
  readonly type: string;
}

interface BlobPropertyBag {
  readonly endings?: unknown;
  readonly type?: unknown;
}

let heldBy: (self: unknown) => Held;
let given: Held | undefined;

export class Blob {
  readonly #held: Held;

  static {
    heldBy = (self) => {
      const is = typeof self === "object" && self !== null && #held in self;
      return is ? (self as Blob).#held : illegal("Blob");
    };
  }

  constructor(parts: unknown = undefined, options: unknown = undefined) {
    if (given !== undefined) {
      this.#held = given;
      given = undefined;
    } else {
      this.#held = gathered(parts, options);
    }
  }

  get size(): number {
    return p.bytesLength(heldBy(this).bytes);
  }

  get type(): string {
    return heldBy(this).type;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return p.bytesBuffer(p.bytesSlice(heldBy(this).bytes));
  }

  async bytes(): Promise<Uint8Array> {
    return p.bytesSlice(heldBy(this).bytes);
  }

  slice(start: unknown = undefined, end: unknown = undefined, type: unknown = undefined): Blob {
    const { bytes } = heldBy(this);
    const from = place(start, 0, p.bytesLength(bytes));
    const to = place(end, p.bytesLength(bytes), p.bytesLength(bytes));
    return made(p.bytesSubarray(bytes, from, to > from ? to : from), type === undefined ? "" : type);
  }

  stream(): ReadableStream {
    return streamOf(heldBy(this).bytes) as ReadableStream;
  }

  async text(): Promise<string> {
    const text = decodeUtf8(heldBy(this).bytes);
    return text[0] === "\ufeff" ? p.slice(text, 1) : text;
  }
}

shape(Blob, "Blob");

let isFileOf: (value: object) => boolean;
let nameOf: (file: File) => string;

export class File extends Blob {
  readonly #name: string;
  readonly #modified: number;

  static {
    isFileOf = (value) => #name in value;
    nameOf = (file) => file.#name;
  }

  constructor(parts: unknown, name: unknown, options: unknown = undefined) {
    if (given === undefined) {
      need(arguments.length, 2, "File()");
      if (parts === undefined) throw new p.NativeTypeError("a file is made from a list of parts");
    }
    super(parts, options);
    this.#name = scalars(name);
    const { lastModified } = dictionary<{ lastModified?: unknown }>(options, "the options");
    this.#modified = lastModified === undefined ? p.clock() : whole(lastModified);
  }

  get lastModified(): number {
    return #modified in this ? this.#modified : illegal("File");
  }

  get name(): string {
    return #name in this ? this.#name : illegal("File");
  }
}

shape(File, "File");

function gathered(parts: unknown, options: unknown): Held {
  const pieces = p.list<unknown>();
  if (parts !== undefined) {
    if ((typeof parts !== "object" || parts === null) && typeof parts !== "function") {
      throw new p.NativeTypeError("a blob is made from a list of parts");
    }
    if (typeof (parts as Partial<Iterable<unknown>>)[Symbol.iterator] !== "function") {
      throw new p.NativeTypeError("a blob's parts are not iterable");
    }
    for (const part of parts as Iterable<unknown>) pieces[pieces.length] = elementOf(part);
  }
  const { endings, type } = dictionary<BlobPropertyBag>(options, "a blob's options");
  const native = endings !== undefined && oneOf(endings, ENDINGS, "kind of line ends") === "native";
  const chunks = p.list<Uint8Array>();
  let total = 0;
  for (let i = 0; i < pieces.length; i++) {
    const chunk = bytesOf(pieces[i], native);
    chunks[i] = chunk;
    total += p.bytesLength(chunk);
  }
  return { bytes: joined(chunks, total), type: typeText(type === undefined ? "" : type) };
}

/** A part as bytes of its own, or as text. */
function elementOf(part: unknown): unknown {
  if (typeof part === "object" && part !== null) {
    if (p.isView(part)) return p.viewBytes(part);
    if (part instanceof p.NativeArrayBuffer) return new p.NativeUint8Array(part);
    if (part instanceof Blob) return heldBy(part).bytes;
  }
  return scalars(part);
}

function bytesOf(piece: unknown, native: boolean): Uint8Array {
  if (typeof piece !== "string") return piece as Uint8Array;
  return encodeUtf8(native ? replaced(LINE_ENDS, piece, () => "\n") : piece);
}

function typeText(type: unknown): string {
  const text = `${type as string}`;
  return p.regexpTest(BEYOND_ASCII, text) === null ? lower(text) : "";
}

/** A `long long` as [Clamp] makes it of an argument, relative to the end when it is negative. */
function place(value: unknown, missing: number, size: number): number {
  if (value === undefined) return missing;
  const number = whole(value);
  if (number < 0) return size + number > 0 ? size + number : 0;
  return number < size ? number : size;
}

function whole(value: unknown): number {
  const number = +(value as number);
  return p.isFiniteNumber(number) ? p.trunc(number) + 0 : number === Infinity ? 2 ** 53 : 0;
}

function made(bytes: Uint8Array, type: unknown): Blob {
  const held = { bytes, type: typeText(type) };
  given = held;
  return new Blob();
}

/** A blob of bytes that nobody writes into any more. */
export function blobOf(bytes: Uint8Array, type: string): Blob {
  return made(bytes, type);
}

/** A file of bytes that nobody writes into any more. */
export function fileOf(bytes: Uint8Array, name: string, type: string): File {
  given = { bytes, type: typeText(type) };
  return new File(undefined, name);
}

/** A blob under another name, or as a file when it is none. */
export function named(blob: Blob, name: string | undefined): File {
  const is = isFileOf(blob);
  if (is && name === undefined) return blob as File;
  const held = heldBy(blob);
  const lastModified = is ? (blob as File).lastModified : p.clock();
  const options = p.record();
  options["lastModified"] = lastModified;
  given = held;
  return new File(undefined, name ?? "blob", options);
}

export function isBlob(value: unknown): value is Blob {
  return typeof value === "object" && value !== null && p.attempt(() => heldBy(value)) !== undefined;
}

/** A file's name, whatever tenant code has made of the class. */
export function nameOfFile(file: File): string {
  return nameOf(file);
}

/** What it holds; nobody may write into it. */
export function bytesOfBlob(blob: Blob): Uint8Array {
  return heldBy(blob).bytes;
}

export function typeOfBlob(blob: Blob): string {
  return heldBy(blob).type;
}
