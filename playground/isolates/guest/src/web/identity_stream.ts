/**
 * IdentityTransformStream and FixedLengthStream: bytes that come out as they went in, each write done when
 * it was read. https://developers.cloudflare.com/workers/runtime-apis/streams/transformstream/
 */
import * as p from "../primordials";
import { type AbortSignal, onAbort } from "./abort";
import {
  byteStream,
  closeBytes,
  enqueueBytes,
  type ReadableStream,
  STREAM_CLASSES,
  WritableStream,
} from "./streams";
import { bytesOfSource } from "./text_decoder";
import { illegal, need, shape } from "./webidl";

type Controller = Parameters<typeof enqueueBytes>[0];

const fail = p.uncurry(
  STREAM_CLASSES.ReadableByteStreamController.prototype.error as (reason: unknown) => void,
) as unknown as (self: Controller, reason: unknown) => void;
const failWriting = p.uncurry(
  STREAM_CLASSES.WritableStreamDefaultController.prototype.error as (reason: unknown) => void,
) as unknown as (self: object, reason: unknown) => void;

const NOT_BYTES =
  "This TransformStream is being used as a byte stream, but received an object of " +
  "non-ArrayBuffer/ArrayBufferView type on its writable side.";

/** The length of the FixedLengthStream that is being made. */
let expected: number | undefined;

const signalOf = p.getter<AbortSignal>(STREAM_CLASSES.WritableStreamDefaultController.prototype, "signal");

/** The two ends, and what goes from one to the other. */
class Tube {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
  private wanted: (() => void) | undefined;
  private isWanted = false;
  private control: Controller | undefined;

  constructor(private left: number | undefined) {
    let writing: object;
    this.readable = byteStream({
      start: (controller) => {
        this.control = controller;
      },
      pull: () => {
        this.isWanted = true;
        const go = this.wanted;
        this.wanted = undefined;
        if (go !== undefined) go();
      },
      cancel: (reason) => {
        failWriting(writing, reason);
        if (this.wanted !== undefined) this.wanted();
      },
    }) as ReadableStream;
    const sink = p.record();
    sink["start"] = (controller: object): void => {
      writing = controller;
      const signal = signalOf(controller);
      // a write that waits for a reader would hold an abort up for ever
      onAbort(signal, () => {
        fail(this.control!, signal.reason);
        if (this.wanted !== undefined) this.wanted();
      });
    };
    sink["write"] = (chunk: unknown): Promise<void> => this.write(chunk);
    sink["close"] = (): void => this.close();
    this.writable = new WritableStream(sink as never);
  }

  private async write(chunk: unknown): Promise<void> {
    const given = p.attempt(() => bytesOfSource(chunk));
    if (given === undefined) this.refuse(NOT_BYTES);
    const bytes = p.bytesSlice(given);
    if (p.bytesLength(bytes) === 0) return;
    if (this.left !== undefined) {
      if (p.bytesLength(bytes) > this.left) {
        this.refuse("Attempt to write too many bytes through a FixedLengthStream.");
      }
      this.left -= p.bytesLength(bytes);
    }
    if (!this.isWanted) {
      await new p.NativePromise<void>((resolve) => {
        this.wanted = resolve;
      });
    }
    this.isWanted = false;
    enqueueBytes(this.control!, bytes);
  }

  private close(): void {
    if (this.left !== undefined && this.left > 0) {
      this.refuse("FixedLengthStream did not see all expected bytes before close().");
    }
    closeBytes(this.control!);
  }

  private refuse(why: string): never {
    const error = new p.NativeTypeError(why);
    fail(this.control!, error);
    throw error;
  }
}

export class IdentityTransformStream {
  readonly #tube: Tube;

  static {
    shape(IdentityTransformStream, "IdentityTransformStream");
  }

  constructor() {
    this.#tube = new Tube(expected);
    expected = undefined;
  }

  get readable(): ReadableStream {
    return #tube in this ? this.#tube.readable : illegal("IdentityTransformStream");
  }

  get writable(): WritableStream {
    return #tube in this ? this.#tube.writable : illegal("IdentityTransformStream");
  }
}

export class FixedLengthStream extends IdentityTransformStream {
  static {
    shape(FixedLengthStream, "FixedLengthStream");
  }

  constructor(expectedLength: number | bigint) {
    need(arguments.length, 1, "FixedLengthStream()");
    const length = p.trunc(+`${expectedLength}`);
    if (!(length >= 0 && length <= p.MOST_SAFE)) {
      throw new p.NativeTypeError("FixedLengthStream requires an integer expected length.");
    }
    expected = length;
    super();
  }
}
