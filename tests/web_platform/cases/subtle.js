// The facts of https://w3c.github.io/webcrypto/ and the test vectors of the algorithms' own documents
const { subtle } = crypto;
const hex = (bytes) => new Uint8Array(bytes).toHex();
const unhex = (text) => Uint8Array.fromHex(text.replaceAll(" ", ""));
const utf8 = (text) => new TextEncoder().encode(text);
const raw = (bytes, algorithm, usages) => subtle.importKey("raw", bytes, algorithm, true, usages);

function digests(name, algorithm, data, expected) {
  promise_test(name, async () => assert_equals(hex(await subtle.digest(algorithm, data)), expected));
}
function rejects(name, error, run) {
  promise_test(name, async () => {
    if (typeof error === "string") await promise_rejects_dom(error, run());
    else await promise_rejects_js(error, run());
  });
}
async function pair(algorithm, usages) {
  return subtle.generateKey(algorithm, true, usages);
}

// -- digest

digests("MD5 of nothing", "MD5", new Uint8Array(), "d41d8cd98f00b204e9800998ecf8427e");
digests("SHA-1 of abc", "SHA-1", utf8("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
digests(
  "SHA-256 of abc",
  { name: "SHA-256" },
  utf8("abc"),
  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
);
digests(
  "SHA-256 of nothing",
  "sha-256",
  new ArrayBuffer(0),
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
);
digests(
  "SHA-384 of abc",
  "SHA-384",
  utf8("abc"),
  "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
);
digests(
  "SHA-512 of abc",
  "SHA-512",
  utf8("abc"),
  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
);
digests(
  "SHA-256 of a million bytes",
  "SHA-256",
  utf8("a".repeat(1_000_000)),
  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
);
digests(
  "SHA-1 of a view's own bytes",
  "SHA-1",
  utf8("xabcx").subarray(1, 4),
  "a9993e364706816aba3e25717850c26c9cd0d89d",
);
digests(
  "SHA-1 of a DataView",
  "SHA-1",
  new DataView(utf8("abc").buffer),
  "a9993e364706816aba3e25717850c26c9cd0d89d",
);
promise_test("digest copies its data at once", async () => {
  const data = utf8("abc");
  const promise = subtle.digest("SHA-1", data);
  data.fill(0);
  assert_equals(hex(await promise), "a9993e364706816aba3e25717850c26c9cd0d89d");
});
promise_test("digest gives an ArrayBuffer", async () => {
  assert_true((await subtle.digest("SHA-1", utf8(""))) instanceof ArrayBuffer);
});
rejects("digest of an unknown hash", "NotSupportedError", () => subtle.digest("SHA-0", utf8("")));
rejects("digest with AES", "NotSupportedError", () => subtle.digest("AES-GCM", utf8("")));
rejects("digest of a text", TypeError, () => subtle.digest("SHA-1", "abc"));
rejects("digest without data", TypeError, () => subtle.digest("SHA-1"));
rejects("digest with an algorithm without a name", TypeError, () => subtle.digest({}, utf8("")));
rejects("digest without its object", TypeError, () => (0, subtle.digest)("SHA-1", utf8("")));

// -- HMAC. https://www.rfc-editor.org/rfc/rfc4231

function authenticates(name, hash, key, data, expected) {
  promise_test(name, async () => {
    const made = await raw(key, { name: "HMAC", hash }, ["sign", "verify"]);
    assert_equals(hex(await subtle.sign("HMAC", made, data)), expected);
    assert_true(await subtle.verify("HMAC", made, unhex(expected), data));
    assert_false(await subtle.verify("HMAC", made, unhex(expected), utf8("other")));
    assert_false(await subtle.verify("HMAC", made, unhex(expected).subarray(1), data));
  });
}
authenticates(
  "HMAC-SHA-1",
  "SHA-1",
  utf8("Jefe"),
  utf8("what do ya want for nothing?"),
  "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
);
authenticates(
  "HMAC-SHA-256",
  "SHA-256",
  utf8("Jefe"),
  utf8("what do ya want for nothing?"),
  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
);
authenticates(
  "HMAC-SHA-384",
  "SHA-384",
  utf8("Jefe"),
  utf8("what do ya want for nothing?"),
  "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
);
authenticates(
  "HMAC-SHA-512",
  "SHA-512",
  utf8("Jefe"),
  utf8("what do ya want for nothing?"),
  "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554" +
    "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
);
authenticates(
  "HMAC with a key longer than a block",
  "SHA-256",
  new Uint8Array(131).fill(0xaa),
  utf8("Test Using Larger Than Block-Size Key - Hash Key First"),
  "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
);
promise_test("an HMAC key says what it is", async () => {
  const key = await raw(new Uint8Array(20), { name: "hmac", hash: { name: "sha-256" } }, ["verify", "sign"]);
  assert_equals(key.type, "secret");
  assert_true(key.extractable);
  assert_object_equals(key.algorithm, { name: "HMAC", hash: { name: "SHA-256" }, length: 160 });
  assert_object_equals(key.usages, ["sign", "verify"]);
  assert_equals(key.algorithm, key.algorithm);
  assert_equals(String(key), "[object CryptoKey]");
});
promise_test("a new HMAC key is as long as its hash's block", async () => {
  const make = async (hash) => (await pair({ name: "HMAC", hash }, ["sign"])).algorithm.length;
  assert_equals(await make("SHA-1"), 512);
  assert_equals(await make("SHA-256"), 512);
  assert_equals(await make("SHA-384"), 1024);
  assert_equals(await make("SHA-512"), 1024);
});
promise_test("an HMAC key as a JSON Web Key and back", async () => {
  const key = await raw(utf8("secret!?"), { name: "HMAC", hash: "SHA-512" }, ["sign"]);
  const jwk = await subtle.exportKey("jwk", key);
  assert_object_equals(jwk, { kty: "oct", k: "c2VjcmV0IT8", alg: "HS512", key_ops: ["sign"], ext: true });
  const again = await subtle.importKey("jwk", jwk, { name: "HMAC", hash: "SHA-512" }, true, ["sign"]);
  assert_equals(hex(await subtle.exportKey("raw", again)), hex(utf8("secret!?")));
});
rejects("an empty HMAC key", "DataError", () =>
  raw(new Uint8Array(), { name: "HMAC", hash: "SHA-1" }, ["sign"]),
);
rejects("an HMAC key without a hash", TypeError, () => raw(new Uint8Array(9), "HMAC", ["sign"]));
rejects("an HMAC key of another length", "DataError", () => {
  return raw(new Uint8Array(4), { name: "HMAC", hash: "SHA-1", length: 40 }, ["sign"]);
});
rejects("an HMAC key that encrypts", "SyntaxError", () => {
  return raw(new Uint8Array(4), { name: "HMAC", hash: "SHA-1" }, ["encrypt"]);
});
rejects("a key without usages", "SyntaxError", () =>
  raw(new Uint8Array(4), { name: "HMAC", hash: "SHA-1" }, []),
);
rejects("a usage that is none", TypeError, () => {
  return raw(new Uint8Array(4), { name: "HMAC", hash: "SHA-1" }, ["sing"]);
});
rejects("signing without the usage", "InvalidAccessError", async () => {
  return subtle.sign(
    "HMAC",
    await raw(new Uint8Array(4), { name: "HMAC", hash: "SHA-1" }, ["verify"]),
    utf8(""),
  );
});
rejects("signing with a key of another algorithm", "InvalidAccessError", async () => {
  const key = await raw(new Uint8Array(4), { name: "HMAC", hash: "SHA-1" }, ["sign"]);
  return subtle.sign({ name: "ECDSA", hash: "SHA-1" }, key, utf8(""));
});
rejects("signing with what is no key", TypeError, () => subtle.sign("HMAC", {}, utf8("")));
rejects("exporting what is not extractable", "InvalidAccessError", async () => {
  const key = await subtle.importKey("raw", new Uint8Array(4), { name: "HMAC", hash: "SHA-1" }, false, [
    "sign",
  ]);
  return subtle.exportKey("raw", key);
});
rejects("a format that is none", TypeError, () =>
  subtle.importKey("der", new Uint8Array(4), "HKDF", false, []),
);
rejects("a JSON Web Key of another kind", "DataError", () => {
  return subtle.importKey("jwk", { kty: "RSA", k: "AA" }, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]);
});
rejects("a JSON Web Key with another alg", "DataError", () => {
  const jwk = { kty: "oct", k: "AAAA", alg: "HS256" };
  return subtle.importKey("jwk", jwk, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]);
});
rejects("a JSON Web Key for another use", "DataError", () => {
  const jwk = { kty: "oct", k: "AAAA", use: "enc" };
  return subtle.importKey("jwk", jwk, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]);
});
rejects("a JSON Web Key with other operations", "DataError", () => {
  const jwk = { kty: "oct", k: "AAAA", key_ops: ["verify"] };
  return subtle.importKey("jwk", jwk, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]);
});
rejects("a JSON Web Key that is not to be extracted", "DataError", () => {
  const jwk = { kty: "oct", k: "AAAA", ext: false };
  return subtle.importKey("jwk", jwk, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]);
});
rejects("a JSON Web Key without its bytes", "DataError", () => {
  return subtle.importKey("jwk", { kty: "oct" }, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]);
});
rejects("bytes in place of a JSON Web Key", TypeError, () => {
  return subtle.importKey("jwk", new Uint8Array(4), { name: "HMAC", hash: "SHA-1" }, true, ["sign"]);
});

