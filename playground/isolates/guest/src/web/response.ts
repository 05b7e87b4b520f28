/** Response. https://fetch.spec.whatwg.org/#response-class */
import * as p from "../primordials";
import { Body, bodyMembers, type Content, content, contentOf } from "./body";
import { copied, fixedHeaders, headerOf, Headers, headersOf, type Pairs, receivedHeaders } from "./headers";
import { URL } from "./url";
import { byteText, dictionary, illegal, mix, need, scalars, shape } from "./webidl";

const REASON = /^[\t -~\x80-\xff]*$/;
const hrefOf = p.getter<string>((URL as { prototype: object }).prototype, "href");

interface ResponseInit {
  readonly cf?: unknown;
  readonly headers?: unknown;
  readonly status?: unknown;
  readonly statusText?: unknown;
}

class State {
  type = "default";
  url = "";
  redirected = false;
  cf: unknown = undefined;

  constructor(
    readonly status: number,
    readonly statusText: string,
    readonly headers: Headers,
    readonly body: Body,
  ) {}

  contentType(): string | null {
    return headerOf(this.headers, "content-type");
  }
}

/** A response that the host says. */
export interface Received {
  readonly status: number;
  readonly statusText?: string;
  readonly headers: Pairs;
  readonly body: Body;
  readonly url?: string;
  readonly redirected?: boolean;
}

let stateOf: (self: unknown) => State;
let isResponseOf: (value: object) => boolean;
let given: State | undefined;

export class Response {
  readonly #state: State;

  static {
    stateOf = (self) => {
      const is = typeof self === "object" && self !== null && #state in self;
      return is ? (self as Response).#state : illegal("Response");
    };
    isResponseOf = (value) => #state in value;
  }

  constructor(body: unknown = undefined, init: unknown = undefined) {
    if (given !== undefined) {
      this.#state = given;
      given = undefined;
      return;
    }
    this.#state = stateFrom(contentOf(body), init);
  }

  static error(): Response {
    const state = new State(0, "", fixedHeaders(), new Body(null));
    state.type = "error";
    return wrapped(state);
  }

  static json(data: unknown, init: unknown = undefined): Response {
    need(arguments.length, 1, "json()");
    const text = p.stringify(data) as string | undefined;
    if (text === undefined) throw new p.NativeTypeError("this value has no JSON");
    return wrapped(stateFrom(content(p.toWellFormed(text), "application/json"), init));
  }

  static redirect(url: string, status: unknown = 302): Response {
    need(arguments.length, 1, "redirect()");
    const location = hrefOf(new URL(scalars(url)));
    const code = short(status);
    if (code !== 301 && code !== 302 && code !== 303 && code !== 307 && code !== 308) {
      throw new p.NativeRangeError(`${code} is no redirect`);
    }
    return wrapped(new State(code, "", receivedHeaders([["location", location]]), new Body(null)));
  }

  /** What Workers say of the connection; nothing here, unless tenant code says so. */
  get cf(): unknown {
    return stateOf(this).cf;
  }

  get headers(): Headers {
    return stateOf(this).headers;
  }

  get ok(): boolean {
    const { status } = stateOf(this);
    return status >= 200 && status < 300;
  }

  get redirected(): boolean {
    return stateOf(this).redirected;
  }

  get status(): number {
    return stateOf(this).status;
  }

  get statusText(): string {
    return stateOf(this).statusText;
  }

  get type(): string {
    return stateOf(this).type;
  }

  get url(): string {
    return stateOf(this).url;
  }

  /** There are no WebSockets here. */
  get webSocket(): null {
    stateOf(this);
    return null;
  }

  clone(): Response {
    const { status, statusText, headers, body, type, url, redirected, cf } = stateOf(this);
    const copy = new State(status, statusText, copied(headers, type === "error"), body.clone());
    copy.type = type;
    copy.url = url;
    copy.redirected = redirected;
    copy.cf = cf;
    return wrapped(copy);
  }
}

mix(Response, bodyMembers(stateOf));
shape(Response, "Response");

function wrapped(state: State): Response {
  given = state;
  return new Response();
}

/** An `unsigned short`. */
function short(value: unknown): number {
  const number = +(value as number);
  return p.isFiniteNumber(number) ? p.trunc(number) & 0xffff : 0;
}

function stateFrom({ body, type }: Content, options: unknown): State {
  const { cf, headers, status, statusText } = dictionary<ResponseInit>(options, "a response's options");
  const code = status === undefined ? 200 : short(status);
  const reason = statusText === undefined ? "" : byteText(statusText);
  if (code < 200 || code > 599) {
    throw new p.NativeRangeError(`a response's status is from 200 to 599, not ${code}`);
  }
  if (p.regexpTest(REASON, reason) === null) {
    throw new p.NativeTypeError("the status text has characters that it may not have");
  }
  if (!body.isNull && (code === 204 || code === 205 || code === 304)) {
    throw new p.NativeTypeError(`a response with the status ${code} has no body`);
  }
  const state = new State(code, reason, headersOf(headers, type), body);
  state.cf = cf;
  return state;
}

/** A response from the host. */
export function received(said: Received): Response {
  const { status, statusText, headers, body, url, redirected } = said;
  const state = new State(status, statusText ?? "", receivedHeaders(headers), body);
  state.url = url ?? "";
  state.redirected = redirected ?? false;
  return wrapped(state);
}

/** What a response says, whatever tenant code has made of the class. Throws a TypeError for another. */
export function answerOf(response: Response): Required<Omit<Received, "headers">> & { headers: Headers } {
  return stateOf(response);
}

export function isResponse(value: unknown): value is Response {
  return typeof value === "object" && value !== null && isResponseOf(value);
}
