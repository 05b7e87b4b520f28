/** TextDecoder, for the Unicode and the single-byte encodings. https://encoding.spec.whatwg.org/ */
import { normalizeEncoding } from "@exodus/bytes/encoding-lite.js";
import { createSinglebyteDecoder } from "@exodus/bytes/single-byte.js";
import * as p from "../primordials";
import { decodeUtf8, isLeading, unfinished } from "./encoding";
import { joined } from "./gathering";
import { dictionary, illegal, shape } from "./webidl";

/** Their tables are 150 KiB, which every isolate would pay for with some 50 pages when it is loaded. */
const MULTI_BYTE = ["big5", "euc-jp", "euc-kr", "gb18030", "gbk", "iso-2022-jp", "shift_jis"] as const;
const UNITS_AT_ONCE = 4096;
const isWellFormed = p.uncurry((String.prototype as unknown as { isWellFormed(): boolean }).isWellFormed);

/** How bytes of an encoding become text. */
interface Encoding {
  readonly name: string;
  /** How many bytes at the end may go on in the next piece. */
  unfinished(bytes: Uint8Array): number;
  decode(bytes: Uint8Array, fatal: boolean): string;
  readonly hasMark: boolean;
}

const UTF8: Encoding = { name: "utf-8", unfinished, decode: decodeUtf8, hasMark: true };

function utf16(name: string, high: 0 | 1): Encoding {
  const unitAt = (bytes: Uint8Array, at: number): number =>
    (bytes[at + high]! << 8) | bytes[at + 1 - high]!;
  return {
    name,
    hasMark: true,
    unfinished(bytes) {
      const odd = p.bytesLength(bytes) & 1;
      const last = p.bytesLength(bytes) - odd - 2;
      return last >= 0 && isLeading(unitAt(bytes, last)) ? odd + 2 : odd;
    },
    decode(bytes, fatal) {
      const odd = p.bytesLength(bytes) & 1;
      let end = p.bytesLength(bytes) - odd;
      // a surrogate and an odd byte at the end are one mistake
      if (odd === 1 && end >= 2 && isLeading(unitAt(bytes, end - 2))) end -= 2;
      let text = "";
      for (let at = 0; at < end; ) {
        const units = p.list<number>();
        for (; at < end && units.length < UNITS_AT_ONCE; at += 2) units[units.length] = unitAt(bytes, at);
        text += p.reflectApply(p.fromCharCode, undefined, units);
      }
      const isWell = odd === 0 && isWellFormed(text);
      if (fatal && !isWell) throw new p.NativeTypeError("the bytes are not well-formed UTF-16");
      return isWell ? text : p.toWellFormed(text) + (odd === 1 ? "\ufffd" : "");
    },
  };
}

const UTF16LE = utf16("utf-16le", 1);
const UTF16BE = utf16("utf-16be", 0);

function singleByte(name: string): Encoding {
  return {
    name,
    hasMark: false,
    unfinished: () => 0,
    decode: (bytes, fatal) => createSinglebyteDecoder(name, !fatal)(bytes),
  };
}

function encodingOf(label: string): Encoding {
  const name = normalizeEncoding(label);
  if (name === "utf-8") return UTF8;
  if (name === "utf-16le") return UTF16LE;
  if (name === "utf-16be") return UTF16BE;
  if (name === null || name === "replacement") {
    throw new p.NativeRangeError(`${p.stringify(label)} is not the label of an encoding`);
  }
  for (let i = 0; i < MULTI_BYTE.length; i++) {
    if (MULTI_BYTE[i] === name) throw new p.NativeRangeError(`the encoding ${name} is not available here`);
  }
  return singleByte(name);
}

interface State {
  readonly encoding: Encoding;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  rest: Uint8Array | undefined;
  started: boolean;
  goesOn: boolean;
}

interface DecoderOptions {
  readonly fatal?: unknown;
  readonly ignoreBOM?: unknown;
}

let stateOf: (self: unknown) => State;

export class TextDecoder {
  readonly #state: State;

  static {
    stateOf = (self) => {
      const is = typeof self === "object" && self !== null && #state in self;
      return is ? (self as TextDecoder).#state : illegal("TextDecoder");
    };
    shape(TextDecoder, "TextDecoder");
  }

  constructor(label: unknown = "utf-8", options: unknown = undefined) {
    const encoding = encodingOf(`${label as string}`);
    const { fatal, ignoreBOM } = dictionary<DecoderOptions>(options, "the options");
    const state = { encoding, fatal: !!fatal, ignoreBOM: !!ignoreBOM };
    this.#state = { ...state, rest: undefined, started: false, goesOn: false };
  }

  get encoding(): string {
    return stateOf(this).encoding.name;
  }

  get fatal(): boolean {
    return stateOf(this).fatal;
  }

  get ignoreBOM(): boolean {
    return stateOf(this).ignoreBOM;
  }

  decode(input: unknown = undefined, options: unknown = undefined): string {
    const state = stateOf(this);
    const bytes = input === undefined ? new p.NativeUint8Array(0) : bytesOfSource(input);
    const stream = !!dictionary<{ stream?: unknown }>(options, "the options").stream;
    return decodePiece(state, bytes, stream);
  }
}

function decodePiece(state: State, bytes: Uint8Array, stream: boolean): string {
  const { encoding, rest } = state;
  let all = bytes;
  if (!state.goesOn) {
    state.started = false;
  } else if (rest !== undefined) {
    all = joined(p.list(rest, bytes), p.bytesLength(rest) + p.bytesLength(bytes));
  }
  state.goesOn = stream;
  state.rest = undefined;
  let complete = all;
  if (stream) {
    const end = p.bytesLength(all) - encoding.unfinished(all);
    if (end < p.bytesLength(all)) {
      state.rest = p.bytesSlice(all, end);
      complete = p.bytesSubarray(all, 0, end);
    }
  }
  const text = encoding.decode(complete, state.fatal);
  if (state.started || text === "") return text;
  state.started = true;
  return encoding.hasMark && !state.ignoreBOM && text[0] === "\ufeff" ? p.slice(text, 1) : text;
}

/** The bytes of a BufferSource. */
export function bytesOfSource(source: unknown): Uint8Array {
  if (p.isView(source)) return p.viewBytes(source);
  if (p.attempt(() => p.bufferLength(source)) === undefined) {
    throw new p.NativeTypeError("this is neither an ArrayBuffer nor a view of one");
  }
  return new p.NativeUint8Array(source as ArrayBuffer);
}
