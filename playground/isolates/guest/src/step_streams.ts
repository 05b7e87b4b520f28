/**
 * Streams as the results of steps: what a callback gives is read by the host, and stored there; what `run` is
 * given reads from there.
 */
import { handOut, Lent } from "./handed_out";
import { fatal, NotAValue } from "./not_a_value";
import * as p from "./primordials";
import { stub, stubOf, type StubShape } from "./stubs";
import { Gathering } from "./web/gathering";
import {
  byteStream,
  closeBytes,
  enqueueBytes,
  isDisturbed,
  isLocked,
  isStream,
  type ReadableStream,
  Reading,
} from "./web/streams";

/** The most bytes that cross at a time. */
const MOST = 128 << 10;

/** A stream of tenant code's, as the host reads it. */
class Outgoing extends Lent {
  private readonly reading: Reading;
  private rest: Uint8Array | undefined = undefined;
  private at = 0;
  private ended = false;

  constructor(
    stream: ReadableStream,
    private readonly what: string,
  ) {
    super();
    this.reading = new Reading(stream);
  }

  /** The next bytes; undefined after the last. */
  async next(): Promise<Uint8Array | undefined> {
    const gathering = new Gathering();
    while (gathering.total < MOST && (await this.more())) {
      const rest = this.rest!;
      const length = p.bytesLength(rest);
      const room = this.at + MOST - gathering.total;
      const end = length < room ? length : room;
      gathering.add(p.bytesSubarray(rest, this.at, end));
      this.at = end;
      if (end === length) this.rest = undefined;
    }
    return gathering.total > 0 ? gathering.whole() : undefined;
  }

  /** The host reads no further. */
  released(): void {
    this.reading.cancel(undefined);
  }

  /** Whether there is something to take. */
  private async more(): Promise<boolean> {
    if (this.rest !== undefined) return true;
    if (this.ended) return false;
    const { done, value } = await this.reading.next();
    this.ended = done;
    if (done) return false;
    this.rest = this.bytes(value);
    this.at = 0;
    return true;
  }

  private bytes(value: unknown): Uint8Array {
    if (p.isView(value)) return p.viewBytes(value);
    if (value instanceof p.NativeArrayBuffer) return new p.NativeUint8Array(value);
    const kind = value === null ? "null" : typeof value;
    throw fatal(`${this.what} is a stream that gave ${KINDS[kind] ?? kind}; it must give bytes`);
  }
}

const KINDS: Record<string, string> = p.setPrototypeOf(
  { string: "a string", number: "a number", boolean: "a boolean", object: "an object" },
  null,
) as never;

/** What a step's result that is a stream is on the wire: a target, as no other is. Undefined for all else. */
export function streamText(value: unknown, what: string): string | undefined {
  if (!isStream(value)) return undefined;
  if (isLocked(value)) {
    throw new NotAValue(`${what} is a stream that is locked: somebody reads it, or has read it`);
  }
  if (isDisturbed(value)) throw new NotAValue(`${what} is a stream that was read already`);
  return `t{"$target":${handOut(new Outgoing(value, what))}}`;
}

/** A stream of what the host has. It asks for the next bytes when somebody reads. */
export function incoming(said: StubShape): ReadableStream {
  const source = stub(said);
  const done = (): void => stubOf(source)!.dispose();
  return byteStream({
    pull(controller) {
      return p.then(stubOf(source)!.ask("next", p.list()), (bytes) => {
        if (bytes !== undefined) return enqueueBytes(controller, bytes as Uint8Array);
        done();
        closeBytes(controller);
      });
    },
    cancel: done,
  }) as ReadableStream;
}
