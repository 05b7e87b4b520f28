/** A request's or response's body: held whole, read once. Streams come with the streams' classes. */
import * as p from "../primordials";
import { TextDecoder, TextEncoder } from "./encoding";
import { URLSearchParams } from "./url";

const encoder = new TextEncoder();

/** A body as it came: text stays text until somebody asks for bytes. */
export type Data = string | Uint8Array;

export interface Content {
  readonly data: Data;
  readonly type: string | null;
}

/** What a body may be made from: text, URLSearchParams, an ArrayBuffer or a view; all else by its text. */
export function contentOf(body: unknown): Content | null {
  if (body === null || body === undefined) return null;
  if (p.isView(body)) {
    const bytes = new p.NativeUint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength);
    return { data: bytes.slice(), type: null };
  }
  if (body instanceof ArrayBuffer) return { data: new p.NativeUint8Array(body.slice(0)), type: null };
  if (body instanceof URLSearchParams) {
    return { data: `${body}`, type: "application/x-www-form-urlencoded;charset=UTF-8" };
  }
  return { data: `${body as string}`.toWellFormed(), type: "text/plain;charset=UTF-8" };
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
    return (await this.bytes()).buffer as ArrayBuffer;
  }

  async bytes(): Promise<Uint8Array> {
    const data = this.#read();
    return typeof data === "string" ? encoder.encode(data) : data.slice();
  }

  async text(): Promise<string> {
    const data = this.#read();
    return typeof data === "string" ? data : new TextDecoder().decode(data);
  }

  async json(): Promise<unknown> {
    return p.parse(await this.text());
  }

  #read(): Data {
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
