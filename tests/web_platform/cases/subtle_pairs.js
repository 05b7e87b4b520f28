// Keys with two halves: https://w3c.github.io/webcrypto/, and the algorithms' own documents
const { subtle } = crypto;
const hex = (bytes) => new Uint8Array(bytes).toHex();
const unhex = (text) => Uint8Array.fromHex(text.replaceAll(" ", ""));
const utf8 = (text) => new TextEncoder().encode(text);
const DATA = utf8("what is signed");
const RSA = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
const made = {};
/** One pair for each algorithm: RSA keys take time. */
function pairOf(algorithm, usages) {
  const name = JSON.stringify([algorithm, usages]);
  return (made[name] ??= subtle.generateKey(algorithm, true, usages));
}

function signs(name, algorithm, how) {
  promise_test(name, async () => {
    const { publicKey, privateKey } = await pairOf(algorithm, ["sign", "verify"]);
    const signature = await subtle.sign(how, privateKey, DATA);
    assert_true(await subtle.verify(how, publicKey, signature, DATA));
    assert_false(await subtle.verify(how, publicKey, signature, utf8("something else")));
    const other = new Uint8Array(signature);
    other[5] ^= 1;
    assert_false(await subtle.verify(how, publicKey, other, DATA));
    assert_false(await subtle.verify(how, publicKey, new Uint8Array(3), DATA));
  });
}
/** A pair goes out and comes in again in all its formats, and what one half signs the other verifies. */
function travels(name, algorithm, how, formats) {
  promise_test(name, async () => {
    const { publicKey, privateKey } = await pairOf(algorithm, ["sign", "verify"]);
    const inward = [];
    for (const format of formats) {
      const written = await subtle.exportKey(format, publicKey);
      inward.push(await subtle.importKey(format, written, algorithm, true, ["verify"]));
    }
    for (const format of ["pkcs8", "jwk"]) {
      const written = await subtle.exportKey(format, privateKey);
      const key = await subtle.importKey(format, written, algorithm, true, ["sign"]);
      assert_equals(key.type, "private");
      assert_object_equals(key.algorithm, privateKey.algorithm);
      const signature = await subtle.sign(how, key, DATA);
      for (const each of inward) assert_true(await subtle.verify(how, each, signature, DATA));
    }
  });
}
function rejects(name, error, run) {
  promise_test(name, async () => {
    if (typeof error === "string") await promise_rejects_dom(error, run());
    else await promise_rejects_js(error, run());
  });
}

const ecdsa = (hash) => ({ name: "ECDSA", hash });
signs("ECDSA on P-256", { name: "ECDSA", namedCurve: "P-256" }, ecdsa("SHA-256"));
signs("ECDSA on P-384", { name: "ECDSA", namedCurve: "P-384" }, ecdsa("SHA-384"));
signs("ECDSA on P-521", { name: "ECDSA", namedCurve: "P-521" }, ecdsa("SHA-512"));
signs("ECDSA on P-256 with SHA-1", { name: "ECDSA", namedCurve: "P-256" }, ecdsa("SHA-1"));
signs("Ed25519", { name: "Ed25519" }, "Ed25519");
signs("RSASSA-PKCS1-v1_5", { name: "RSASSA-PKCS1-v1_5", ...RSA }, "RSASSA-PKCS1-v1_5");
signs("RSA-PSS", { name: "RSA-PSS", ...RSA }, { name: "RSA-PSS", saltLength: 32 });
signs("RSA-PSS without a salt", { name: "RSA-PSS", ...RSA }, { name: "RSA-PSS", saltLength: 0 });
travels("ECDSA keys travel", { name: "ECDSA", namedCurve: "P-256" }, ecdsa("SHA-256"), [
  "raw",
  "spki",
  "jwk",
]);
travels("P-521 keys travel", { name: "ECDSA", namedCurve: "P-521" }, ecdsa("SHA-512"), [
  "raw",
  "spki",
  "jwk",
]);
travels("Ed25519 keys travel", { name: "Ed25519" }, "Ed25519", ["raw", "spki", "jwk"]);
travels("RSASSA-PKCS1-v1_5 keys travel", { name: "RSASSA-PKCS1-v1_5", ...RSA }, "RSASSA-PKCS1-v1_5", [
  "spki",
  "jwk",
]);

