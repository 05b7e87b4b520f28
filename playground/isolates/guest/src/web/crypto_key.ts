/** CryptoKey. What it stands for stays in the isolate, and goes to the host with each operation. */
import { refuse } from "../encoder";
import * as p from "../primordials";
import { illegal, shape } from "./webidl";

export const USAGES = [
  "decrypt",
  "deriveBits",
  "deriveKey",
  "encrypt",
  "sign",
  "unwrapKey",
  "verify",
  "wrapKey",
] as const;
export type Usage = (typeof USAGES)[number];

export interface KeyState {
  readonly type: "secret" | "private" | "public";
  readonly extractable: boolean;
  readonly usages: readonly Usage[];
  readonly name: string;
  readonly hash?: string | undefined;
  /** Of a secret key: its bits. */
  readonly length?: number | undefined;
  readonly namedCurve?: string | undefined;
  /** Of an RSA key. */
  readonly modulusLength?: number | undefined;
  readonly publicExponent?: Uint8Array | undefined;
  /** A secret's bytes, a private key's PKCS #8, a public key's SubjectPublicKeyInfo. */
  readonly data: Uint8Array<ArrayBuffer>;
}

const KEY = {};
let read: (key: object) => KeyState | undefined;

export class CryptoKey {
  readonly #state: KeyState;
  #algorithm: object | undefined;
  #usages: string[] | undefined;

  static {
    read = (key) => (#state in key ? key.#state : undefined);
  }

  constructor(key?: object, state?: KeyState) {
    if (key !== KEY) throw new p.NativeTypeError("Illegal constructor");
    this.#state = state!;
  }

  get type(): string {
    return stateOf(this).type;
  }

  get extractable(): boolean {
    return stateOf(this).extractable;
  }

  get algorithm(): object {
    const state = stateOf(this);
    return (this.#algorithm ??= algorithmOf(state));
  }

  get usages(): string[] {
    const state = stateOf(this);
    return (this.#usages ??= asArray(state.usages));
  }
}
shape(CryptoKey, "CryptoKey");
refuse(CryptoKey);

/** A new key. */
export const newKey = (state: KeyState): CryptoKey => new CryptoKey(KEY, state);

/** What a key is. Throws a TypeError for what is none. */
export function stateOf(key: unknown): KeyState {
  const state = typeof key === "object" && key !== null ? read(key) : undefined;
  return state ?? illegal("CryptoKey");
}

/** Usages as a list, each once, in the order of the specification; a TypeError for what is none. */
export function usagesOf(value: unknown): Usage[] {
  if (typeof value !== "object" || value === null) throw new p.NativeTypeError("key usages are a list");
  const given = [...(value as Iterable<unknown>)];
  const found = p.record();
  for (let i = 0; i < given.length; i++) {
    const usage = `${given[i] as string}`;
    if (!includes(USAGES, usage)) throw new p.NativeTypeError(`${p.stringify(usage)} is not a key usage`);
    found[usage] = true;
  }
  return chosen(USAGES, (usage) => found[usage] === true);
}

/** Those of `usages` that `allowed` has. */
export function among(usages: readonly Usage[], allowed: readonly Usage[]): Usage[] {
  return chosen(usages, (usage) => includes(allowed, usage));
}

export function includes(list: readonly string[], text: string): boolean {
  for (let i = 0; i < list.length; i++) if (list[i] === text) return true;
  return false;
}

function chosen(list: readonly Usage[], wanted: (usage: Usage) => boolean): Usage[] {
  const made = p.list<Usage>();
  for (let i = 0; i < list.length; i++) if (wanted(list[i]!)) made[made.length] = list[i]!;
  return made;
}

/** A list of ours, as tenant code may hold it. */
function asArray(list: readonly string[]): string[] {
  const made: string[] = [];
  for (let i = 0; i < list.length; i++) p.define(made, i, list[i]);
  return made;
}

function algorithmOf(state: KeyState): object {
  const made = {};
  const put = (name: string, value: unknown): void => {
    if (value !== undefined) p.define(made, name, value);
  };
  put("name", state.name);
  put("modulusLength", state.modulusLength);
  put("publicExponent", state.publicExponent && p.bytesSlice(state.publicExponent));
  put("namedCurve", state.namedCurve);
  put("hash", state.hash === undefined ? undefined : { name: state.hash });
  put("length", state.length);
  return made;
}
