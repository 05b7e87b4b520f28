/** How keys are made, read and written. https://w3c.github.io/webcrypto/#subtlecrypto-interface */
import * as p from "../primordials";
import { type Algorithm, fail, source } from "./crypto_algorithm";
import { ask, described, keyData } from "./crypto_host";
import { type Jwk, checkJwk, jwkOf, jwkOfKey, secretOf } from "./crypto_jwk";
import { type CryptoKey, type KeyState, USAGES, type Usage, among, newKey, stateOf } from "./crypto_key";
import { fill } from "./crypto_random";

export const FORMATS = ["raw", "pkcs8", "spki", "jwk"] as const;
export type Format = (typeof FORMATS)[number];

interface Uses {
  readonly own: readonly Usage[];
  /** Of the public half. */
  readonly shared: readonly Usage[];
}

const wrapping: readonly Usage[] = ["wrapKey", "unwrapKey"];
const deriving: readonly Usage[] = ["deriveKey", "deriveBits"];
const CIPHER: Uses = { own: ["encrypt", "decrypt", ...wrapping], shared: [] };
const SIGNATURE: Uses = { own: ["sign"], shared: ["verify"] };
const AGREEMENT: Uses = { own: deriving, shared: [] };
const USES = p.setPrototypeOf(
  {
    "AES-CBC": CIPHER,
    "AES-CTR": CIPHER,
    "AES-GCM": CIPHER,
    "AES-KW": { own: wrapping, shared: [] },
    ECDH: AGREEMENT,
    ECDSA: SIGNATURE,
    Ed25519: SIGNATURE,
    HKDF: AGREEMENT,
    HMAC: { own: ["sign", "verify"], shared: [] },
    PBKDF2: AGREEMENT,
    "RSA-OAEP": { own: ["decrypt", "unwrapKey"], shared: ["encrypt", "wrapKey"] },
    "RSA-PSS": SIGNATURE,
    "RSASSA-PKCS1-v1_5": SIGNATURE,
    X25519: AGREEMENT,
  } satisfies Record<string, Uses>,
  null,
) as Record<string, Uses>;
const CURVES = p.setPrototypeOf({ "P-256": 1, "P-384": 1, "P-521": 1 }, null) as Record<string, 1>;
const MOST_SECRET_BYTES = 1 << 20;

const isAES = (name: string): boolean => p.slice(name, 0, 4) === "AES-";
const isDerivation = (name: string): boolean => name === "HKDF" || name === "PBKDF2";

/** Whether the algorithm's keys have no second half. */
export const isSecret = (name: string): boolean => isAES(name) || name === "HMAC" || isDerivation(name);

function check(usages: readonly Usage[], allowed: readonly Usage[]): void {
  if (among(usages, allowed).length === usages.length) return;
  fail("SyntaxError", "a usage is not one of keys of this kind");
}

function needUsages(usages: readonly Usage[]): void {
  if (usages.length === 0) fail("SyntaxError", "a key without usages is of no use");
}

function checkCurve({ namedCurve }: Algorithm): void {
  if (namedCurve === undefined || CURVES[namedCurve] !== undefined) return;
  fail("NotSupportedError", `the curve ${p.slice(namedCurve, 0, 50)} is not offered`);
}

/** How many bits a key has that is made for the algorithm; null: as many as there are. */
export function keyLength({ name, length, hash }: Algorithm): number | null {
  if (isAES(name)) {
    if (length === 128 || length === 192 || length === 256) return length;
    return fail("OperationError", "an AES key has 128, 192 or 256 bits");
  }
  if (name !== "HMAC") return null;
  if (length === 0) return name === "HMAC" ? fail("TypeError", "an HMAC key has bits") : 0;
  return length ?? (hash === "SHA-384" || hash === "SHA-512" ? 1024 : 512);
}

/** A new key, or a pair of them. */
export async function generate(
  algorithm: Algorithm,
  extractable: boolean,
  usages: readonly Usage[],
): Promise<CryptoKey | { publicKey: CryptoKey; privateKey: CryptoKey }> {
  const { name, hash, namedCurve, modulusLength, publicExponent } = algorithm;
  const { own, shared } = USES[name]!;
  if (isSecret(name)) {
    check(usages, own);
    if (algorithm.length === 0) fail("OperationError", "a key has bits");
    const length = keyLength(algorithm)!;
    needUsages(usages);
    if (length > MOST_SECRET_BYTES * 8) fail("OperationError", "the key is too long");
    const data = new p.NativeUint8Array((length + 7) >> 3);
    fill(data);
    return newKey({ type: "secret", extractable, usages, name, hash, length, data });
  }
  check(usages, among(USAGES, [...own, ...shared]));
  checkCurve(algorithm);
  needUsages(among(usages, own));
  const pair = (await ask("generate", described(algorithm))) as [ArrayBuffer, ArrayBuffer];
  const common = { name, hash, namedCurve, modulusLength, publicExponent };
  const half = (type: "private" | "public", data: ArrayBuffer, uses: readonly Usage[]): CryptoKey =>
    newKey({
      ...common,
      type,
      extractable: type === "public" || extractable,
      usages: among(usages, uses),
      data: new p.NativeUint8Array(data),
    });
  const privateKey = half("private", pair[0], own);
  return { publicKey: half("public", pair[1], shared), privateKey };
}