promise_test("ECDSA signatures are of fixed length", async () => {
  const { privateKey } = await pairOf({ name: "ECDSA", namedCurve: "P-521" }, ["sign", "verify"]);
  for (let i = 0; i < 4; i++) {
    assert_equals((await subtle.sign(ecdsa("SHA-512"), privateKey, DATA)).byteLength, 132);
  }
});
promise_test("Ed25519 as in RFC 8032", async () => {
  const jwk = {
    kty: "OKP",
    crv: "Ed25519",
    d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  };
  const key = await subtle.importKey("jwk", jwk, "Ed25519", true, ["sign"]);
  assert_equals(
    hex(await subtle.sign("Ed25519", key, new Uint8Array())),
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
      "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  );
});
promise_test("a generated pair says what it is", async () => {
  const { publicKey, privateKey } = await subtle.generateKey({ name: "rsa-pss", ...RSA }, false, [
    "sign",
    "verify",
  ]);
  assert_object_equals(privateKey.usages, ["sign"]);
  assert_object_equals(publicKey.usages, ["verify"]);
  assert_false(privateKey.extractable);
  assert_true(publicKey.extractable);
  const { algorithm } = publicKey;
  assert_equals(algorithm.name, "RSA-PSS");
  assert_equals(algorithm.modulusLength, 2048);
  assert_equals(hex(algorithm.publicExponent), "010001");
  assert_object_equals(algorithm.hash, { name: "SHA-256" });
});
promise_test("an RSA JSON Web Key has all its numbers", async () => {
  const { publicKey, privateKey } = await pairOf({ name: "RSASSA-PKCS1-v1_5", ...RSA }, ["sign", "verify"]);
  const own = await subtle.exportKey("jwk", privateKey);
  assert_array_equals(Object.keys(own).sort(), [
    "alg",
    "d",
    "dp",
    "dq",
    "e",
    "ext",
    "key_ops",
    "kty",
    "n",
    "p",
    "q",
    "qi",
  ]);
  assert_equals(own.alg, "RS256");
  assert_equals(own.e, "AQAB");
  const shared = await subtle.exportKey("jwk", publicKey);
  assert_object_equals(shared, {
    kty: "RSA",
    n: own.n,
    e: "AQAB",
    alg: "RS256",
    key_ops: ["verify"],
    ext: true,
  });
});
promise_test("an EC JSON Web Key has its point", async () => {
  const { publicKey } = await pairOf({ name: "ECDSA", namedCurve: "P-256" }, ["sign", "verify"]);
  const jwk = await subtle.exportKey("jwk", publicKey);
  const point = new Uint8Array(await subtle.exportKey("raw", publicKey));
  assert_equals(point[0], 4);
  assert_equals(point.subarray(1, 33).toBase64({ alphabet: "base64url", omitPadding: true }), jwk.x);
  assert_equals(point.subarray(33).toBase64({ alphabet: "base64url", omitPadding: true }), jwk.y);
  assert_equals(jwk.crv, "P-256");
});
promise_test("RSA-OAEP encrypts to the private key's holder", async () => {
  const { publicKey, privateKey } = await pairOf({ name: "RSA-OAEP", ...RSA }, ["encrypt", "decrypt"]);
  const how = { name: "RSA-OAEP", label: utf8("label") };
  const sealed = await subtle.encrypt(how, publicKey, DATA);
  assert_equals(sealed.byteLength, 256);
  assert_equals(hex(await subtle.decrypt(how, privateKey, sealed)), hex(DATA));
  await promise_rejects_dom("OperationError", subtle.decrypt("RSA-OAEP", privateKey, sealed));
});
promise_test("RSA-OAEP wraps a key", async () => {
  const usages = ["wrapKey", "unwrapKey"];
  const { publicKey, privateKey } = await pairOf({ name: "RSA-OAEP", ...RSA }, usages);
  const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
  const wrapped = await subtle.wrapKey("raw", key, publicKey, "RSA-OAEP");
  const again = await subtle.unwrapKey("raw", wrapped, privateKey, "RSA-OAEP", "AES-GCM", true, ["encrypt"]);
  assert_equals(hex(await subtle.exportKey("raw", again)), hex(await subtle.exportKey("raw", key)));
});

// -- agreement

function agrees(name, algorithm, bits) {
  promise_test(name, async () => {
    const one = await subtle.generateKey(algorithm, true, ["deriveBits", "deriveKey"]);
    const other = await subtle.generateKey(algorithm, true, ["deriveBits", "deriveKey"]);
    assert_object_equals(one.publicKey.usages, []);
    const { name } = algorithm;
    const mine = await subtle.deriveBits({ name, public: other.publicKey }, one.privateKey, null);
    const theirs = await subtle.deriveBits({ name, public: one.publicKey }, other.privateKey);
    assert_equals(hex(mine), hex(theirs));
    assert_equals(mine.byteLength, bits);
    const less = await subtle.deriveBits({ name, public: other.publicKey }, one.privateKey, 128);
    assert_equals(hex(less), hex(mine).slice(0, 32));
    const how = { name, public: other.publicKey };
    const key = await subtle.deriveKey(how, one.privateKey, { name: "AES-GCM", length: 256 }, true, [
      "encrypt",
    ]);
    assert_equals(hex(await subtle.exportKey("raw", key)), hex(mine).slice(0, 64));
  });
}
agrees("ECDH on P-256", { name: "ECDH", namedCurve: "P-256" }, 32);
agrees("ECDH on P-384", { name: "ECDH", namedCurve: "P-384" }, 48);
agrees("ECDH on P-521", { name: "ECDH", namedCurve: "P-521" }, 66);
agrees("X25519", { name: "X25519" }, 32);
promise_test("X25519 as in RFC 7748", async () => {
  const prefix = unhex("302e020100300506032b656e04220420");
  const own = unhex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
  const key = await subtle.importKey("pkcs8", new Uint8Array([...prefix, ...own]), "X25519", true, [
    "deriveBits",
  ]);
  const other = unhex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
  const shared = await subtle.importKey("raw", other, "X25519", true, []);
  assert_equals(
    hex(await subtle.deriveBits({ name: "X25519", public: shared }, key, 256)),
    "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
  );
});
promise_test("the bits beyond those asked for are zero", async () => {
  const algorithm = { name: "ECDH", namedCurve: "P-256" };
  const { publicKey, privateKey } = await subtle.generateKey(algorithm, true, ["deriveBits"]);
  const whole = new Uint8Array(await subtle.deriveBits({ name: "ECDH", public: publicKey }, privateKey, 16));
  const cut = new Uint8Array(await subtle.deriveBits({ name: "ECDH", public: publicKey }, privateKey, 11));
  assert_array_equals(cut, [whole[0], whole[1] & 0xe0]);
});
const agreement = (namedCurve) => pairOf({ name: "ECDH", namedCurve }, ["deriveBits"]);
rejects("ECDH of more bits than there are", "OperationError", async () => {
  const { publicKey, privateKey } = await agreement("P-256");
  return subtle.deriveBits({ name: "ECDH", public: publicKey }, privateKey, 264);
});
rejects("ECDH with another curve's key", "InvalidAccessError", async () => {
  const { publicKey } = await agreement("P-384");
  return subtle.deriveBits({ name: "ECDH", public: publicKey }, (await agreement("P-256")).privateKey, 8);
});
rejects("ECDH with two private keys", "InvalidAccessError", async () => {
  const { privateKey } = await agreement("P-256");
  return subtle.deriveBits({ name: "ECDH", public: privateKey }, privateKey, 8);
});
rejects("ECDH without the other's key", TypeError, async () => {
  return subtle.deriveBits("ECDH", (await agreement("P-256")).privateKey, 8);
});
rejects("X25519 with a point of low order", "OperationError", async () => {
  const { privateKey } = await subtle.generateKey("X25519", true, ["deriveBits"]);
  const zero = await subtle.importKey("raw", new Uint8Array(32), "X25519", true, []);
  return subtle.deriveBits({ name: "X25519", public: zero }, privateKey, 256);
});

// -- what is refused

rejects("a curve that is not there", "NotSupportedError", () => {
  return subtle.generateKey({ name: "ECDSA", namedCurve: "P-192" }, true, ["sign"]);
});
rejects("a pair without a curve", TypeError, () => subtle.generateKey("ECDSA", true, ["sign"]));
rejects("a pair without usages", "SyntaxError", () => subtle.generateKey("Ed25519", true, []));
rejects("a pair that only verifies", "SyntaxError", () => subtle.generateKey("Ed25519", true, ["verify"]));
rejects("a signing pair that encrypts", "SyntaxError", () =>
  subtle.generateKey("Ed25519", true, ["sign", "encrypt"]),
);
rejects("a new RSA key of 1024 bits", "OperationError", () => {
  return subtle.generateKey({ name: "RSA-PSS", ...RSA, modulusLength: 1024 }, true, ["sign"]);
});
rejects("a new RSA key of 8192 bits", "OperationError", () => {
  return subtle.generateKey({ name: "RSA-PSS", ...RSA, modulusLength: 8192 }, true, ["sign"]);
});
rejects("a new RSA key with an even exponent", "OperationError", () => {
  return subtle.generateKey({ name: "RSA-PSS", ...RSA, publicExponent: new Uint8Array([4]) }, true, ["sign"]);
});
rejects("a new RSA key with an exponent that is no Uint8Array", TypeError, () => {
  return subtle.generateKey({ name: "RSA-PSS", ...RSA, publicExponent: [1, 0, 1] }, true, ["sign"]);
});
rejects("an unknown algorithm", "NotSupportedError", () => subtle.generateKey("ROT-13", true, ["sign"]));
rejects("a private key's usages for a public key", "SyntaxError", async () => {
  const { publicKey } = await pairOf({ name: "Ed25519" }, ["sign", "verify"]);
  return subtle.importKey("raw", await subtle.exportKey("raw", publicKey), "Ed25519", true, ["sign"]);
});
rejects("a private key without usages", "SyntaxError", async () => {
  const { privateKey } = await pairOf({ name: "Ed25519" }, ["sign", "verify"]);
  return subtle.importKey("pkcs8", await subtle.exportKey("pkcs8", privateKey), "Ed25519", true, []);
});
rejects("a key of another algorithm", "DataError", async () => {
  const { privateKey } = await pairOf({ name: "Ed25519" }, ["sign", "verify"]);
  const written = await subtle.exportKey("pkcs8", privateKey);
  return subtle.importKey("pkcs8", written, { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
});
rejects("a key of another curve", "DataError", async () => {
  const { publicKey } = await pairOf({ name: "ECDSA", namedCurve: "P-256" }, ["sign", "verify"]);
  const written = await subtle.exportKey("spki", publicKey);
  return subtle.importKey("spki", written, { name: "ECDSA", namedCurve: "P-384" }, true, ["verify"]);
});
rejects("bytes that are no key", "DataError", () => {
  return subtle.importKey("spki", new Uint8Array(90), { name: "RSA-PSS", hash: "SHA-1" }, true, ["verify"]);
});
rejects("a point that is not on the curve", "DataError", () => {
  const point = new Uint8Array(65).fill(1);
  point[0] = 4;
  return subtle.importKey("raw", point, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
});
rejects("an RSA key without a format of bytes alone", "NotSupportedError", () => {
  return subtle.importKey("raw", new Uint8Array(9), { name: "RSA-PSS", hash: "SHA-1" }, true, ["verify"]);
});
rejects("a public key as PKCS #8", "InvalidAccessError", async () => {
  return subtle.exportKey("pkcs8", (await pairOf({ name: "Ed25519" }, ["sign", "verify"])).publicKey);
});
rejects("a private key as SubjectPublicKeyInfo", "InvalidAccessError", async () => {
  return subtle.exportKey("spki", (await pairOf({ name: "Ed25519" }, ["sign", "verify"])).privateKey);
});
rejects("signing with a public key", "InvalidAccessError", async () => {
  return subtle.sign("Ed25519", (await pairOf({ name: "Ed25519" }, ["sign", "verify"])).publicKey, DATA);
});
rejects("RSA-OAEP of more than fits", "OperationError", async () => {
  const { publicKey } = await pairOf({ name: "RSA-OAEP", ...RSA }, ["encrypt", "decrypt"]);
  return subtle.encrypt("RSA-OAEP", publicKey, new Uint8Array(191));
});
rejects("the wrong halves in one JSON Web Key", "DataError", () => {
  const jwk = {
    kty: "OKP",
    crv: "Ed25519",
    d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    x: "21qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  };
  return subtle.importKey("jwk", jwk, "Ed25519", true, ["sign"]);
});
promise_test("a key is not cloned", async () => {
  const { publicKey } = await pairOf({ name: "Ed25519" }, ["sign", "verify"]);
  assert_throws_dom("DataCloneError", () => structuredClone(publicKey));
});
