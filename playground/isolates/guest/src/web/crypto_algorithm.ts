/** Algorithms as they are named and described to `crypto.subtle`, checked and copied. */
import * as p from "../primordials";
import { type CryptoKey, stateOf } from "./crypto_key";

/** An algorithm with the members that an operation needs of it: bytes copied, its hash as a name. */
export interface Algorithm {
  readonly name: string;
  readonly hash?: string;
  readonly length?: number;
  readonly namedCurve?: string;
  readonly modulusLength?: number;
  readonly publicExponent?: Uint8Array<ArrayBuffer>;
  readonly public?: CryptoKey;
  readonly tagLength?: number;
}

type Convert = (value: unknown, what: string) => unknown;
type Member = readonly [name: string, convert: Convert, required: boolean];
type Named = Readonly<Record<string, readonly Member[]>>;

const toLowerCase = p.uncurry(String.prototype.toLowerCase);

/** The bytes of a BufferSource, copied. */
export function source(value: unknown, what = "the data"): Uint8Array<ArrayBuffer> {
  if (p.isView(value)) return p.bytesSlice(p.viewBytes(value));
  const isBuffer = typeof value === "object" && value !== null && p.attempt(() => p.bufferLength(value));
  if (typeof isBuffer !== "number")
    throw new p.NativeTypeError(`${what} is no ArrayBuffer and no view of one`);
  return p.bytesSlice(new p.NativeUint8Array(value as ArrayBuffer));
}

export function fail(name: string, message: string): never {
  throw new p.NativeDOMException(message, name);
}

/** A whole number within bounds ([EnforceRange]). */
function whole(most: number): Convert {
  return (value, what) => {
    const number = p.floor(+(value as number));
    if (number >= 0 && number <= most) return number;
    throw new p.NativeTypeError(`${what} is not a whole number up to ${most}`);
  };
}

/** [EnforceRange] unsigned long. */
export const unsignedLong = whole(2 ** 32 - 1) as (value: unknown, what: string) => number;

const octet = whole(255);
const short = whole(65535);
const text: Convert = (value) => `${value as string}`;
const hash: Convert = (value) => normalize("digest", value).name;
const key: Convert = (value) => (stateOf(value), value);
const exponent: Convert = (value, what) => {
  if (p.typedArrayName(value) === "Uint8Array") return source(value);
  throw new p.NativeTypeError(`${what} is not a Uint8Array`);
};
const need = (name: string, convert: Convert): Member => [name, convert, true];
const may = (name: string, convert: Convert): Member => [name, convert, false];

const hashed = [need("hash", hash)];
const curve = [need("namedCurve", text)];
const sized = [need("length", short)];
const agreed = [need("public", key)];
const newRSA = [...hashed, need("modulusLength", unsignedLong), need("publicExponent", exponent)];
const hmacKey = [...hashed, may("length", unsignedLong)];
const none: Member[] = [];
const AES = { "AES-CBC": none, "AES-CTR": none, "AES-GCM": none, "AES-KW": none };
const AES_SIZED = { "AES-CBC": sized, "AES-CTR": sized, "AES-GCM": sized, "AES-KW": sized };

const ciphers: Named = {
  "AES-CBC": [need("iv", source)],
  "AES-CTR": [need("counter", source), need("length", octet)],
  "AES-GCM": [may("additionalData", source), need("iv", source), may("tagLength", octet)],
  "RSA-OAEP": [may("label", source)],
};
const signatures: Named = {
  ECDSA: hashed,
  Ed25519: none,
  HMAC: none,
  "RSA-PSS": [need("saltLength", unsignedLong)],
  "RSASSA-PKCS1-v1_5": none,
};
const OPERATIONS = {
  digest: { MD5: none, "SHA-1": none, "SHA-256": none, "SHA-384": none, "SHA-512": none },
  encrypt: ciphers,
  sign: signatures,
  deriveBits: {
    ECDH: agreed,
    HKDF: [...hashed, need("info", source), need("salt", source)],
    PBKDF2: [...hashed, need("iterations", unsignedLong), need("salt", source)],
    X25519: agreed,
  },
  generateKey: {
    ...AES_SIZED,
    ECDH: curve,
    ECDSA: curve,
    Ed25519: none,
    HMAC: hmacKey,
    "RSA-OAEP": newRSA,
    "RSA-PSS": newRSA,
    "RSASSA-PKCS1-v1_5": newRSA,
    X25519: none,
  },
  importKey: {
    ...AES,
    ECDH: curve,
    ECDSA: curve,
    Ed25519: none,
    HKDF: none,
    HMAC: hmacKey,
    PBKDF2: none,
    "RSA-OAEP": hashed,
    "RSA-PSS": hashed,
    "RSASSA-PKCS1-v1_5": hashed,
    X25519: none,
  },
  keyLength: { ...AES_SIZED, HKDF: none, HMAC: hmacKey, PBKDF2: none },
  wrapKey: { "AES-KW": none },
} satisfies Record<string, Named>;

export type Operation = keyof typeof OPERATIONS;

/** Names in lower case to operations' algorithms. */
const KNOWN = p.record() as Record<string, Record<string, readonly [string, readonly Member[]]>>;
for (const operation of p.keys(OPERATIONS) as Operation[]) {
  const known = (KNOWN[operation] = p.record() as (typeof KNOWN)[string]);
  const named: Named = OPERATIONS[operation];
  for (const name of p.keys(named)) known[toLowerCase(name)] = [name, named[name]!];
}

/** Whether the operation is there for an algorithm. */
export function offers(operation: Operation, name: string): boolean {
  return KNOWN[operation]![toLowerCase(name)] !== undefined;
}

/** The name of an algorithm as it was given. */
export function nameOf(given: unknown): string {
  if (typeof given !== "object" && typeof given !== "function") return `${given as string}`;
  const name = given === null ? undefined : (given as { name?: unknown }).name;
  if (name === undefined) throw new p.NativeTypeError("the algorithm has no name");
  return `${name as string}`;
}

/** An algorithm for an operation. Throws a NotSupportedError, or a TypeError for what is missing. */
export function normalize(operation: Operation, given: unknown): Algorithm {
  const called = nameOf(given);
  const known = KNOWN[operation]![toLowerCase(called)];
  if (known === undefined) {
    return fail("NotSupportedError", `${operation} is not offered with ${p.slice(called, 0, 50)}`);
  }
  const made = p.record();
  made["name"] = known[0];
  const members = known[1];
  for (let i = 0; i < members.length; i++) {
    const [name, convert, required] = members[i]!;
    const value = typeof given === "string" ? undefined : (given as Record<string, unknown>)[name];
    if (value !== undefined) made[name] = convert(value, `the algorithm's ${name}`);
    else if (required) throw new p.NativeTypeError(`the algorithm has no ${name}`);
  }
  return made as unknown as Algorithm;
}
