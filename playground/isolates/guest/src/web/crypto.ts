/** The part of `crypto` that gives randomness. https://w3c.github.io/webcrypto/ */
import * as p from "../primordials";
import { draw } from "../random";

const MOST_BYTES = 65536;
const BLOCK = 64;
const VARIANTS = "89ab";
const HEX = "0123456789abcdef";
const INTEGERS = p.record();
for (const size of ["8", "16", "32", "8Clamped"]) {
  INTEGERS[`Int${size}Array`] = INTEGERS[`Uint${size}Array`] = true;
}
INTEGERS["BigInt64Array"] = INTEGERS["BigUint64Array"] = true;

function getRandomValues<T>(view: T): T {
  const kind = p.isView(view) ? p.typedArrayName(view) : undefined;
  if (kind === undefined || INTEGERS[kind] !== true) {
    throw new p.NativeDOMException("getRandomValues() fills typed arrays of integers", "TypeMismatchError");
  }
  const bytes = p.viewBytes(view);
  if (bytes.length > MOST_BYTES) {
    throw new p.NativeDOMException(`more than ${MOST_BYTES} bytes were asked for`, "QuotaExceededError");
  }
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const left = bytes.length - at;
    const drawn = p.fromHex(draw());
    p.bytesSet(bytes, left < BLOCK ? p.bytesSubarray(drawn, 0, left) : drawn, at);
  }
  return view;
}

/** A version 4 UUID. https://www.rfc-editor.org/rfc/rfc9562 */
function randomUUID(): string {
  const hex = draw();
  const part = (from: number, to: number): string => p.slice(hex, from, to);
  const variant = VARIANTS[p.indexOf(HEX, hex[16]!) & 3];
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-${variant}${part(17, 20)}-${part(20, 32)}`;
}

export const crypto = p.freeze({ getRandomValues, randomUUID });
