/** Secure random bytes. */
import { entropy } from "../native";
import * as p from "../primordials";

const MOST_AT_ONCE = 65536;

/** Fill all of `bytes`. */
export function fill(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += MOST_AT_ONCE) {
    entropy(p.bytesSubarray(bytes, at, at + MOST_AT_ONCE));
  }
}
