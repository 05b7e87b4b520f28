/** SubtleCrypto. https://w3c.github.io/webcrypto/#subtlecrypto-interface */
import { refuse } from "../encoder";
import * as p from "../primordials";
import { type Algorithm, fail, nameOf, normalize, offers, source, unsignedLong } from "./crypto_algorithm";
import { authenticate, digest, same } from "./crypto_digest";
import { ask, askBytes, described, keyData } from "./crypto_host";
import { type CryptoKey, type KeyState, type Usage, includes, stateOf, usagesOf } from "./crypto_key";
import { FORMATS, type Format, exportKey, generate, importKey, keyDataOf, keyLength } from "./crypto_keys";
import { decodeUtf8, encodeUtf8 } from "./encoding";
import { need, oneOf, shape } from "./webidl";

type Bytes = Uint8Array<ArrayBuffer>;

const KEY = {};
const TAG_BITS = 128;

const formatOf = (value: unknown): Format => oneOf(value, FORMATS, "KeyFormat") as Format;

/** What a key is, if it may be used so. */
function usable(key: KeyState, { name }: Algorithm, usage: Usage): void {
  if (key.name !== name) fail("InvalidAccessError", `the key is one of ${key.name}, not of ${name}`);
  if (!includes(key.usages, usage)) fail("InvalidAccessError", `the key's usages do not have "${usage}"`);
}

function cipher(
  method: "encrypt" | "decrypt",
  algorithm: Algorithm,
  key: KeyState,
  data: Bytes,
): Promise<Bytes> {
  const params = described(algorithm, key);
  if (algorithm.name === "AES-GCM" && params["tagLength"] === undefined) params["tagLength"] = TAG_BITS;
  return askBytes(method, params, keyData(key), data);
}

async function ciphered(
  method: "encrypt" | "decrypt",
  algorithm: unknown,
  key: unknown,
  data: unknown,
): Promise<ArrayBuffer> {
  const params = normalize("encrypt", algorithm);
  const state = stateOf(key);
  const bytes = source(data);
  usable(state, params, method);
  return (await cipher(method, params, state, bytes)).buffer;
}

/** The algorithm of a key that wraps others: one made for it, or any cipher. */
function wrapper(given: unknown): Algorithm {
  return normalize(offers("wrapKey", nameOf(given)) ? "wrapKey" : "encrypt", given);
}

async function derive(algorithm: Algorithm, key: KeyState, length: number | null): Promise<Bytes> {
  const { name } = algorithm;
  const params = described(algorithm, key);
  if (algorithm.public === undefined) {
    if (length === null || length % 8 !== 0) fail("OperationError", "the length is not a multiple of 8 bits");
    return askBytes("derive", params, keyData(key), length! / 8);
  }
  const other = stateOf(algorithm.public);
  if (key.type !== "private" || other.type !== "public") {
    fail("InvalidAccessError", "a private key and another's public one come to an agreement");
  }
  if (other.name !== name || other.namedCurve !== key.namedCurve) {
    fail("InvalidAccessError", "the keys are of different kinds");
  }
  params["public"] = other.data;
  if (length === 0) return new p.NativeUint8Array(0);
  const bits = await askBytes("derive", params, keyData(key), length === null ? 0 : (length + 7) >> 3);
  if (length !== null && length % 8 !== 0) bits[bits.length - 1]! &= 0xff << (8 - (length % 8));
  return bits;
}

export class SubtleCrypto {
  #own = true;

  constructor(key?: object) {
    if (key !== KEY) throw new p.NativeTypeError("Illegal constructor");
  }

  async digest(algorithm: unknown, data: unknown): Promise<ArrayBuffer> {
    this.#check(arguments.length, 2, "digest()");
    const { name } = normalize("digest", algorithm);
    return (await digest(name, source(data))).buffer;
  }

  async encrypt(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    this.#check(arguments.length, 3, "encrypt()");
    return ciphered("encrypt", algorithm, key, data);
  }

  async decrypt(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    this.#check(arguments.length, 3, "decrypt()");
    return ciphered("decrypt", algorithm, key, data);
  }

  async sign(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    this.#check(arguments.length, 3, "sign()");
    const params = normalize("sign", algorithm);
    const state = stateOf(key);
    const bytes = source(data);
    usable(state, params, "sign");
    if (params.name === "HMAC") return (await authenticate(state, bytes)).buffer;
    return (await askBytes("sign", described(params, state), keyData(state), bytes)).buffer;
  }

