/** The wire form of what is to be stored. */
import { encode } from "./codec";
import { NotAValue } from "./not_a_value";
import { streamText } from "./step_streams";

/** `what` says where the value came from. */
export function stored(value: unknown, what: string): string {
  try {
    return encode(value);
  } catch (error) {
    if (!(error instanceof NotAValue)) throw error;
    throw new NotAValue(`${what} is not a value that can be stored: ${error.message}`);
  }
}

/**
 * What a step's callback gave: its wire form, and whether the host has yet to read what that stands for, a
 * stream.
 */
export function stepResult(value: unknown, what: string): { text: string; isStream: boolean } {
  const stream = streamText(value, what);
  return { text: stream ?? stored(value, what), isStream: stream !== undefined };
}
