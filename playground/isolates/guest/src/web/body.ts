/** A request's or response's body. https://fetch.spec.whatwg.org/#body-mixin */
import * as p from "../primordials";
import { Blob, blobOf, bytesOfBlob, typeOfBlob } from "./blob";
import { decodeUtf8, encodeUtf8 } from "./encoding";
import { encodeFormData, FormData, parseFormData } from "./form_data";
import {
  drained,
  isDisturbed,
  isLocked,
  isStream,
  passedOn,
  spentStream,
  streamOf,
  teeStream,
} from "./streams";
import type { ReadableStream } from "./streams";
import { URLSearchParams } from "./url";
import { scalars } from "./webidl";

/** A body that is held whole, as it came: text stays text until somebody asks for bytes. */
export type Data = string | Uint8Array;

const paramsText = p.uncurry((URLSearchParams as { prototype: object }).prototype.toString);

/** What a request or a response carries. It becomes a stream when tenant code asks for one. */
export class Body {
  private used = false;

  constructor(
    private data: Data | null,
    private source: ReadableStream | null = null,
  ) {}

  get isNull(): boolean {
    return this.data === null && this.source === null;
  }

  get isStream(): boolean {
    return this.source !== null;
  }

  get isUsed(): boolean {
    return this.source === null ? this.used : isDisturbed(this.source);
  }

  /** Throw if it was read, or if somebody has a reader of it. */
  check(): void {
    if (this.isUsed) throw new p.NativeTypeError("the body has been read already");
    if (this.source !== null && isLocked(this.source)) {
      throw new p.NativeTypeError("the body's stream is locked to a reader");
    }
  }

  stream(): ReadableStream | null {
    if (this.source === null && this.data !== null) {
      this.source = this.used ? spentStream() : (streamOf(bytesOf(this.data)) as ReadableStream);
      this.data = null;
    }
    return this.source;
  }

  /** Read it: what is held, or all that the stream gives. */
  take(most?: number): Data | Promise<Data> {
    this.check();
    if (this.source !== null) return drained(this.source, most);
    this.used = this.data !== null;
    return this.data ?? "";
  }

  /** The same body for somebody else; this one counts as read. */
  move(): Body {
    this.check();
    if (this.source === null) {
      this.used = this.data !== null;
      return new Body(this.data);
    }
    return new Body(null, passedOn(this.source) as ReadableStream);
  }

  /** The same body twice. */
  clone(): Body {
    this.check();
    if (this.source === null) return new Body(this.data);
    const branches = teeStream(this.source);
    this.source = branches[0] as ReadableStream;
    return new Body(null, branches[1] as ReadableStream);
  }
}

export interface Content {
  readonly body: Body;
  readonly type: string | null;
}

const NOTHING: Content = { body: new Body(null), type: null };

export function content(data: Data | null, type: string | null): Content {
  return { body: new Body(data), type };
}

/** What a BodyInit says. */
export function contentOf(init: unknown): Content {
  if (init === null || init === undefined) return NOTHING;
  if (typeof init !== "object") return content(scalars(init), "text/plain;charset=UTF-8");
  if (isStream(init)) {
    const body = new Body(null, init);
    body.check();
    return { body, type: null };
  }
  if (p.isView(init)) return content(p.bytesSlice(p.viewBytes(init)), null);
  if (init instanceof p.NativeArrayBuffer) {
    return content(p.bytesSlice(new p.NativeUint8Array(init)), null);
  }
  if (init instanceof Blob) return content(bytesOfBlob(init), typeOfBlob(init) || null);
  if (init instanceof FormData) return encodeFormData(init);
  if (init instanceof URLSearchParams) {
    const text = p.reflectApply(paramsText as never, undefined, p.list<unknown>(init)) as string;
    return content(text, "application/x-www-form-urlencoded;charset=UTF-8");
  }
  return content(scalars(init), "text/plain;charset=UTF-8");
}

function bytesOf(data: Data): Uint8Array<ArrayBuffer> {
  return typeof data === "string" ? encodeUtf8(data) : (data as Uint8Array<ArrayBuffer>);
}

function textOf(data: Data): string {
  const text = typeof data === "string" ? data : decodeUtf8(data);
  return text[0] === "\ufeff" ? p.slice(text, 1) : text;
}

/** What bodies are part of. */
export interface Carrier {
  readonly body: Body;
  /** The content-type, or null. */
  contentType(): string | null;
}

/** The members that Request and Response share; `of` throws for objects of another kind. */
export function bodyMembers(of: (self: unknown) => Carrier): object {
  return {
    get body(): ReadableStream | null {
      return of(this).body.stream();
    },
    get bodyUsed(): boolean {
      return of(this).body.isUsed;
    },
    async arrayBuffer(): Promise<ArrayBuffer> {
      return p.bytesBuffer(ownBytes(await of(this).body.take()));
    },
    async blob(): Promise<Blob> {
      const carrier = of(this);
      const data = await carrier.body.take();
      return blobOf(ownBytes(data), carrier.contentType() ?? "");
    },
    async bytes(): Promise<Uint8Array> {
      return ownBytes(await of(this).body.take());
    },
    async formData(): Promise<FormData> {
      const carrier = of(this);
      const data = await carrier.body.take();
      return parseFormData(data, carrier.contentType());
    },
    async json(): Promise<unknown> {
      return p.parse(textOf(await of(this).body.take())) as unknown;
    },
    async text(): Promise<string> {
      return textOf(await of(this).body.take());
    },
  };
}

/** Bytes that nobody else has. */
function ownBytes(data: Data): Uint8Array<ArrayBuffer> {
  return typeof data === "string" ? encodeUtf8(data) : p.bytesSlice(data);
}