  async verify(algorithm: unknown, key: unknown, signature: unknown, data: unknown): Promise<boolean> {
    this.#check(arguments.length, 4, "verify()");
    const params = normalize("sign", algorithm);
    const state = stateOf(key);
    const claimed = source(signature, "the signature");
    const bytes = source(data);
    usable(state, params, "verify");
    if (params.name === "HMAC") return same(await authenticate(state, bytes), claimed);
    return (await ask("verify", described(params, state), keyData(state), claimed, bytes)) as boolean;
  }

  async deriveBits(algorithm: unknown, key: unknown, length: unknown = null): Promise<ArrayBuffer> {
    this.#check(arguments.length, 2, "deriveBits()");
    const bits = length === null ? null : unsignedLong(length, "the length");
    const params = normalize("deriveBits", algorithm);
    const state = stateOf(key);
    usable(state, params, "deriveBits");
    return (await derive(params, state, bits)).buffer;
  }

  async deriveKey(
    algorithm: unknown,
    key: unknown,
    derivedKey: unknown,
    extractable: unknown,
    usages: unknown,
  ): Promise<CryptoKey> {
    this.#check(arguments.length, 5, "deriveKey()");
    const params = normalize("deriveBits", algorithm);
    const state = stateOf(key);
    const wanted = normalize("importKey", derivedKey);
    const sized = normalize("keyLength", derivedKey);
    const uses = usagesOf(usages);
    usable(state, params, "deriveKey");
    const secret = await derive(params, state, keyLength(sized));
    return importKey("raw", secret, wanted, !!extractable, uses);
  }

  async generateKey(algorithm: unknown, extractable: unknown, usages: unknown): Promise<unknown> {
    this.#check(arguments.length, 3, "generateKey()");
    const uses = usagesOf(usages);
    return generate(normalize("generateKey", algorithm), !!extractable, uses);
  }

  async importKey(
    format: unknown,
    data: unknown,
    algorithm: unknown,
    extractable: unknown,
    usages: unknown,
  ): Promise<CryptoKey> {
    this.#check(arguments.length, 5, "importKey()");
    const form = formatOf(format);
    const given = keyDataOf(form, data);
    const uses = usagesOf(usages);
    return importKey(form, given, normalize("importKey", algorithm), !!extractable, uses);
  }

  async exportKey(format: unknown, key: unknown): Promise<unknown> {
    this.#check(arguments.length, 2, "exportKey()");
    const exported = await exportKey(formatOf(format), key);
    return p.isView(exported) ? (exported as Bytes).buffer : exported;
  }

  async wrapKey(format: unknown, key: unknown, wrapping: unknown, algorithm: unknown): Promise<ArrayBuffer> {
    this.#check(arguments.length, 4, "wrapKey()");
    const form = formatOf(format);
    const params = wrapper(algorithm);
    const state = stateOf(wrapping);
    stateOf(key);
    usable(state, params, "wrapKey");
    const exported = await exportKey(form, key);
    const bytes = p.isView(exported) ? (exported as Bytes) : encodeUtf8(p.stringify(exported));
    return (await cipher("encrypt", params, state, bytes)).buffer;
  }

  async unwrapKey(
    format: unknown,
    wrapped: unknown,
    unwrapping: unknown,
    algorithm: unknown,
    keyAlgorithm: unknown,
    extractable: unknown,
    usages: unknown,
  ): Promise<CryptoKey> {
    this.#check(arguments.length, 7, "unwrapKey()");
    const form = formatOf(format);
    const bytes = source(wrapped, "the wrapped key");
    const state = stateOf(unwrapping);
    const params = wrapper(algorithm);
    const wanted = normalize("importKey", keyAlgorithm);
    const uses = usagesOf(usages);
    usable(state, params, "unwrapKey");
    const data = await cipher("decrypt", params, state, bytes);
    if (form !== "jwk") return importKey(form, data, wanted, !!extractable, uses);
    const jwk = p.attempt(() => p.parse(decodeUtf8(data)) as unknown);
    if (typeof jwk !== "object" || jwk === null) return fail("DataError", "the key is no JsonWebKey");
    return importKey(form, keyDataOf(form, jwk), wanted, !!extractable, uses);
  }

  /** Whether two BufferSources of one length have the same bytes; Workers have it too. */
  timingSafeEqual(one: unknown, other: unknown): boolean {
    this.#check(arguments.length, 2, "timingSafeEqual()");
    const left = source(one);
    const right = source(other);
    if (left.length === right.length) return same(left, right);
    throw new p.NativeTypeError("the two have different lengths");
  }

  #check(given: number, wanted: number, what: string): void {
    if (this.#own) need(given, wanted, what);
  }
}
shape(SubtleCrypto, "SubtleCrypto");
refuse(SubtleCrypto);

export const subtle = new SubtleCrypto(KEY);
