/** Values to text and back: the twin of `playground/core/codec.py`, which describes the format. */
import { Decoder, type DecodeHook } from "./decoder";
import { Encoder, type EncodeHook } from "./encoder";
import { read, write } from "./native";
import * as p from "./primordials";

/** The wire form of `undefined`. */
export const UNDEFINED = 't{"$undefined":0}';

/** The wire form of `value`. Throws `NotAValue` for the first thing in it that is not one. */
export function encode(value: unknown, hook?: EncodeHook): string {
  if (value === undefined) return UNDEFINED;
  const plain = write(value, "j");
  if (plain !== undefined) return plain;
  const encoder = new Encoder(hook);
  const tree = encoder.node(value, 0);
  const kind = encoder.shared ? "r" : encoder.tagged ? "t" : "j";
  return write(tree, kind) ?? kind + p.stringify(tree);
}

/** The value of a wire form. */
export function decode(text: string, hook?: DecodeHook): unknown {
  const tree = read(text);
  return text[0] === "j" ? tree : new Decoder(hook).value(tree);
}
