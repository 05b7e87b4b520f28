// Addresses. https://url.spec.whatwg.org and https://urlpattern.spec.whatwg.org

/** An address, taken apart. */
declare class URL {
  /** Throws a TypeError where `url`, seen from `base`, is none. */
  constructor(url: string | URL, base?: string | URL);
  /** The address, or null where it is none. */
  static parse(url: string | URL, base?: string | URL): URL | null;
  /** Whether it is an address. */
  static canParse(url: string | URL, base?: string | URL): boolean;
  /** The whole address. */
  href: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** The scheme with its colon, e.g. `"https:"`. */
  protocol: string;
  username: string;
  password: string;
  /** Host name and port. */
  host: string;
  hostname: string;
  /** The port as text; empty for that of the scheme. */
  port: string;
  /** The path, from the first slash on. */
  pathname: string;
  /** The query with its question mark, or empty. */
  search: string;
  /** The query's parameters; changes of them change the address. */
  readonly searchParams: URLSearchParams;
  /** The fragment with its `#`, or empty. */
  hash: string;
  toString(): string;
  toJSON(): string;
}

/** The parameters of a query. */
declare class URLSearchParams {
  constructor(init?: string | URLSearchParams | Record<string, string> | Iterable<[string, string]>);
  /** How many there are. */
  readonly size: number;
  /** Add one, beside those of that name. */
  append(name: string, value: string): void;
  /** Remove those of that name, or with that value. */
  delete(name: string, value?: string): void;
  /** The first of that name, or null. */
  get(name: string): string | null;
  /** All of that name. */
  getAll(name: string): string[];
  /** Whether there is one. */
  has(name: string, value?: string): boolean;
  /** Put one in the place of all of that name. */
  set(name: string, value: string): void;
  /** Sort them by name. */
  sort(): void;
  forEach(callback: (value: string, name: string, all: URLSearchParams) => void, self?: any): void;
  entries(): IteratorObject<[string, string]>;
  keys(): IteratorObject<string>;
  values(): IteratorObject<string>;
  [Symbol.iterator](): IteratorObject<[string, string]>;
  toString(): string;
}

/** The parts of a pattern, or of an address. */
interface URLPatternInit {
  protocol?: string;
  username?: string;
  password?: string;
  hostname?: string;
  port?: string;
  pathname?: string;
  search?: string;
  hash?: string;
  baseURL?: string;
}

interface URLPatternComponentResult {
  /** The text that matched. */
  input: string;
  /** What the pattern's names and holes stand for. */
  groups: Record<string, string | undefined>;
}

interface URLPatternResult {
  inputs: (string | URLPatternInit)[];
  protocol: URLPatternComponentResult;
  username: URLPatternComponentResult;
  password: URLPatternComponentResult;
  hostname: URLPatternComponentResult;
  port: URLPatternComponentResult;
  pathname: URLPatternComponentResult;
  search: URLPatternComponentResult;
  hash: URLPatternComponentResult;
}

/** A pattern of addresses, e.g. `new URLPattern({ pathname: "/orders/:id" })`. */
declare class URLPattern {
  constructor(input?: string | URLPatternInit, options?: { ignoreCase?: boolean });
  constructor(input: string | URLPatternInit, base: string, options?: { ignoreCase?: boolean });
  /** Which of two patterns is the more specific in one part: -1, 0 or 1. */
  static compareComponent(part: string, left: URLPattern, right: URLPattern): number;
  /** Whether an address matches. */
  test(input?: string | URLPatternInit, base?: string): boolean;
  /** What an address's parts matched, or null. */
  exec(input?: string | URLPatternInit, base?: string): URLPatternResult | null;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly hasRegExpGroups: boolean;
}
