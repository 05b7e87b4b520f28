/** The wire form of what is to be stored. */
import { encode } from "./codec";
import { NotAValue } from "./not_a_value";
import { slice } from "./primordials";
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

/** The wire form of what a step's callback gave: a value, or what stands for a stream. */
export function stepResult(value: unknown, what: string): string {
  return streamText(value, what) ?? stored(value, what);
}

const STREAM = 't{"$stream":';

/** Whether that stands for a stream. */
export const isStreamText = (text: string): boolean => slice(text, 0, STREAM.length) === STREAM;
