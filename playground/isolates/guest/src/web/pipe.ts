/** A transform stream of the runtime's own. https://streams.spec.whatwg.org/#other-specs-ts */
import * as p from "../primordials";
import { type ReadableStream, STREAM_CLASSES, TransformStream, type WritableStream } from "./streams";

type Controller = object;
/** Gives a chunk to whoever reads. */
export type Out = (chunk: unknown) => void;

const { prototype: Transform } = TransformStream as { prototype: object };
const readableOf = p.getter<ReadableStream>(Transform, "readable");
const writableOf = p.getter<WritableStream>(Transform, "writable");
const enqueue = p.uncurry(
  STREAM_CLASSES.TransformStreamDefaultController.prototype.enqueue as (chunk: unknown) => void,
) as unknown as (self: Controller, chunk: unknown) => void;

export class Pipe {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;

  constructor(chunk: (chunk: unknown, out: Out) => void, end: (out: Out) => void) {
    const transformer = p.record();
    transformer["transform"] = (value: unknown, controller: Controller): void =>
      chunk(value, (made) => enqueue(controller, made));
    transformer["flush"] = (controller: Controller): void => end((made) => enqueue(controller, made));
    const stream = new TransformStream(transformer as never);
    this.readable = readableOf(stream);
    this.writable = writableOf(stream);
  }
}