// -- AES

const KEY128 = unhex("2b7e151628aed2a6abf7158809cf4f3c");
const BLOCKS = unhex("6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51");

function encrypts(name, algorithm, key, data, expected) {
  promise_test(name, async () => {
    const made = await raw(key, algorithm.name, ["encrypt", "decrypt"]);
    assert_equals(hex(await subtle.encrypt(algorithm, made, data)), expected);
    assert_equals(hex(await subtle.decrypt(algorithm, made, unhex(expected))), hex(data));
  });
}
encrypts(
  "AES-CBC as in NIST SP 800-38A",
  { name: "AES-CBC", iv: unhex("000102030405060708090a0b0c0d0e0f") },
  KEY128,
  BLOCKS,
  "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b255e21d7100b988ffec32feeafaf23538",
);
encrypts(
  "AES-CTR as in NIST SP 800-38A",
  { name: "AES-CTR", counter: unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), length: 128 },
  KEY128,
  BLOCKS,
  "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff",
);
encrypts(
  "AES-GCM of nothing",
  { name: "AES-GCM", iv: new Uint8Array(12) },
  new Uint8Array(16),
  new Uint8Array(),
  "58e2fccefa7e3061367f1d57a4e7455a",
);
encrypts(
  "AES-GCM of a block",
  { name: "aes-gcm", iv: new Uint8Array(12) },
  new Uint8Array(32),
  new Uint8Array(16),
  "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
);
encrypts(
  "AES-GCM with additional data and a short tag",
  {
    name: "AES-GCM",
    iv: unhex("cafebabefacedbaddecaf888"),
    additionalData: unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    tagLength: 96,
  },
  unhex("feffe9928665731c6d6a8f9467308308"),
  unhex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" +
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
  ),
  "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e" +
    "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95a",
);
promise_test("AES-CTR wraps within the bits that count", async () => {
  const key = await raw(KEY128, "AES-CTR", ["encrypt"]);
  const counter = new Uint8Array(16).fill(0xff);
  const whole = await subtle.encrypt({ name: "AES-CTR", counter, length: 4 }, key, new Uint8Array(32));
  const wrapped = counter.slice();
  wrapped[15] = 0xf0;
  const second = await subtle.encrypt(
    { name: "AES-CTR", counter: wrapped, length: 4 },
    key,
    new Uint8Array(16),
  );
  assert_equals(hex(whole).slice(32), hex(second));
});
promise_test("a changed text is not decrypted", async () => {
  const key = await pair({ name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, key, utf8("attack at dawn")));
  sealed[3] ^= 1;
  await promise_rejects_dom("OperationError", subtle.decrypt({ name: "AES-GCM", iv }, key, sealed));
});
promise_test("other additional data is not accepted", async () => {
  const key = await pair({ name: "AES-GCM", length: 128 }, ["encrypt", "decrypt"]);
  const iv = new Uint8Array(12);
  const sealed = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8("a") }, key, utf8("x"));
  const given = { name: "AES-GCM", iv, additionalData: utf8("b") };
  await promise_rejects_dom("OperationError", subtle.decrypt(given, key, sealed));
});
promise_test("long data is encrypted and decrypted", async () => {
  const key = await pair({ name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"]);
  const data = crypto.getRandomValues(new Uint8Array(65536));
  const iv = new Uint8Array(12);
  const sealed = await subtle.encrypt({ name: "AES-GCM", iv }, key, new Uint8Array([...data, ...data]));
  assert_equals(sealed.byteLength, 131072 + 16);
  assert_equals((await subtle.decrypt({ name: "AES-GCM", iv }, key, sealed)).byteLength, 131072);
});
promise_test("a new AES key says what it is", async () => {
  const key = await subtle.generateKey({ name: "AES-CBC", length: 192 }, false, [
    "decrypt",
    "encrypt",
    "encrypt",
  ]);
  assert_object_equals(key.algorithm, { name: "AES-CBC", length: 192 });
  assert_object_equals(key.usages, ["decrypt", "encrypt"]);
  assert_false(key.extractable);
});
promise_test("an AES key as a JSON Web Key", async () => {
  const jwk = await subtle.exportKey("jwk", await raw(KEY128, "AES-GCM", ["encrypt"]));
  assert_equals(jwk.alg, "A128GCM");
  assert_equals(jwk.k, "K34VFiiu0qar9xWICc9PPA");
});
rejects("an AES key of 15 bytes", "DataError", () => raw(new Uint8Array(15), "AES-GCM", ["encrypt"]));
rejects("a new AES key of 129 bits", "OperationError", () =>
  pair({ name: "AES-GCM", length: 129 }, ["encrypt"]),
);
rejects("a new AES key without a length", TypeError, () => pair({ name: "AES-GCM" }, ["encrypt"]));
rejects("a new AES key without usages", "SyntaxError", () => pair({ name: "AES-GCM", length: 128 }, []));
rejects("a new AES key that signs", "SyntaxError", () => pair({ name: "AES-GCM", length: 128 }, ["sign"]));
rejects("AES-CBC with a short iv", "OperationError", async () => {
  const key = await raw(KEY128, "AES-CBC", ["encrypt"]);
  return subtle.encrypt({ name: "AES-CBC", iv: new Uint8Array(15) }, key, utf8(""));
});
rejects("AES-CBC without an iv", TypeError, async () => {
  return subtle.encrypt("AES-CBC", await raw(KEY128, "AES-CBC", ["encrypt"]), utf8(""));
});
rejects("AES-CBC of half a block", "OperationError", async () => {
  const key = await raw(KEY128, "AES-CBC", ["decrypt"]);
  return subtle.decrypt({ name: "AES-CBC", iv: new Uint8Array(16) }, key, new Uint8Array(8));
});
rejects("AES-GCM with a tag of 127 bits", "OperationError", async () => {
  const key = await raw(KEY128, "AES-GCM", ["encrypt"]);
  return subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12), tagLength: 127 }, key, utf8(""));
});
rejects("AES-GCM with a tag of 256 bits", TypeError, async () => {
  const key = await raw(KEY128, "AES-GCM", ["encrypt"]);
  return subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12), tagLength: 256 }, key, utf8(""));
});
rejects("AES-CTR that counts with no bits", "OperationError", async () => {
  const key = await raw(KEY128, "AES-CTR", ["encrypt"]);
  return subtle.encrypt({ name: "AES-CTR", counter: new Uint8Array(16), length: 0 }, key, utf8(""));
});
rejects("AES-CTR longer than it can count", "OperationError", async () => {
  const key = await raw(KEY128, "AES-CTR", ["encrypt"]);
  return subtle.encrypt({ name: "AES-CTR", counter: new Uint8Array(16), length: 1 }, key, new Uint8Array(33));
});
