/** CompressionStream and DecompressionStream: pako's zlib. https://compression.spec.whatwg.org/ */
import { Deflate, type DeflateOptions, Inflate, type InflateOptions } from "pako";
import * as p from "../primordials";
import { Pipe } from "./pipe";
import type { ReadableStream, WritableStream } from "./streams";
import { bytesOfSource } from "./text_decoder";
import { illegal, need, oneOf, shape } from "./webidl";

const FORMATS = ["deflate", "deflate-raw", "gzip"] as const;

/** The size of zlib's window, and by it the format. */
function windowOf(format: unknown, what: string, given: number): number {
  need(given, 1, what);
  const found = oneOf(format, FORMATS, "format of compression");
  return found === "gzip" ? 31 : found === "deflate" ? 15 : -15;
}

function options(windowBits: number): DeflateOptions & InflateOptions {
  const made = p.record();
  if (windowBits < 0) made["raw"] = true;
  else made["windowBits"] = windowBits;
  return made as DeflateOptions & InflateOptions;
}

export class CompressionStream {
  readonly #pipe: Pipe;

  static {
    shape(CompressionStream, "CompressionStream");
  }

  constructor(format: string) {
    const window = windowOf(format, "CompressionStream()", arguments.length);
    const zlib = new Deflate(window === 31 ? gzip() : options(window));
    const chunks = gather(zlib);
    this.#pipe = new Pipe(
      (chunk, out) => {
        zlib.push(p.bytesSlice(bytesOfSource(chunk)), false);
        chunks(out);
      },
      (out) => {
        zlib.push(new p.NativeUint8Array(0), true);
        chunks(out);
      },
    );
  }

  get readable(): ReadableStream {
    return #pipe in this ? this.#pipe.readable : illegal("CompressionStream");
  }

  get writable(): WritableStream {
    return #pipe in this ? this.#pipe.writable : illegal("CompressionStream");
  }
}

export class DecompressionStream {
  readonly #pipe: Pipe;

  static {
    shape(DecompressionStream, "DecompressionStream");
  }

  constructor(format: string) {
    const zlib = new Inflate(options(windowOf(format, "DecompressionStream()", arguments.length)));
    const chunks = gather(zlib);
    this.#pipe = new Pipe(
      (chunk, out) => {
        const bytes = bytesOfSource(chunk);
        if (p.bytesLength(bytes) === 0) return;
        if (zlib.ended) throw new p.NativeTypeError("there are bytes after the end of the compressed ones");
        zlib.push(p.bytesSlice(bytes), false);
        if (zlib.err !== 0) throw new p.NativeTypeError(`the compressed bytes are corrupt: ${zlib.msg}`);
        chunks(out);
        if (zlib.ended && leftOf(zlib) > 0) {
          throw new p.NativeTypeError("there are bytes after the end of the compressed ones");
        }
      },
      () => {
        if (!zlib.ended) throw new p.NativeTypeError("the compressed bytes end too early");
      },
    );
  }

  get readable(): ReadableStream {
    return #pipe in this ? this.#pipe.readable : illegal("DecompressionStream");
  }

  get writable(): WritableStream {
    return #pipe in this ? this.#pipe.writable : illegal("DecompressionStream");
  }
}

function gzip(): DeflateOptions {
  const made = p.record();
  made["gzip"] = true;
  return made as DeflateOptions;
}

/** Keep what comes out until the function that this answers is called. */
function gather(zlib: Deflate | Inflate): (out: (chunk: Uint8Array) => void) => void {
  let made = p.list<Uint8Array>();
  p.define(zlib, "onData", (chunk: Uint8Array) => {
    made[made.length] = p.bytesSlice(chunk);
  });
  p.define(zlib, "onEnd", () => undefined);
  return (out) => {
    const ready = made;
    made = p.list<Uint8Array>();
    for (let i = 0; i < ready.length; i++) out(ready[i]!);
  };
}

function leftOf(zlib: Inflate): number {
  return (zlib as unknown as { strm: { avail_in: number } }).strm.avail_in;
}
