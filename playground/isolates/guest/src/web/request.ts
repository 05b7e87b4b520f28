/** Request. https://fetch.spec.whatwg.org/#request-class */
import * as p from "../primordials";
import { AbortController, AbortSignal } from "./abort";
import { Body, bodyMembers, contentOf } from "./body";
import { copied, headerOf, Headers, headersOf, type Pairs, receivedHeaders } from "./headers";
import { URL } from "./url";
import { byteText, dictionary, illegal, mix, need, oneOf, scalars, shape } from "./webidl";

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const FORBIDDEN = /^(?:connect|trace|track)$/i;
const NORMALIZED = /^(?:delete|get|head|options|post|put)$/i;
const upper = p.uncurry(String.prototype.toUpperCase);
const hrefOf = p.getter<string>((URL as { prototype: object }).prototype, "href");
const userOf = p.getter<string>((URL as { prototype: object }).prototype, "username");
const passwordOf = p.getter<string>((URL as { prototype: object }).prototype, "password");
const anyOf = AbortSignal.any.bind(AbortSignal);

/** The members that are one of a few texts, with what they are where nothing is said. */
const CHOICES = {
  cache: ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"],
  credentials: ["same-origin", "omit", "include"],
  mode: ["cors", "same-origin", "no-cors", "navigate"],
  redirect: ["follow", "error", "manual"],
  referrerPolicy: [
    "",
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
  ],
} as const;
type Choice = keyof typeof CHOICES;

type RequestInit = Readonly<Partial<Record<Choice | "method" | "headers" | "body" | "signal", unknown>>> & {
  readonly cf?: unknown;
  readonly duplex?: unknown;
  readonly integrity?: unknown;
  readonly keepalive?: unknown;
  readonly referrer?: unknown;
};

/** A request that the host says; its url is in its normal form already. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: Pairs;
  readonly body: Body;
}

class State {
  url = "";
  method = "GET";
  headers!: Headers;
  body!: Body;
  signal: AbortSignal | undefined;
  /** What its own signal follows. */
  follows: AbortSignal | undefined;
  cf: unknown = undefined;
  integrity = "";
  keepalive = false;
  referrer = "about:client";
  choices: Record<string, unknown> | undefined;

  contentType(): string | null {
    return headerOf(this.headers, "content-type");
  }

  choice(name: Choice): string {
    return ((this.choices?.[name] as string | undefined) ?? CHOICES[name][0]) as string;
  }
}

let stateOf: (self: unknown) => State;
let isRequestOf: (value: object) => boolean;
let given: State | undefined;

export class Request {
  readonly #state: State;

  static {
    stateOf = (self) => {
      const is = typeof self === "object" && self !== null && #state in self;
      return is ? (self as Request).#state : illegal("Request");
    };
    isRequestOf = (value) => #state in value;
  }

  constructor(input: unknown, options: unknown = undefined) {
    if (given !== undefined) {
      this.#state = given;
      given = undefined;
      return;
    }
    need(arguments.length, 1, "Request()");
    this.#state = stateFrom(input, dictionary<RequestInit>(options, "a request's options"));
  }

  get cache(): string {
    return stateOf(this).choice("cache");
  }

  /** What Workers say of the connection; nothing here, unless tenant code says so. */
  get cf(): unknown {
    return stateOf(this).cf;
  }

  get credentials(): string {
    return stateOf(this).choice("credentials");
  }

  get destination(): string {
    stateOf(this);
    return "";
  }

  get duplex(): string {
    stateOf(this);
    return "half";
  }

  get headers(): Headers {
    return stateOf(this).headers;
  }

  get integrity(): string {
    return stateOf(this).integrity;
  }

  get keepalive(): boolean {
    return stateOf(this).keepalive;
  }

  get method(): string {
    return stateOf(this).method;
  }

  get mode(): string {
    return stateOf(this).choice("mode");
  }

  get redirect(): string {
    return stateOf(this).choice("redirect");
  }

  get referrer(): string {
    return stateOf(this).referrer;
  }

  get referrerPolicy(): string {
    return stateOf(this).choice("referrerPolicy");
  }

  get signal(): AbortSignal {
    return signalOf(stateOf(this));
  }

  get url(): string {
    return stateOf(this).url;
  }

  clone(): Request {
    const state = stateOf(this);
    const body = state.body.clone();
    const copy = p.setPrototypeOf({ ...state }, State.prototype) as State;
    copy.body = body;
    copy.headers = copied(state.headers, false);
    copy.follows = state.signal ?? state.follows;
    copy.signal = undefined;
    return wrapped(copy);
  }
}

mix(Request, bodyMembers(stateOf));
shape(Request, "Request");

function wrapped(state: State): Request {
  given = state;
  return new Request("");
}

