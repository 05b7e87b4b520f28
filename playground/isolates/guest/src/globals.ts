/** What tenant code finds on `globalThis`, beyond the language; and what of the language it does not find. */
import * as console from "./console";
import * as context from "./context";
import { refuse } from "./encoder";
import * as p from "./primordials";
import * as timers from "./timers";
import * as base64 from "./web/base64";
import { AbortController, AbortSignal } from "./web/abort";
import { BYTE_CLASSES } from "./web/byte_classes";
import { structuredClone } from "./web/clone";
import { Crypto, CryptoKey, SubtleCrypto, crypto } from "./web/crypto";
import { ErrorEvent, MessageEvent } from "./web/event_kinds";
import { CustomEvent, Event, EventTarget } from "./web/events";
import * as intl from "./web/intl";
import { Navigator, navigator } from "./web/navigator";
import { fetch } from "./web/outbound";
import { PERFORMANCE_CLASSES, performance } from "./web/performance";
import { Scheduler, scheduler } from "./web/scheduler";
import { URL, URLPattern, URLSearchParams } from "./web/url";

const CLASSES: Record<string, { prototype: object }> = {
  ...BYTE_CLASSES,
  ...PERFORMANCE_CLASSES,
  AbortController,
  AbortSignal,
  Crypto,
  CryptoKey,
  CustomEvent,
  ErrorEvent,
  Event,
  EventTarget,
  MessageEvent,
  Navigator,
  Scheduler,
  SubtleCrypto,
  URL,
  URLPattern,
  URLSearchParams,
} as unknown as Record<string, { prototype: object }>;

/** What the engine has and Workers have not. */
const NOT_THERE = ["InternalError", "SharedArrayBuffer", "bjson", "gc", "os", "print", "std"];

function noCodeFromText(): never {
  throw new EvalError("Code generation from strings disallowed for this context");
}

/** Take away what makes functions of texts, wherever it can be reached from. */
function closeEval(target: object): void {
  p.define(target, "eval", noCodeFromText, false);
  for (const sample of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    const prototype = p.getPrototypeOf(sample) as object & { constructor: { name: string } };
    const { name } = prototype.constructor;
    const refused = function Function(): never {
      return noCodeFromText();
    };
    refused.prototype = prototype;
    p.define(refused, "name", name, false);
    p.define(refused, "length", 1, false);
    p.define(prototype, "constructor", refused, false);
    if (prototype === Function.prototype) p.define(target, "Function", refused, false);
  }
}

/** Install everything. */
export function install(): void {
  const target = globalThis;
  timers.install(target);
  base64.install(target);
  console.install(target);
  intl.install(target);
  for (const name of p.keys(CLASSES)) {
    const kind = CLASSES[name]!;
    p.define(kind, "name", name, false);
    p.define(target, name, kind, false);
    refuse(kind);
  }
  const own = { crypto, fetch, navigator, performance, scheduler, self: target, structuredClone };
  for (const name of p.keys(own)) p.define(target, name, (own as Record<string, unknown>)[name]);
  p.define(Math, "random", () => context.now().random.number(), false);
  closeEval(target);
  for (const name of NOT_THERE) delete (target as Record<string, unknown>)[name];
}
