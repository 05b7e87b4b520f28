// Streams. https://streams.spec.whatwg.org

interface QueuingStrategy<T = any> {
  /** How much may wait before writers are asked to pause. */
  highWaterMark?: number;
  /** How large a chunk is. */
  size?: (chunk: T) => number;
}
declare class CountQueuingStrategy implements QueuingStrategy {
  constructor(init: { highWaterMark: number });
  readonly highWaterMark: number;
  readonly size: (chunk?: any) => 1;
}
declare class ByteLengthQueuingStrategy implements QueuingStrategy<ArrayBufferView> {
  constructor(init: { highWaterMark: number });
  readonly highWaterMark: number;
  readonly size: (chunk: ArrayBufferView) => number;
}

/** Two ends: what is written to one can be read from the other. */
interface TransformPair<W = any, R = any> {
  readonly readable: ReadableStream<R>;
  readonly writable: WritableStream<W>;
}

interface StreamPipeOptions {
  preventClose?: boolean;
  preventAbort?: boolean;
  preventCancel?: boolean;
  signal?: AbortSignal;
}

type ReadableStreamReadResult<T> = { done: false; value: T } | { done: true; value: T | undefined };

interface UnderlyingSource<R = any> {
  type?: undefined;
  start?(controller: ReadableStreamDefaultController<R>): any;
  /** Called when more is wanted. */
  pull?(controller: ReadableStreamDefaultController<R>): void | PromiseLike<void>;
  /** Called when nobody wants any more. */
  cancel?(reason?: any): void | PromiseLike<void>;
}
interface UnderlyingByteSource {
  type: "bytes";
  autoAllocateChunkSize?: number;
  start?(controller: ReadableByteStreamController): any;
  pull?(controller: ReadableByteStreamController): void | PromiseLike<void>;
  cancel?(reason?: any): void | PromiseLike<void>;
}

/** Something that is read chunk by chunk. A step's callback may return one of bytes: it is stored as it is read. */
declare class ReadableStream<R = any> {
  constructor(source: UnderlyingByteSource, strategy?: { highWaterMark?: number });
  constructor(source?: UnderlyingSource<R>, strategy?: QueuingStrategy<R>);
  /** A stream of what an iterable gives. */
  static from<T>(items: Iterable<T> | AsyncIterable<T>): ReadableStream<T>;
  /** Whether somebody reads it. */
  readonly locked: boolean;
  /** Want no more of it. */
  cancel(reason?: any): Promise<void>;
  getReader(options: { mode: "byob" }): ReadableStreamBYOBReader;
  getReader(options?: { mode?: undefined }): ReadableStreamDefaultReader<R>;
  /** Read it through a pair, e.g. a `DecompressionStream`. */
  pipeThrough<T>(pair: TransformPair<R, T>, options?: StreamPipeOptions): ReadableStream<T>;
  /** Write it into another stream; resolves at the end. */
  pipeTo(to: WritableStream<R>, options?: StreamPipeOptions): Promise<void>;
  /** Two streams of the same. */
  tee(): [ReadableStream<R>, ReadableStream<R>];
  values(options?: { preventCancel?: boolean }): AsyncIterableIterator<R>;
  [Symbol.asyncIterator](options?: { preventCancel?: boolean }): AsyncIterableIterator<R>;
}

declare class ReadableStreamDefaultReader<R = any> {
  constructor(stream: ReadableStream<R>);
  /** The next chunk; `done` at the end. */
  read(): Promise<ReadableStreamReadResult<R>>;
  /** Let somebody else read on. */
  releaseLock(): void;
  cancel(reason?: any): Promise<void>;
  readonly closed: Promise<void>;
}
declare class ReadableStreamBYOBReader {
  constructor(stream: ReadableStream<Uint8Array>);
  /** Read into a view of yours. */
  read<T extends ArrayBufferView>(view: T, options?: { min?: number }): Promise<ReadableStreamReadResult<T>>;
  releaseLock(): void;
  cancel(reason?: any): Promise<void>;
  readonly closed: Promise<void>;
}
declare class ReadableStreamDefaultController<R = any> {
  private constructor();
  /** How much is wanted. */
  readonly desiredSize: number | null;
  /** Give a chunk. */
  enqueue(chunk: R): void;
  close(): void;
  error(reason?: any): void;
}
declare class ReadableByteStreamController {
  private constructor();
  readonly byobRequest: ReadableStreamBYOBRequest | null;
  readonly desiredSize: number | null;
  enqueue(chunk: ArrayBufferView): void;
  close(): void;
  error(reason?: any): void;
}
declare class ReadableStreamBYOBRequest {
  private constructor();
  readonly view: ArrayBufferView | null;
  respond(bytesWritten: number): void;
  respondWithNewView(view: ArrayBufferView): void;
}

interface UnderlyingSink<W = any> {
  start?(controller: WritableStreamDefaultController): any;
  write?(chunk: W, controller: WritableStreamDefaultController): void | PromiseLike<void>;
  close?(): void | PromiseLike<void>;
  abort?(reason?: any): void | PromiseLike<void>;
}

/** Something that is written chunk by chunk. */
declare class WritableStream<W = any> {
  constructor(sink?: UnderlyingSink<W>, strategy?: QueuingStrategy<W>);
  readonly locked: boolean;
  abort(reason?: any): Promise<void>;
  close(): Promise<void>;
  getWriter(): WritableStreamDefaultWriter<W>;
}
declare class WritableStreamDefaultWriter<W = any> {
  constructor(stream: WritableStream<W>);
  /** Write a chunk. */
  write(chunk?: W): Promise<void>;
  close(): Promise<void>;
  abort(reason?: any): Promise<void>;
  releaseLock(): void;
  readonly closed: Promise<void>;
  readonly desiredSize: number | null;
  /** Resolves when more may be written. */
  readonly ready: Promise<void>;
}
declare class WritableStreamDefaultController {
  private constructor();
  readonly abortReason: any;
  readonly signal: AbortSignal;
  error(reason?: any): void;
}

interface Transformer<W = any, R = any> {
  start?(controller: TransformStreamDefaultController<R>): any;
  transform?(chunk: W, controller: TransformStreamDefaultController<R>): void | PromiseLike<void>;
  flush?(controller: TransformStreamDefaultController<R>): void | PromiseLike<void>;
  cancel?(reason: any): void | PromiseLike<void>;
}

/** What is written comes out changed. */
declare class TransformStream<W = any, R = any> implements TransformPair<W, R> {
  constructor(transformer?: Transformer<W, R>, writable?: QueuingStrategy<W>, readable?: QueuingStrategy<R>);
  readonly readable: ReadableStream<R>;
  readonly writable: WritableStream<W>;
}
declare class TransformStreamDefaultController<R = any> {
  private constructor();
  readonly desiredSize: number | null;
  enqueue(chunk: R): void;
  error(reason?: any): void;
  terminate(): void;
}

/** Bytes come out as they went in; each write is done when it was read. */
declare class IdentityTransformStream implements TransformPair<BufferSource, Uint8Array<ArrayBuffer>> {
  constructor();
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<BufferSource>;
}
/** The same, for exactly so many bytes. */
declare class FixedLengthStream extends IdentityTransformStream {
  constructor(length: number | bigint);
}
