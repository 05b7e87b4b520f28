/** TextEncoder and TextDecoder, for UTF-8. https://encoding.spec.whatwg.org/ */
import * as p from "../primordials";

const fromCharCode = String.fromCharCode;
const CHUNK = 4096;

export class TextEncoder {
  readonly encoding = "utf-8";

  encode(input = ""): Uint8Array {
    const text = `${input}`.toWellFormed();
    const bytes = new p.NativeUint8Array(text.length * 3);
    return bytes.slice(0, write(text, bytes).written);
  }

  encodeInto(input: string, target: Uint8Array): { read: number; written: number } {
    return write(`${input}`.toWellFormed(), target);
  }
}

function write(text: string, target: Uint8Array): { read: number; written: number } {
  let at = 0;
  let i = 0;
  while (i < text.length) {
    const code = text.codePointAt(i)!;
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (at + size > target.length) break;
    if (size === 1) target[at++] = code;
    else {
      target[at++] = (0xf00 >> size) | (code >> (6 * (size - 1)));
      for (let shift = 6 * (size - 2); shift >= 0; shift -= 6) target[at++] = 0x80 | ((code >> shift) & 0x3f);
    }
    i += size === 4 ? 2 : 1;
  }
  return { read: i, written: at };
}

export class TextDecoder {
  readonly encoding = "utf-8";
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  #rest: number[] = [];
  #started = false;

  constructor(label = "utf-8", options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    if (!/^\s*(?:unicode-1-1-utf-8|utf-?8|unicode11utf8|unicode20utf8|x-unicode20utf8)\s*$/i.test(label)) {
      throw new RangeError(`the encoding ${p.stringify(label)} is not known here`);
    }
    this.fatal = options.fatal === true;
    this.ignoreBOM = options.ignoreBOM === true;
  }

  decode(input?: ArrayBuffer | ArrayBufferView, options: { stream?: boolean } = {}): string {
    const given = input === undefined ? new p.NativeUint8Array(0)
      : p.isView(input) ? new p.NativeUint8Array(input.buffer as ArrayBuffer, input.byteOffset, input.byteLength)
      : new p.NativeUint8Array(input);
    let bytes = given;
    if (this.#rest.length > 0) {
      bytes = new p.NativeUint8Array(this.#rest.length + given.length);
      bytes.set(this.#rest);
      bytes.set(given, this.#rest.length);
    }
    const { text, used } = read(bytes, options.stream === true, this.fatal);
    this.#rest = options.stream === true ? Array.from(bytes.subarray(used)) : [];
    let result = text;
    if (!this.#started && result.length > 0) {
      this.#started = true;
      if (!this.ignoreBOM && p.charCodeAt(result, 0) === 0xfeff) result = p.slice(result, 1);
    }
    if (options.stream !== true) this.#started = false;
    return result;
  }
}

/** Decode as the standard says: one U+FFFD for each maximal part of an ill-formed sequence. */
function read(bytes: Uint8Array, stream: boolean, fatal: boolean): { text: string; used: number } {
  let text = "";
  let units: number[] = [];
  let i = 0;
  const bad = (): void => {
    if (fatal) throw new p.NativeTypeError("the bytes are not well-formed UTF-8");
    units.push(0xfffd);
  };
  while (i < bytes.length) {
    const first = bytes[i]!;
    if (first < 0x80) {
      units.push(first);
      i++;
    } else {
      const size = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
      if (size === 0) {
        bad();
        i++;
        continue;
      }
      let code = first & (0xff >> (size + 1));
      let k = 1;
      for (; k < size && i + k < bytes.length; k++) {
        const next = bytes[i + k]!;
        const low = k === 1 && first === 0xe0 ? 0xa0 : k === 1 && first === 0xf0 ? 0x90 : 0x80;
        const high = k === 1 && first === 0xed ? 0x9f : k === 1 && first === 0xf4 ? 0x8f : 0xbf;
        if (next < low || next > high) break;
        code = (code << 6) | (next & 0x3f);
      }
      if (k === size) {
        if (code > 0xffff) units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));
        else units.push(code);
      } else if (i + k >= bytes.length && stream) {
        break;
      } else {
        bad();
      }
      i += k;
    }
    if (units.length >= CHUNK) {
      text += fromCharCode(...units);
      units = [];
    }
  }
  return { text: text + fromCharCode(...units), used: i };
}
