/** What a JSON Web Key says besides its numbers. https://www.rfc-editor.org/rfc/rfc7517 */
import * as p from "../primordials";
import { type Algorithm, fail } from "./crypto_algorithm";
import { type KeyState, type Usage, includes, usagesOf } from "./crypto_key";

export type Jwk = Record<string, unknown>;

const TEXTS = ["alg", "crv", "d", "dp", "dq", "e", "k", "kty", "n", "p", "q", "qi", "use", "x", "y"];
const HASH_DIGITS = p.record() as Record<string, string>;
for (const name of ["SHA-1", "SHA-256", "SHA-384", "SHA-512"]) HASH_DIGITS[name] = name.slice(4);

interface Base64 {
  toBase64(options: object): string;
}
const { fromBase64 } = Uint8Array as unknown as {
  fromBase64(text: string, options: object): Uint8Array<ArrayBuffer>;
};
const toBase64 = p.uncurry((Uint8Array.prototype as unknown as Base64).toBase64);
const URL_SAFE = p.freeze({ __proto__: null, alphabet: "base64url", omitPadding: true });

/** The members of a JSON Web Key, read once. */
export function jwkOf(value: unknown): Jwk {
  if (typeof value !== "object" || value === null) throw new p.NativeTypeError("the key is no JsonWebKey");
  const given = value as Jwk;
  const made = p.record();
  for (let i = 0; i < TEXTS.length; i++) {
    const text = given[TEXTS[i]!];
    if (text !== undefined) made[TEXTS[i]!] = `${text as string}`;
  }
  if (given["ext"] !== undefined) made["ext"] = !!given["ext"];
  if (given["key_ops"] !== undefined) made["key_ops"] = usagesOf(given["key_ops"]);
  if (given["oth"] !== undefined) made["oth"] = true;
  return made;
}

/** Hold a JSON Web Key to what is wanted of it: DataErrors. */
export function checkJwk(
  jwk: Jwk,
  algorithm: Algorithm,
  extractable: boolean,
  usages: readonly Usage[],
): void {
  const { name, hash } = algorithm;
  const kind = kindOf(name);
  if (jwk["kty"] !== kind) fail("DataError", `the key's "kty" is not "${kind}"`);
  const signs = name === "HMAC" || includes(["Ed25519", "ECDSA", "RSA-PSS", "RSASSA-PKCS1-v1_5"], name);
  const use = signs ? "sig" : "enc";
  if (usages.length > 0 && jwk["use"] !== undefined && jwk["use"] !== use) {
    fail("DataError", `the key's "use" is not "${use}"`);
  }
  const allowed = jwk["key_ops"] as readonly Usage[] | undefined;
  for (let i = 0; allowed !== undefined && i < usages.length; i++) {
    if (!includes(allowed, usages[i]!)) fail("DataError", `the key's "key_ops" do not have "${usages[i]!}"`);
  }
  if (jwk["ext"] === false && extractable) fail("DataError", "the key is not to be extracted");
  const alg = algOf(name, hash, undefined);
  if (alg !== undefined && jwk["alg"] !== undefined && jwk["alg"] !== alg) {
    fail("DataError", `the key's "alg" is not "${alg}"`);
  }
}

/** The bytes of a secret key. */
export function secretOf(jwk: Jwk, name: string): Uint8Array<ArrayBuffer> {
  const text = jwk["k"];
  const bytes = typeof text === "string" ? p.attempt(() => fromBase64(text, URL_SAFE)) : undefined;
  if (bytes === undefined) return fail("DataError", `the key's "k" is missing or no base64url`);
  const alg = name === "HMAC" ? undefined : algOf(name, undefined, bytes.length * 8);
  if (alg !== undefined && jwk["alg"] !== undefined && jwk["alg"] !== alg) {
    fail("DataError", `the key's "alg" is not "${alg}"`);
  }
  return bytes;
}

/** A key's JSON Web Key. `numbers`: what the host wrote of one with two halves. */
export function jwkOfKey(key: KeyState, numbers: Jwk | undefined): object {
  const made = {};
  const put = (name: string, value: unknown): void => {
    if (value !== undefined) p.define(made, name, value);
  };
  put("kty", kindOf(key.name));
  if (numbers === undefined) put("k", toBase64(key.data, URL_SAFE));
  else for (const name of p.keys(numbers)) put(name, numbers[name]);
  put("alg", algOf(key.name, key.hash, key.length));
  const ops: string[] = [];
  for (let i = 0; i < key.usages.length; i++) p.define(ops, i, key.usages[i]);
  put("key_ops", ops);
  put("ext", key.extractable);
  return made;
}

function kindOf(name: string): string {
  if (name[0] === "A" || name[0] === "H") return "oct";
  if (name[0] === "R") return "RSA";
  return name === "ECDSA" || name === "ECDH" ? "EC" : "OKP";
}

/** The "alg" that a key has; undefined where it needs none. */
function algOf(name: string, hash: string | undefined, length: number | undefined): string | undefined {
  const digits = hash === undefined ? undefined : HASH_DIGITS[hash];
  switch (name) {
    case "HMAC":
      return digits && `HS${digits}`;
    case "RSASSA-PKCS1-v1_5":
      return digits && `RS${digits}`;
    case "RSA-PSS":
      return digits && `PS${digits}`;
    case "RSA-OAEP":
      return digits && (digits === "1" ? "RSA-OAEP" : `RSA-OAEP-${digits}`);
    case "Ed25519":
      return "EdDSA";
  }
  return p.slice(name, 0, 4) === "AES-" && length ? `A${length}${p.slice(name, 4)}` : undefined;
}
