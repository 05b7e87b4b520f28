/** ErrorEvent and MessageEvent. https://html.spec.whatwg.org/multipage/webappapis.html#errorevent */
import * as p from "../primordials";
import { Event } from "./events";
import { dictionary, shape } from "./webidl";

type Read = (value: unknown) => unknown;

const text: Read = (value) => (value === undefined ? "" : `${value as string}`);
const count: Read = (value) => (value === undefined ? 0 : +(value as number) >>> 0);
const some: Read = (value) => value;
const orNull: Read = (value) => value ?? null;

/** A kind of event with attributes of its own, which its options may give. */
function kind(name: string, attributes: Record<string, Read>): typeof Event {
  const names = p.keys(attributes);
  class Made extends Event {
    readonly #values = p.record();

    constructor(_type: unknown, init?: unknown) {
      super(...(arguments as unknown as [unknown, unknown]));
      const options = dictionary<Record<string, unknown>>(init, "an Event's options");
      for (let i = 0; i < names.length; i++) {
        this.#values[names[i]!] = attributes[names[i]!]!(options[names[i]!]);
      }
    }

    static value(event: Made, attribute: string): unknown {
      return event.#values[attribute];
    }
  }
  const { value } = Made;
  delete (Made as { value?: unknown }).value;
  for (const attribute of names) {
    const get = {
      [attribute]: {
        get: function (this: Made) {
          return value(this, attribute);
        },
      }.get,
    }[attribute];
    p.define(get as object, "name", `get ${attribute}`, false);
    p.defineProperty(Made.prototype, attribute, { get: get as () => unknown, configurable: true });
  }
  shape(Made, name);
  p.define(Made, "length", 1, false);
  return Made;
}

export const ErrorEvent = kind("ErrorEvent", {
  colno: count,
  error: some,
  filename: text,
  lineno: count,
  message: text,
});

export const MessageEvent = kind("MessageEvent", {
  data: orNull,
  lastEventId: text,
  origin: text,
  source: orNull,
});