function signalOf(state: State): AbortSignal {
  if (state.signal === undefined) {
    const { follows } = state;
    state.signal = follows === undefined ? new AbortController().signal : anyOf([follows]);
  }
  return state.signal;
}

function stateFrom(input: unknown, init: RequestInit): State {
  const from = isRequest(input) ? stateOf(input) : undefined;
  const state = new State();
  if (from === undefined) {
    state.url = addressOf(input);
  } else {
    const { url, method, cf, integrity, keepalive, referrer, choices } = from;
    state.url = url;
    state.method = method;
    state.cf = cf;
    state.integrity = integrity;
    state.keepalive = keepalive;
    state.referrer = referrer;
    state.choices = choices === undefined ? undefined : chosen(choices);
    state.follows = from.signal ?? from.follows;
  }
  choose(state, init);
  const { body, duplex, headers, method, signal } = init;
  if (method !== undefined) state.method = methodOf(byteText(method));
  if (signal !== undefined) state.follows = signal === null ? undefined : checked(signal);
  if (duplex !== undefined) oneOf(duplex, ["half"], "kind of duplex");
  const sent = body === undefined || body === null ? undefined : contentOf(body);
  const bodyless = state.method === "GET" || state.method === "HEAD";
  if (bodyless && (sent !== undefined || (from !== undefined && !from.body.isNull))) {
    throw new p.NativeTypeError("a request with the method GET or HEAD has no body");
  }
  if (sent !== undefined && sent.body.isStream && state.keepalive) {
    throw new p.NativeTypeError("a request that is kept alive has no stream for a body");
  }
  state.headers = headersOf(headers === undefined ? from?.headers : headers, sent?.type ?? null);
  state.body = sent?.body ?? (from === undefined ? new Body(null) : from.body.move());
  return state;
}

function choose(state: State, init: RequestInit): void {
  const { cache, cf, credentials, integrity, keepalive, mode, redirect, referrer, referrerPolicy } = init;
  if (mode === "navigate") throw new p.NativeTypeError("a request is not made with the mode navigate");
  const set = (name: Choice, value: unknown): void => {
    if (value === undefined) return;
    state.choices ??= p.record();
    state.choices[name] = oneOf(value, CHOICES[name], name);
  };
  set("cache", cache);
  set("credentials", credentials);
  set("mode", mode);
  set("redirect", redirect);
  set("referrerPolicy", referrerPolicy);
  if (cf !== undefined) state.cf = cf;
  if (integrity !== undefined) state.integrity = `${integrity as string}`;
  if (keepalive !== undefined) state.keepalive = !!keepalive;
  if (referrer !== undefined) state.referrer = referrerOf(scalars(referrer));
  if (state.choice("cache") === "only-if-cached" && state.choice("mode") !== "same-origin") {
    throw new p.NativeTypeError("only-if-cached goes with the mode same-origin only");
  }
}

function chosen(choices: Record<string, unknown>): Record<string, unknown> {
  return p.setPrototypeOf({ ...choices }, null) as Record<string, unknown>;
}

function referrerOf(text: string): string {
  if (text === "") return "";
  return text === "about:client" ? text : hrefOf(new URL(text));
}

function checked(signal: unknown): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  throw new p.NativeTypeError("a request's signal is an AbortSignal");
}

function addressOf(input: unknown): string {
  const url: object = new URL(scalars(input));
  if (userOf(url) !== "" || passwordOf(url) !== "") {
    throw new p.NativeTypeError("a request's URL has no user name and no password");
  }
  return hrefOf(url);
}

function methodOf(method: string): string {
  if (p.regexpTest(TOKEN, method) === null || p.regexpTest(FORBIDDEN, method) !== null) {
    throw new p.NativeTypeError(`${p.stringify(method)} is not a method that a request may have`);
  }
  return p.regexpTest(NORMALIZED, method) === null ? method : upper(method);
}

/** A request from the host. */
export function received(said: Received): Request {
  const state = new State();
  state.url = said.url;
  state.method = said.method;
  state.headers = receivedHeaders(said.headers);
  state.body = said.body;
  return wrapped(state);
}

/** What a request says, whatever tenant code has made of the class. */
export interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Body;
  readonly redirect: string;
  /** The signal that aborts it, or undefined where nothing can. */
  readonly signal: AbortSignal | undefined;
  readonly cf: unknown;
}

/** Throws a TypeError for what is no Request. */
export function sentOf(request: Request): Sent {
  const state = stateOf(request);
  const { url, method, headers, body, cf } = state;
  const signal = state.signal ?? state.follows;
  return { url, method, headers, body, redirect: state.choice("redirect"), signal, cf };
}

function isRequest(value: unknown): value is Request {
  return typeof value === "object" && value !== null && isRequestOf(value);
}
