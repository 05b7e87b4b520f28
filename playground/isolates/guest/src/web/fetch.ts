/** Request, Response and a `fetch` that is closed. https://fetch.spec.whatwg.org/ */
import { Headers } from "headers-polyfill";
import * as p from "../primordials";
import { Body, type Content, contentOf, dataOf, TypedText } from "./body";
import { URL } from "./url";

export { Headers };

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const FORBIDDEN = /^(?:connect|trace|track)$/i;
const NORMALIZED = /^(?:delete|get|head|options|post|put)$/i;

interface RequestInit {
  readonly method?: string;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly redirect?: string;
  readonly signal?: unknown;
}

/** An address that the host says, which is in its normal form already. */
export class HostAddress {
  constructor(readonly href: string) {}
}

export class Request extends Body {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly redirect: string;
  readonly signal: unknown;

  constructor(input: unknown, init: RequestInit = {}) {
    const from = input instanceof Request ? input : undefined;
    const method = methodOf(init.method ?? from?.method ?? "GET");
    const content = init.body === undefined && from ? copyOf(from) : contentOf(init.body);
    if (content && (method === "GET" || method === "HEAD")) {
      throw new p.NativeTypeError("a request with the method GET or HEAD has no body");
    }
    super(content?.data ?? null);
    this.url = from?.url ?? hrefOf(input);
    this.method = method;
    this.headers = headersOf(init.headers ?? from?.headers, content);
    this.redirect = init.redirect ?? from?.redirect ?? "follow";
    this.signal = init.signal ?? from?.signal ?? null;
  }

  clone(): Request {
    return new Request(this);
  }
}

interface ResponseInit {
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: unknown;
}

export class Response extends Body {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly type: string = "default";
  readonly url: string = "";
  readonly redirected: boolean = false;

  constructor(body?: unknown, init: ResponseInit = {}) {
    const status = init.status ?? 200;
    if (!p.isInteger(status) || status < 200 || status > 599) {
      throw new p.NativeRangeError(`a response's status is from 200 to 599, not ${status}`);
    }
    const content = contentOf(body);
    if (content !== null && (status === 204 || status === 205 || status === 304)) {
      throw new p.NativeTypeError(`a response with the status ${status} has no body`);
    }
    super(content?.data ?? null);
    this.status = status;
    this.statusText = init.statusText ?? "";
    this.headers = headersOf(init.headers, content);
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  clone(): Response {
    const { status, statusText, headers } = this;
    return new Response(dataOf(this), { status, statusText, headers });
  }

  static json(data: unknown, init: ResponseInit = {}): Response {
    const text = p.stringify(data) as string | undefined;
    if (text === undefined) throw new p.NativeTypeError("this value has no JSON");
    return new Response(new TypedText(text, "application/json"), init);
  }

  static redirect(url: string, status = 302): Response {
    if (status !== 301 && status !== 302 && status !== 303 && status !== 307 && status !== 308) {
      throw new p.NativeRangeError(`${status} is no redirect`);
    }
    return new Response(null, { status, headers: { location: new URL(`${url}`).href as string } });
  }

  static error(): Response {
    return new Response(null, { status: 500 });
  }
}

/** Tenant code has no network here. */
export async function fetch(): Promise<never> {
  throw new p.NativeTypeError(
    "fetch() is not available: this worker has no access to the network (globalOutbound is null)",
  );
}

function hrefOf(input: unknown): string {
  return input instanceof HostAddress ? input.href : (new URL(`${input as string}`).href as string);
}

function headersOf(given: unknown, content: Content | null): Headers {
  const headers = new Headers(given as never);
  if (content !== null && content.type !== null && !headers.has("content-type")) {
    headers.set("content-type", content.type);
  }
  return headers;
}

function copyOf(request: Request): Content | null {
  const data = dataOf(request);
  return data === null ? null : { data, type: null };
}

function methodOf(given: string): string {
  const method = `${given}`;
  if (p.regexpTest(TOKEN, method) === null || p.regexpTest(FORBIDDEN, method) !== null) {
    throw new p.NativeTypeError(`${p.stringify(method)} is not a method that a request may have`);
  }
  return p.regexpTest(NORMALIZED, method) === null ? method : method.toUpperCase();
}