/** Key data as it was given: bytes copied, or a JSON Web Key. Throws TypeErrors. */
export function keyDataOf(format: Format, value: unknown): Uint8Array<ArrayBuffer> | Jwk {
  if (format !== "jwk") return source(value, "the key data");
  if (p.isView(value) || p.attempt(() => p.bufferLength(value)) !== undefined) {
    throw new p.NativeTypeError("the key data is no JsonWebKey");
  }
  return jwkOf(value);
}

/** The key that data stands for. */
export async function importKey(
  format: Format,
  given: Uint8Array<ArrayBuffer> | Jwk,
  algorithm: Algorithm,
  extractable: boolean,
  usages: readonly Usage[],
): Promise<CryptoKey> {
  if (isSecret(algorithm.name)) return importSecret(format, given, algorithm, extractable, usages);
  const { name, hash, namedCurve } = algorithm;
  if (format === "raw" && name[0] === "R") fail("NotSupportedError", `${name} keys have no raw format`);
  const jwk = format === "jwk" ? (given as Jwk) : undefined;
  const isPrivate = jwk === undefined ? format === "pkcs8" : jwk["d"] !== undefined;
  const uses = isPrivate ? USES[name]!.own : USES[name]!.shared;
  checkCurve(algorithm);
  check(usages, uses);
  if (jwk !== undefined) checkJwk(jwk, algorithm, extractable, usages);
  const read = (await ask("read", described(algorithm), format, jwk ?? given)) as {
    type: "private" | "public";
    data: ArrayBuffer;
    bits?: number;
    exponent?: ArrayBuffer;
  };
  if (read.type === "private") needUsages(usages);
  const publicExponent = read.exponent && new p.NativeUint8Array(read.exponent);
  const data = new p.NativeUint8Array(read.data);
  const modulusLength = read.bits;
  const { type } = read;
  return newKey({ type, extractable, usages, name, hash, namedCurve, modulusLength, publicExponent, data });
}

function importSecret(
  format: Format,
  given: Uint8Array<ArrayBuffer> | Jwk,
  algorithm: Algorithm,
  extractable: boolean,
  usages: readonly Usage[],
): CryptoKey {
  const { name, hash } = algorithm;
  if (format !== "raw" && (format !== "jwk" || isDerivation(name))) {
    fail("NotSupportedError", `${name} keys have no format ${format}`);
  }
  check(usages, USES[name]!.own);
  if (isDerivation(name) && extractable) fail("SyntaxError", `${name} keys cannot be extractable`);
  let data = given as Uint8Array<ArrayBuffer>;
  if (format === "jwk") {
    checkJwk(given as Jwk, algorithm, extractable, usages);
    data = secretOf(given as Jwk, name);
  }
  if (data.length > MOST_SECRET_BYTES) fail("DataError", "the key is too long");
  let length: number | undefined = data.length * 8;
  if (isAES(name)) {
    if (length !== 128 && length !== 192 && length !== 256) {
      fail("DataError", "an AES key has 128, 192 or 256 bits");
    }
  } else if (name === "HMAC") {
    const wanted = algorithm.length;
    if (length === 0) fail("DataError", "an HMAC key has bits");
    if (wanted !== undefined && (wanted > length || wanted <= length - 8)) {
      fail("DataError", "the key has not that many bits");
    }
    length = wanted ?? length;
  } else {
    length = undefined;
  }
  needUsages(usages);
  return newKey({ type: "secret", extractable, usages, name, hash, length, data });
}

/** What a key is in a format: bytes, or a JSON Web Key. */
export async function exportKey(format: Format, key: unknown): Promise<Uint8Array<ArrayBuffer> | object> {
  const state = stateOf(key);
  if (isDerivation(state.name)) fail("NotSupportedError", `${state.name} keys cannot be exported`);
  if (!state.extractable) fail("InvalidAccessError", "the key is not extractable");
  if (state.type === "secret") {
    if (format === "raw") return p.bytesSlice(state.data);
    if (format === "jwk") return jwkOfKey(state, undefined);
    return fail("NotSupportedError", `${state.name} keys have no format ${format}`);
  }
  if (format === "raw" && state.name[0] === "R") {
    fail("NotSupportedError", `${state.name} keys have no raw format`);
  }
  const wanted = format === "pkcs8" ? "private" : format === "jwk" ? state.type : "public";
  if (state.type !== wanted) fail("InvalidAccessError", `a ${state.type} key has no format ${format}`);
  if (format === "pkcs8" || format === "spki") return p.bytesSlice(state.data);
  const written = await ask("write", described(nameOf(state), state), format, keyData(state));
  if (format === "raw") return new p.NativeUint8Array(written as ArrayBuffer);
  return jwkOfKey(state, written as Jwk);
}

function nameOf(state: KeyState): Algorithm {
  const made = p.record();
  made["name"] = state.name;
  return made as unknown as Algorithm;
}
