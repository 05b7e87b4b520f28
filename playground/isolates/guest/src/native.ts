/** What the guest offers the runtime while it is booted, and nobody afterwards: see native/native.c. */

export interface Native {
  /** Say one message, as JSON. A value in wire form goes with it as it is, as its property `value`. */
  out(text: string, value?: string): void;
  /** Fill an array (at most 65,536 bytes) with secure random bytes. */
  entropy(into: Uint8Array): void;
  /**
   * What `Date.now()` and `new Date()` say from now on, in epoch ms; undefined: the real time. `owner` is whose work is
   * done from now on, as the host knows it.
   */
  freeze(ms: number | undefined, owner: number | null): void;
  /** The real time, in epoch ms. Within a turn it moves every few ms. */
  now(): number;
  /** End the isolate with this turn: what somebody waits for cannot be said. */
  giveUp(): void;
  /**
   * Whether JSON says all of a value: nothing undefined, no -0, nothing met twice, no name that looks like a tag,
   * containers nested at most 200 deep. Whether there is a `toJSON` on a prototype is not looked at.
   */
  isPlain(value: unknown): boolean;
  /**
   * `kind` and a value's JSON, for which no `toJSON` is asked. Undefined where `isPlain` is false; for another kind than
   * "j" names may look like tags, and containers be nested more deeply.
   */
  write(value: unknown, kind: "j" | "t" | "r"): string | undefined;
  /** The value of the JSON that follows a text's first character. */
  read(text: string): unknown;
  /** UTF-8 of a text; a lone surrogate becomes U+FFFD. */
  utf8Encode(text: string): Uint8Array;
  /** The text of UTF-8, with its byte order mark; what is none throws where `fatal`, else becomes U+FFFD. */
  utf8Decode(bytes: Uint8Array, fatal: boolean): string;
  /**
   * Call `tell` when a promise is rejected and nobody handles it, and when somebody does so later; and `end` when
   * nothing is left to do in a turn in which something was told.
   */
  onRejection(tell: (promise: object, reason: unknown, handled: boolean) => void, end: () => void): void;
  /** Call `idle` whenever nothing is left to do in a turn, until it says that there was nothing (false). */
  onIdle(idle: () => boolean): void;
  /** What follows is the work of `owner`, and so is what it leads to later, whoever settles the promises. */
  own(owner: object): void;
  /** Call `enter` when such work goes on, where the owner is another than before. Undefined: nobody's. */
  onOwner(enter: (owner: object | undefined) => void): void;
  /**
   * Serve imports: `resolve` names the module that a specifier means, `load` gives a module's source text, or an
   * object whose own enumerable properties are its exports.
   */
  modules(
    resolve: (importer: string, specifier: string, attributes: object | undefined) => string,
    load: (name: string) => string | object,
  ): void;
}

declare const native: Native;

export const {
  out,
  entropy,
  freeze,
  now,
  giveUp,
  isPlain,
  write,
  read,
  utf8Encode,
  utf8Decode,
  onRejection,
  onIdle,
  modules,
  own,
  onOwner,
} = native;
