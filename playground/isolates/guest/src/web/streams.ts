/**
 * Streams: web-streams-polyfill's, and what the runtime itself does with them.
 *
 * What the runtime calls is captured here. The library looks some of the language's methods up while it
 * works, so tenant code that replaces them breaks its own streams, and nothing else: bodies that are held
 * whole never meet a stream unless tenant code asks for one.
 */
import {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableByteStreamController,
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  TransformStream,
  TransformStreamDefaultController,
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
} from "web-streams-polyfill";
import * as p from "../primordials";
import { Gathering } from "./gathering";
import { hideFields, likeTheLanguages } from "./stream_fields";
import { mix, need } from "./webidl";

export { ReadableStream, TransformStream, WritableStream };

export const STREAM_CLASSES = {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableByteStreamController,
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  TransformStream,
  TransformStreamDefaultController,
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
};

hideFields(STREAM_CLASSES);
likeTheLanguages(new ReadableStream().values());
mix(ReadableStream as { prototype: object }, withPipeTo(ReadableStream.prototype.pipeTo as Pipe));

type Bytes = ReadableStream<Uint8Array>;
type Controller = ReadableByteStreamController;

/** The most that the runtime gathers from a stream of a tenant's for the host. */
export const MOST_BODY_BYTES = 16 << 20;
const CHUNK = 64 << 10;

const { prototype: Stream } = ReadableStream as { prototype: ReadableStream };
const { prototype: Reader } = ReadableStreamDefaultReader as { prototype: ReadableStreamDefaultReader };
const { prototype: Control } = ReadableByteStreamController as { prototype: Controller };
const isLockedOf = p.getter<boolean>(Stream, "locked");
const readerOf = p.uncurry(Stream.getReader as () => ReadableStreamDefaultReader<unknown>);
const cancelStream = p.uncurry(Stream.cancel) as (self: ReadableStream, reason: unknown) => Promise<void>;
const teeOf = p.uncurry(Stream.tee) as unknown as (self: ReadableStream) => [Bytes, Bytes];
const pipe = p.uncurry(Stream.pipeThrough) as unknown as (self: ReadableStream, to: object) => Bytes;
const read = p.uncurry(Reader.read) as unknown as (
  self: ReadableStreamDefaultReader<unknown>,
) => Promise<{ done: boolean; value: unknown }>;
const cancelReader = p.uncurry(Reader.cancel) as (
  self: ReadableStreamDefaultReader<unknown>,
  reason: unknown,
) => Promise<void>;
const enqueue = p.uncurry(Control.enqueue) as unknown as (self: Controller, chunk: Uint8Array) => void;
const close = p.uncurry(Control.close) as unknown as (self: Controller) => void;
const requestOf = p.getter<ReadableStreamBYOBRequest | null>(Control, "byobRequest");
const respond = p.uncurry(ReadableStreamBYOBRequest.prototype.respond) as unknown as (
  self: ReadableStreamBYOBRequest,
  size: number,
) => void;

type Pipe = (this: unknown, to: WritableStream, options: unknown) => Promise<void>;

/** The library rejects a call without an argument with a text. */
function withPipeTo(pipeTo: Pipe): object {
  return {
    async pipeTo(destination: WritableStream, options: unknown = undefined): Promise<void> {
      need(arguments.length, 1, "pipeTo()");
      await p.reflectApply(pipeTo, this, p.list<unknown>(destination, options));
    },
  };
}

export function isStream(value: unknown): value is ReadableStream {
  return typeof value === "object" && p.attempt(() => isLockedOf(value)) !== undefined;
}

/** Whether somebody has a reader of it. */
export function isLocked(stream: ReadableStream): boolean {
  return isLockedOf(stream);
}

/** Whether anything was read of it, or it was cancelled. The library has no other way to ask. */
export function isDisturbed(stream: ReadableStream): boolean {
  return !!(stream as unknown as { _disturbed: unknown })._disturbed;
}

/** End a byte source's stream, also for a reader that waits with a buffer of its own. */
export function closeBytes(controller: Controller): void {
  close(controller);
  const request = requestOf(controller);
  if (request !== null) respond(request, 0);
}

export const enqueueBytes = enqueue;

/** A byte stream whose source is `source`, which is made of the runtime's own functions. */
export function byteStream(source: {
  start?: (controller: Controller) => void;
  pull?: (controller: Controller) => unknown;
  cancel?: (reason: unknown) => unknown;
}): Bytes {
  const made = p.setPrototypeOf(source, null) as Record<string, unknown>;
  made["type"] = "bytes";
  const strategy = p.record();
  strategy["highWaterMark"] = 0;
  return new ReadableStream(made as never, strategy as never) as unknown as Bytes;
}

/** A byte stream of what is there already; it hands out copies. */
export function streamOf(bytes: Uint8Array): Bytes {
  let at = 0;
  return byteStream({
    start(controller) {
      if (p.bytesLength(bytes) === 0) close(controller);
    },
    pull(controller) {
      const end = at + CHUNK;
      enqueue(controller, p.bytesSlice(bytes, at, end));
      at = end;
      if (at >= p.bytesLength(bytes)) closeBytes(controller);
    },
  });
}

/** A stream that was read to its end. */
export function spentStream(): Bytes {
  const stream = streamOf(new p.NativeUint8Array(0));
  ignore(cancelStream(stream, undefined));
  return stream;
}

/** Two streams in the place of one. */
export function teeStream(stream: ReadableStream): [Bytes, Bytes] {
  return teeOf(stream);
}

/** What comes out of a stream, as another one; `stream` is locked and counts as read. */
export function passedOn(stream: ReadableStream): Bytes {
  return pipe(stream, new TransformStream());
}

/** Reads a stream of a tenant's. */
export class Reading {
  private readonly reader: ReadableStreamDefaultReader<unknown>;

  constructor(stream: ReadableStream) {
    this.reader = readerOf(stream);
  }

  next(): Promise<{ done: boolean; value: unknown }> {
    return read(this.reader);
  }

  cancel(reason: unknown): void {
    ignore(cancelReader(this.reader, reason));
  }
}

/** All bytes of a stream. Throws a TypeError for chunks that are no Uint8Array, and for more than `most`. */
export async function drained(stream: ReadableStream, most = 2 ** 31): Promise<Uint8Array<ArrayBuffer>> {
  const reader = readerOf(stream);
  const gathering = new Gathering();
  for (;;) {
    const { done, value } = await read(reader);
    if (done) break;
    const isBytes = typeof value === "object" && p.typedArrayName(value) === "Uint8Array";
    const bytes = isBytes ? p.viewBytes(value) : undefined;
    if (bytes !== undefined && gathering.total + p.bytesLength(bytes) <= most) {
      gathering.add(bytes);
      continue;
    }
    const why = bytes === undefined ? "a body's stream gives Uint8Arrays only" : tooLarge(most);
    const error = new p.NativeTypeError(why);
    ignore(cancelReader(reader, error));
    throw error;
  }
  return gathering.whole();
}

export function tooLarge(most: number): string {
  return `the body has more than ${most >> 20} MiB, which is the most that may be sent`;
}

function ignore(work: Promise<unknown>): void {
  p.then(work, undefined, () => undefined);
}
