/** TextEncoderStream and TextDecoderStream. https://encoding.spec.whatwg.org/#stream */
import * as p from "../primordials";
import { encodeUtf8, isLeading } from "./encoding";
import type { ReadableStream, WritableStream } from "./streams";
import { bytesOfSource, TextDecoder } from "./text_decoder";
import { Pipe } from "./pipe";
import { illegal, shape } from "./webidl";

const { prototype: Decoder } = TextDecoder;
const decode = p.uncurry(Decoder.decode);
const encodingOf = p.getter<string>(Decoder, "encoding");
const isFatal = p.getter<boolean>(Decoder, "fatal");
const ignoresMark = p.getter<boolean>(Decoder, "ignoreBOM");
const GOES_ON = p.record();
GOES_ON["stream"] = true;

export class TextEncoderStream {
  readonly #pipe: Pipe;

  static {
    shape(TextEncoderStream, "TextEncoderStream");
  }

  constructor() {
    let lead = "";
    this.#pipe = new Pipe(
      (chunk, out) => {
        let text = lead + `${chunk as string}`;
        lead = "";
        const end = text.length - 1;
        if (end >= 0 && isLeading(p.charCodeAt(text, end))) {
          lead = text[end]!;
          text = p.slice(text, 0, end);
        }
        if (text !== "") out(encodeUtf8(text));
      },
      (out) => {
        if (lead !== "") out(encodeUtf8("\ufffd"));
      },
    );
  }

  get encoding(): string {
    return #pipe in this ? "utf-8" : illegal("TextEncoderStream");
  }

  get readable(): ReadableStream {
    return #pipe in this ? this.#pipe.readable : illegal("TextEncoderStream");
  }

  get writable(): WritableStream {
    return #pipe in this ? this.#pipe.writable : illegal("TextEncoderStream");
  }
}

export class TextDecoderStream {
  readonly #pipe: Pipe;
  readonly #decoder: TextDecoder;

  static {
    shape(TextDecoderStream, "TextDecoderStream");
  }

  constructor(label: unknown = "utf-8", options: unknown = undefined) {
    const decoder = new TextDecoder(label, options);
    this.#decoder = decoder;
    this.#pipe = new Pipe(
      (chunk, out) => {
        const text = decode(decoder, bytesOfSource(chunk), GOES_ON);
        if (text !== "") out(text);
      },
      (out) => {
        const text = decode(decoder, undefined, undefined);
        if (text !== "") out(text);
      },
    );
  }

  get encoding(): string {
    return #decoder in this ? encodingOf(this.#decoder) : illegal("TextDecoderStream");
  }

  get fatal(): boolean {
    return #decoder in this ? isFatal(this.#decoder) : illegal("TextDecoderStream");
  }

  get ignoreBOM(): boolean {
    return #decoder in this ? ignoresMark(this.#decoder) : illegal("TextDecoderStream");
  }

  get readable(): ReadableStream {
    return #pipe in this ? this.#pipe.readable : illegal("TextDecoderStream");
  }

  get writable(): WritableStream {
    return #pipe in this ? this.#pipe.writable : illegal("TextDecoderStream");
  }
}
