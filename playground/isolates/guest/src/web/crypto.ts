/** `crypto`: randomness, SubtleCrypto, and the stream that hashes. https://w3c.github.io/webcrypto/ */
import { refuse } from "../encoder";
import * as p from "../primordials";
import { draw } from "../random";
import { fill } from "./crypto_random";
import { DigestStream } from "./digest_stream";
import { SubtleCrypto, subtle } from "./subtle";
import { illegal, need, shape } from "./webidl";

export { CryptoKey } from "./crypto_key";
export { SubtleCrypto };

const MOST_BYTES = 65536;
const VARIANTS = "89ab";
const HEX = "0123456789abcdef";
const INTEGERS = p.record();
for (const size of ["8", "16", "32", "8Clamped"]) {
  INTEGERS[`Int${size}Array`] = INTEGERS[`Uint${size}Array`] = true;
}
INTEGERS["BigInt64Array"] = INTEGERS["BigUint64Array"] = true;

const KEY = {};

export class Crypto {
  #own = true;

  constructor(key?: object) {
    if (key !== KEY) throw new p.NativeTypeError("Illegal constructor");
  }

  get subtle(): SubtleCrypto {
    return this.#own ? subtle : illegal("Crypto");
  }

  getRandomValues<T>(view: T): T {
    if (this.#own) need(arguments.length, 1, "getRandomValues()");
    if (!p.isView(view)) throw new p.NativeTypeError("getRandomValues() fills typed arrays");
    const kind = p.typedArrayName(view);
    if (kind === undefined || INTEGERS[kind] !== true) {
      throw new p.NativeDOMException("getRandomValues() fills typed arrays of integers", "TypeMismatchError");
    }
    const bytes = p.viewBytes(view);
    if (bytes.length > MOST_BYTES) {
      throw new p.NativeDOMException(`more than ${MOST_BYTES} bytes were asked for`, "QuotaExceededError");
    }
    fill(bytes);
    return view;
  }

  /** A version 4 UUID. https://www.rfc-editor.org/rfc/rfc9562 */
  randomUUID(): string {
    if (!this.#own) return illegal("Crypto");
    const hex = draw();
    const part = (from: number, to: number): string => p.slice(hex, from, to);
    const variant = VARIANTS[p.indexOf(HEX, hex[16]!) & 3];
    return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-${variant}${part(17, 20)}-${part(20, 32)}`;
  }
}
shape(Crypto, "Crypto");
p.define(Crypto.prototype, "DigestStream", DigestStream, false);
refuse(Crypto);

export const crypto = new Crypto(KEY);
