// Cryptography. https://w3c.github.io/webcrypto and https://developers.cloudflare.com/workers/runtime-apis/web-crypto

type AlgorithmIdentifier = string | { name: string };
type HashAlgorithmIdentifier = AlgorithmIdentifier;
type KeyType = "public" | "private" | "secret";
type KeyFormat = "raw" | "pkcs8" | "spki" | "jwk";
type KeyUsage =
  | "encrypt"
  | "decrypt"
  | "sign"
  | "verify"
  | "deriveKey"
  | "deriveBits"
  | "wrapKey"
  | "unwrapKey";

/** An algorithm with what it needs, e.g. `{ name: "AES-GCM", iv }`. */
interface CryptoAlgorithm {
  /**
   * AES-GCM, AES-CBC, AES-CTR, AES-KW, HMAC, PBKDF2, HKDF, ECDSA, ECDH, Ed25519, X25519, RSASSA-PKCS1-v1_5,
   * RSA-PSS, RSA-OAEP.
   */
  name: string;
  /** The hash: `"SHA-1"`, `"SHA-256"`, `"SHA-384"`, `"SHA-512"`. */
  hash?: HashAlgorithmIdentifier;
  /** In bits. */
  length?: number;
  /** The initialization vector; a new one for each message. */
  iv?: BufferSource;
  additionalData?: BufferSource;
  /** In bits. */
  tagLength?: number;
  counter?: BufferSource;
  salt?: BufferSource;
  info?: BufferSource;
  /** At most 100,000. */
  iterations?: number;
  /** `"P-256"`, `"P-384"` or `"P-521"`. */
  namedCurve?: string;
  /** The key of the other side. */
  public?: CryptoKey;
  /** 2048 to 4096 for new keys. */
  modulusLength?: number;
  publicExponent?: Uint8Array;
  saltLength?: number;
  label?: BufferSource;
}

interface JsonWebKey {
  alg?: string;
  crv?: string;
  d?: string;
  dp?: string;
  dq?: string;
  e?: string;
  ext?: boolean;
  k?: string;
  key_ops?: string[];
  kty?: string;
  n?: string;
  p?: string;
  q?: string;
  qi?: string;
  use?: string;
  x?: string;
  y?: string;
}

interface CryptoKeyPair {
  publicKey: CryptoKey;
  privateKey: CryptoKey;
}

/** A key. */
declare class CryptoKey {
  private constructor();
  readonly type: KeyType;
  /** Whether it may be exported. */
  readonly extractable: boolean;
  readonly algorithm: any;
  readonly usages: KeyUsage[];
}

/** What keys are used for. */
declare class SubtleCrypto {
  private constructor();
  /** The hash of some bytes. */
  digest(algorithm: AlgorithmIdentifier, data: BufferSource): Promise<ArrayBuffer>;
  encrypt(algorithm: CryptoAlgorithm, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>;
  decrypt(algorithm: CryptoAlgorithm, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>;
  /** A signature, e.g. with `"HMAC"`. */
  sign(algorithm: string | CryptoAlgorithm, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>;
  /** Whether a signature is right. */
  verify(
    algorithm: string | CryptoAlgorithm,
    key: CryptoKey,
    signature: BufferSource,
    data: BufferSource,
  ): Promise<boolean>;
  deriveBits(algorithm: CryptoAlgorithm, key: CryptoKey, length?: number | null): Promise<ArrayBuffer>;
  deriveKey(
    algorithm: CryptoAlgorithm,
    key: CryptoKey,
    derived: string | CryptoAlgorithm,
    extractable: boolean,
    usages: KeyUsage[],
  ): Promise<CryptoKey>;
  /** A new key, or a pair of keys: `AES-…` and `HMAC` have one. */
  generateKey(
    algorithm: { name: "HMAC" | `AES-${string}` } & CryptoAlgorithm,
    extractable: boolean,
    usages: KeyUsage[],
  ): Promise<CryptoKey>;
  generateKey(
    algorithm:
      | "Ed25519"
      | "X25519"
      | ({ name: "Ed25519" | "X25519" | "ECDSA" | "ECDH" | `RSA${string}` } & CryptoAlgorithm),
    extractable: boolean,
    usages: KeyUsage[],
  ): Promise<CryptoKeyPair>;
  generateKey(
    algorithm: string | CryptoAlgorithm,
    extractable: boolean,
    usages: KeyUsage[],
  ): Promise<CryptoKey | CryptoKeyPair>;
  /** A key from what is stored of it. */
  importKey(
    format: "jwk",
    key: JsonWebKey,
    algorithm: string | CryptoAlgorithm,
    extractable: boolean,
    usages: KeyUsage[],
  ): Promise<CryptoKey>;
  importKey(
    format: "raw" | "pkcs8" | "spki",
    key: BufferSource,
    algorithm: string | CryptoAlgorithm,
    extractable: boolean,
    usages: KeyUsage[],
  ): Promise<CryptoKey>;
  /** What a key is, to be stored. */
  exportKey(format: "jwk", key: CryptoKey): Promise<JsonWebKey>;
  exportKey(format: "raw" | "pkcs8" | "spki", key: CryptoKey): Promise<ArrayBuffer>;
  wrapKey(
    format: KeyFormat,
    key: CryptoKey,
    wrappingKey: CryptoKey,
    algorithm: string | CryptoAlgorithm,
  ): Promise<ArrayBuffer>;
  unwrapKey(
    format: KeyFormat,
    wrapped: BufferSource,
    unwrappingKey: CryptoKey,
    algorithm: string | CryptoAlgorithm,
    unwrapped: string | CryptoAlgorithm,
    extractable: boolean,
    usages: KeyUsage[],
  ): Promise<CryptoKey>;
  /** Whether bytes are the same, in a time that does not tell how many of them are. Their lengths must agree. */
  timingSafeEqual(a: BufferSource, b: BufferSource): boolean;
}

/** A stream that hashes what is written. */
interface DigestStream extends WritableStream<BufferSource | string> {
  /** The hash, when the stream is closed. */
  readonly digest: Promise<ArrayBuffer>;
  readonly bytesWritten: bigint;
}

/** Randomness and cryptography. Always real, so on replay it is another: call it in a step's callback. */
declare class Crypto {
  private constructor();
  readonly subtle: SubtleCrypto;
  /** Fill an array of integers with random ones. */
  getRandomValues<T extends ArrayBufferView>(array: T): T;
  /** A random UUID. In `run()` it is another one on each replay, so call it in a step. */
  randomUUID(): `${string}-${string}-${string}-${string}-${string}`;
  /** `crypto.DigestStream`: a stream that hashes what is written. */
  readonly DigestStream: new (algorithm: AlgorithmIdentifier) => DigestStream;
}
declare var crypto: Crypto;
