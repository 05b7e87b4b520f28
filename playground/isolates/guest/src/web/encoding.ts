/** UTF-8, and TextEncoder. https://encoding.spec.whatwg.org/ */
import { utf8Decode, utf8Encode } from "../native";
import * as p from "../primordials";
import { illegal, need, shape } from "./webidl";

/** The UTF-8 of a text; lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return utf8Encode(text) as Uint8Array<ArrayBuffer>;
}

/**
 * The text of UTF-8; U+FFFD stands for each maximal part of what is ill-formed, which is a TypeError where
 * `fatal`. A byte order mark is kept.
 */
export function decodeUtf8(bytes: Uint8Array, fatal = false): string {
  return utf8Decode(bytes, fatal);
}

export class TextEncoder {
  readonly #brand = true;

  static {
    shape(TextEncoder, "TextEncoder");
  }

  get encoding(): string {
    return #brand in this ? "utf-8" : illegal("TextEncoder");
  }

  encode(input: string | undefined = ""): Uint8Array {
    return #brand in this ? encodeUtf8(`${input}`) : illegal("TextEncoder");
  }

  encodeInto(source: string, target: Uint8Array): { read: number; written: number } {
    if (!(#brand in this)) return illegal("TextEncoder");
    need(arguments.length, 2, "encodeInto()");
    const text = p.toWellFormed(`${source}`);
    if (typeof target !== "object" || p.typedArrayName(target) !== "Uint8Array") {
      throw new p.NativeTypeError("encodeInto() writes into a Uint8Array");
    }
    const into = p.viewBytes(target);
    const room = p.bytesLength(into);
    let read = text.length < room ? text.length : room;
    let bytes: Uint8Array;
    for (;;) {
      if (read > 0 && read < text.length && isLeading(p.charCodeAt(text, read - 1))) read--;
      bytes = encodeUtf8(p.slice(text, 0, read));
      const over = p.bytesLength(bytes) - room;
      if (over <= 0) break;
      read -= p.floor((over + 2) / 3);
    }
    // what was taken away at once may have been too much by a few characters
    for (;;) {
      const size = read < text.length && isLeading(p.charCodeAt(text, read)) ? 2 : 1;
      const more = read + size <= text.length ? encodeUtf8(p.slice(text, 0, read + size)) : undefined;
      if (more === undefined || p.bytesLength(more) > room) break;
      bytes = more;
      read += size;
    }
    p.bytesSet(into, bytes);
    return { read, written: p.bytesLength(bytes) };
  }
}

/** Whether it is the first half of a pair of surrogates. */
export function isLeading(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** How long the well-formed sequence is that starts at `at`; negative: how long the ill-formed part is. */
function sequence(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return -1;
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let k = 1; k < size; k++) {
    if (at + k >= end) return -k;
    const next = bytes[at + k]!;
    const low = k > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = k > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (next < low || next > high) return -k;
  }
  return size;
}

/** How many bytes at the end may be the beginning of a sequence that goes on later. */
export function unfinished(bytes: Uint8Array): number {
  const length = p.bytesLength(bytes);
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back && sequence(bytes, length - back, length) === -back ? back : 0;
    }
  }
  return 0;
}
