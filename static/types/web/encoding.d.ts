// Text as bytes, and compression. https://encoding.spec.whatwg.org and https://compression.spec.whatwg.org

/** Bytes, or a view of some. */
type BufferSource = ArrayBufferView<ArrayBuffer> | ArrayBuffer;

/** Text into UTF-8. */
declare class TextEncoder {
  constructor();
  readonly encoding: "utf-8";
  /** The bytes of a text. */
  encode(text?: string): Uint8Array<ArrayBuffer>;
  /** Write the bytes of a text into `into`; says how far it came. */
  encodeInto(text: string, into: Uint8Array): { read: number; written: number };
}

interface TextDecoderOptions {
  /** Throw where bytes are no text, in place of putting U+FFFD. */
  fatal?: boolean;
  /** Keep a byte order mark. */
  ignoreBOM?: boolean;
}

/** Bytes into text: UTF-8, UTF-16 and all single-byte encodings. */
declare class TextDecoder {
  constructor(label?: string, options?: TextDecoderOptions);
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  /** The text; with `stream`, more bytes are to follow. */
  decode(bytes?: BufferSource, options?: { stream?: boolean }): string;
}

/** A stream of texts into one of bytes. */
declare class TextEncoderStream implements TransformPair<string, Uint8Array<ArrayBuffer>> {
  constructor();
  readonly encoding: "utf-8";
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<string>;
}

/** A stream of bytes into one of texts. */
declare class TextDecoderStream implements TransformPair<BufferSource, string> {
  constructor(label?: string, options?: TextDecoderOptions);
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  readonly readable: ReadableStream<string>;
  readonly writable: WritableStream<BufferSource>;
}

type CompressionFormat = "gzip" | "deflate" | "deflate-raw";

/** Compresses what is written. */
declare class CompressionStream implements TransformPair<BufferSource, Uint8Array<ArrayBuffer>> {
  constructor(format: CompressionFormat);
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<BufferSource>;
}

/** Decompresses what is written; corrupt or cut off data is an error. */
declare class DecompressionStream implements TransformPair<BufferSource, Uint8Array<ArrayBuffer>> {
  constructor(format: CompressionFormat);
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<BufferSource>;
}
