/** A request's or response's body: held whole, read once. */
import * as p from "../primordials";
import { decodeUtf8, encodeUtf8 } from "./encoding";
import { URLSearchParams } from "./url";

/** A body as it came: text stays text until somebody asks for bytes. */
export type Data = string | Uint8Array;

export interface Content {
  readonly data: Data;
  readonly type: string | null;
}

/** Text of a known type, for `Response.json`: spares a second pass over the headers. */
export class TypedText implements Content {
  constructor(
    readonly data: string,
    readonly type: string,
  ) {}
}

/** What a body may be made from: text, URLSearchParams, an ArrayBuffer or a view; all else by its text. */
export function contentOf(body: unknown): Content | null {
  if (body === null || body === undefined) return null;
  if (body instanceof TypedText) return body;
  if (p.isView(body)) return { data: p.bytesSlice(p.viewBytes(body)), type: null };
  if (body instanceof p.NativeArrayBuffer) {
    return { data: p.bytesSlice(new p.NativeUint8Array(body)), type: null };
  }
  if (body instanceof URLSearchParams) {
    return { data: `${body}`, type: "application/x-www-form-urlencoded;charset=UTF-8" };
  }
  return { data: p.toWellFormed(`${body as string}`), type: "text/plain;charset=UTF-8" };
}

let peek: (body: Body) => Data | null;

/** The methods that Request and Response share. */
export class Body {
  readonly #data: Data | null;
  #used = false;

  static {
    peek = (body) => body.#data;
  }

  constructor(data: Data | null) {
    this.#data = data;
  }

  get bodyUsed(): boolean {
    return this.#used;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes().buffer;
  }

  async bytes(): Promise<Uint8Array> {
    return this.#bytes();
  }

  async text(): Promise<string> {
    return this.#text();
  }

  async json(): Promise<unknown> {
    return p.parse(this.#text()) as unknown;
  }

  #bytes(): Uint8Array<ArrayBuffer> {
    const data = this.#take();
    return typeof data === "string" ? encodeUtf8(data) : p.bytesSlice(data);
  }

  #text(): string {
    const data = this.#take();
    const text = typeof data === "string" ? data : decodeUtf8(data);
    return text[0] === "\ufeff" ? p.slice(text, 1) : text;
  }

  #take(): Data {
    if (this.#used) throw new p.NativeTypeError("the body has been read already");
    this.#used = this.#data !== null;
    return this.#data ?? "";
  }
}

/** The body of `body`, to be copied or sent; a body that was read cannot be. */
export function dataOf(body: Body): Data | null {
  if (body.bodyUsed) throw new p.NativeTypeError("the body has been read already");
  return peek(body);
}
