// Requests, responses and what they carry. https://fetch.spec.whatwg.org

type RequestInfo = Request | string;
type BodyInit = ReadableStream | Blob | BufferSource | FormData | URLSearchParams | string;
type HeadersInit = Headers | Record<string, string> | Iterable<readonly [string, string]>;
type RequestRedirect = "follow" | "error" | "manual";

/**
 * Send a request. In a workflow do it in a step's callback, so that a replay does not send it again. Where the
 * server has no network for tenants, it throws.
 */
declare function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;

/** The headers of a request or a response. */
declare class Headers {
  constructor(init?: HeadersInit);
  /** Add a value, beside those of that name. */
  append(name: string, value: string): void;
  delete(name: string): void;
  /** The values of that name, with commas between them, or null. */
  get(name: string): string | null;
  /** Each `Set-Cookie` by itself. */
  getSetCookie(): string[];
  has(name: string): boolean;
  /** Put one value in the place of all of that name. */
  set(name: string, value: string): void;
  forEach(callback: (value: string, name: string, all: Headers) => void, self?: any): void;
  entries(): IteratorObject<[string, string]>;
  keys(): IteratorObject<string>;
  values(): IteratorObject<string>;
  [Symbol.iterator](): IteratorObject<[string, string]>;
}

/** What a request or a response carries; it can be read once. */
interface Body {
  /** The body as a stream, or null. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  /** Whether it was read. */
  readonly bodyUsed: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
  blob(): Promise<Blob>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  formData(): Promise<FormData>;
  /** The body read as JSON; throws a SyntaxError where it is none. */
  json<T = any>(): Promise<T>;
  /** The body read as text. */
  text(): Promise<string>;
}

interface RequestInit {
  /** `GET` where nothing is said. */
  method?: string;
  headers?: HeadersInit;
  /** What it carries; not with GET or HEAD. */
  body?: BodyInit | null;
  /** Aborts the request. */
  signal?: AbortSignal | null;
  /** What to do when the answer points elsewhere. */
  redirect?: RequestRedirect;
  cache?: string;
  credentials?: "same-origin" | "omit" | "include";
  mode?: string;
  referrer?: string;
  referrerPolicy?: string;
  integrity?: string;
  keepalive?: boolean;
  duplex?: "half";
  cf?: any;
}

/** A request. */
declare class Request implements Body {
  constructor(input: RequestInfo | URL, init?: RequestInit);
  readonly method: string;
  /** The whole address. */
  readonly url: string;
  readonly headers: Headers;
  /** Tells when the request is aborted. */
  readonly signal: AbortSignal;
  readonly redirect: RequestRedirect;
  readonly cache: string;
  readonly credentials: "same-origin" | "omit" | "include";
  readonly destination: string;
  readonly duplex: "half";
  readonly integrity: string;
  readonly keepalive: boolean;
  readonly mode: string;
  readonly referrer: string;
  readonly referrerPolicy: string;
  /** What it was made with; nothing here tells of the connection. */
  readonly cf: any;
  /** Another one of the same, to be read apart. */
  clone(): Request;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  readonly bodyUsed: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
  blob(): Promise<Blob>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  formData(): Promise<FormData>;
  /** The body read as JSON; throws a SyntaxError where it is none. */
  json<T = any>(): Promise<T>;
  text(): Promise<string>;
}

interface ResponseInit {
  /** 200 where nothing is said. */
  status?: number;
  statusText?: string;
  headers?: HeadersInit;
  cf?: any;
}

/** An answer to a request. */
declare class Response implements Body {
  constructor(body?: BodyInit | null, init?: ResponseInit);
  /** An answer that is a network error. */
  static error(): Response;
  /** An answer that carries a value as JSON. */
  static json(value: any, init?: ResponseInit): Response;
  /** An answer that points elsewhere. */
  static redirect(url: string | URL, status?: 301 | 302 | 303 | 307 | 308): Response;
  /** E.g. 200. */
  readonly status: number;
  readonly statusText: string;
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  readonly headers: Headers;
  /** Where it came from. */
  readonly url: string;
  readonly redirected: boolean;
  readonly type: "default" | "error" | "basic" | "cors" | "opaque" | "opaqueredirect";
  /** Null: there are no WebSockets here. */
  readonly webSocket: null;
  readonly cf: any;
  /** Another one of the same, to be read apart. */
  clone(): Response;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  readonly bodyUsed: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
  blob(): Promise<Blob>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  formData(): Promise<FormData>;
  /** The body read as JSON; throws a SyntaxError where it is none. */
  json<T = any>(): Promise<T>;
  text(): Promise<string>;
}

/** Bytes that do not change, with a type. */
declare class Blob {
  constructor(
    parts?: Iterable<BufferSource | Blob | string>,
    options?: { type?: string; endings?: "transparent" | "native" },
  );
  /** How many bytes. */
  readonly size: number;
  /** The media type, or empty. */
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /** A part of it. */
  slice(start?: number, end?: number, type?: string): Blob;
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
  text(): Promise<string>;
}

/** A blob with a name. */
declare class File extends Blob {
  constructor(
    parts: Iterable<BufferSource | Blob | string>,
    name: string,
    options?: { type?: string; lastModified?: number; endings?: "transparent" | "native" },
  );
  readonly name: string;
  /** In milliseconds since 1970. */
  readonly lastModified: number;
}

/** The fields of a form. */
declare class FormData {
  constructor();
  append(name: string, value: string): void;
  append(name: string, value: Blob, filename?: string): void;
  delete(name: string): void;
  /** The first field of that name, or null. */
  get(name: string): File | string | null;
  getAll(name: string): (File | string)[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  set(name: string, value: Blob, filename?: string): void;
  forEach(callback: (value: File | string, name: string, all: FormData) => void, self?: any): void;
  entries(): IteratorObject<[string, File | string]>;
  keys(): IteratorObject<string>;
  values(): IteratorObject<File | string>;
  [Symbol.iterator](): IteratorObject<[string, File | string]>;
}
