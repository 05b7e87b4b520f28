/** What tenant code finds on `globalThis`, beyond the language. */
import * as console from "./console";
import { decode, define, encode, typedArrayTag, viewBytes } from "./codec";
import * as context from "./context";
import * as p from "./primordials";
import { draw } from "./random";
import * as timers from "./timers";
import { TextDecoder, TextEncoder } from "./web/encoding";
import { Event, EventTarget, AbortController, AbortSignal } from "./web/events";
import { fetch, Headers, Request, Response } from "./web/fetch";
import { URL, URLSearchParams } from "./web/url";

const fromHex = (Uint8Array as unknown as { fromHex(text: string): Uint8Array }).fromHex;

const VIEWS = ["Int8", "Uint8", "Uint8Clamped", "Int16", "Uint16", "Int32", "Uint32", "BigInt64", "BigUint64"];

function getRandomValues<T extends ArrayBufferView>(view: T): T {
  const kind = typedArrayTag(view);
  if (kind === undefined || !VIEWS.some((name) => kind === `${name}Array`)) {
    throw new DOMException("getRandomValues() fills typed arrays of integers", "TypeMismatchError");
  }
  if (view.byteLength > 65536) throw new DOMException("more than 65536 bytes were asked for", "QuotaExceededError");
  const bytes = viewBytes(view);
  for (let at = 0; at < bytes.length; at += 64) {
    const drawn = fromHex(draw());
    bytes.set(drawn.subarray(0, bytes.length - at), at);
  }
  return view;
}

/** A version 4 UUID. https://www.rfc-editor.org/rfc/rfc9562 */
function randomUUID(): string {
  const hex = draw();
  const part = (from: number, to: number): string => p.slice(hex, from, to);
  const variant = "89ab"[parseInt(part(16, 17), 16) & 3];
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-${variant}${part(17, 20)}-${part(20, 32)}`;
}

function noCodeFromText(): never {
  throw new EvalError("Code generation from strings disallowed for this context");
}

/** Install everything. */
export function install(): void {
  const target = globalThis;
  const put = (name: string, value: unknown): void => define(target, name, value, false);
  timers.install(target);
  console.install(target);
  put("fetch", fetch);
  put("Headers", Headers);
  put("Request", Request);
  put("Response", Response);
  put("URL", URL);
  put("URLSearchParams", URLSearchParams);
  put("TextEncoder", TextEncoder);
  put("TextDecoder", TextDecoder);
  put("Event", Event);
  put("EventTarget", EventTarget);
  put("AbortController", AbortController);
  put("AbortSignal", AbortSignal);
  put("structuredClone", (value: unknown) => decode(encode(value)));
  put("navigator", p.freeze({ userAgent: "Cloudflare-Workers" }));
  put("crypto", p.freeze({ randomUUID, getRandomValues }));
  put("self", target);
  define(Math, "random", () => context.now().random.number(), false);
  put("eval", noCodeFromText);
  for (const sample of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    const prototype = p.getPrototypeOf(sample) as object;
    const refuse = function Function(): never {
      return noCodeFromText();
    };
    refuse.prototype = prototype;
    define(prototype, "constructor", refuse, false);
    if (prototype === Function.prototype) put("Function", refuse);
  }
}
