/** What tenant code finds on `globalThis`, beyond the language; and what of the language it does not find. */
import { decode, encode } from "./codec";
import * as console from "./console";
import * as context from "./context";
import { refuse } from "./encoder";
import { NotAValue } from "./not_a_value";
import * as p from "./primordials";
import * as timers from "./timers";
import * as base64 from "./web/base64";
import { AbortController, AbortSignal, Event, EventTarget } from "./web/abort";
import { BYTE_CLASSES } from "./web/byte_classes";
import { crypto } from "./web/crypto";
import { fetch } from "./web/fetch";
import { URL, URLSearchParams } from "./web/url";

const CLASSES: Record<string, { prototype: object }> = {
  ...BYTE_CLASSES,
  AbortController,
  AbortSignal,
  Event,
  EventTarget,
  URL,
  URLSearchParams,
};

function structuredClone(value: unknown): unknown {
  try {
    return decode(encode(value));
  } catch (error) {
    if (!(error instanceof NotAValue)) throw error;
    throw new p.NativeDOMException(error.message, "DataCloneError");
  }
}

function noCodeFromText(): never {
  throw new EvalError("Code generation from strings disallowed for this context");
}

/** Take away what makes functions of texts, wherever it can be reached from. */
function closeEval(target: object): void {
  p.define(target, "eval", noCodeFromText, false);
  for (const sample of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    const prototype = p.getPrototypeOf(sample) as object;
    const refused = function Function(): never {
      return noCodeFromText();
    };
    refused.prototype = prototype;
    p.define(refused, "name", "Function", false);
    p.define(prototype, "constructor", refused, false);
    if (prototype === Function.prototype) p.define(target, "Function", refused, false);
  }
}

/** Time since an origin that says nothing, in whole ms. */
const performance = p.freeze({ timeOrigin: 0, now: () => p.clock() });

/** Install everything. */
export function install(): void {
  const target = globalThis;
  const put = (name: string, value: unknown): void => p.define(target, name, value, false);
  timers.install(target);
  base64.install(target);
  console.install(target);
  for (const name of p.keys(CLASSES)) {
    const kind = CLASSES[name]!;
    p.define(kind, "name", name, false);
    put(name, kind);
    refuse(kind);
  }
  put("crypto", crypto);
  put("fetch", fetch);
  put("navigator", p.freeze({ userAgent: "Cloudflare-Workers", language: "en" }));
  put("performance", performance);
  put("self", target);
  put("structuredClone", structuredClone);
  p.define(Math, "random", () => context.now().random.number(), false);
  closeEval(target);
  for (const name of ["__core-js_shared__", "SharedArrayBuffer"]) {
    delete (target as Record<string, unknown>)[name];
  }
}
