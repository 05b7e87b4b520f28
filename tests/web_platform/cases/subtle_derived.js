// Derivation and wrapping of keys: https://w3c.github.io/webcrypto/, and the algorithms' own documents
const { subtle } = crypto;
const hex = (bytes) => new Uint8Array(bytes).toHex();
const unhex = (text) => Uint8Array.fromHex(text.replaceAll(" ", ""));
const utf8 = (text) => new TextEncoder().encode(text);
const raw = (bytes, algorithm, usages) => subtle.importKey("raw", bytes, algorithm, true, usages);

const KEY128 = unhex("2b7e151628aed2a6abf7158809cf4f3c");

function rejects(name, error, run) {
  promise_test(name, async () => {
    if (typeof error === "string") await promise_rejects_dom(error, run());
    else await promise_rejects_js(error, run());
  });
}
async function pair(algorithm, usages) {
  return subtle.generateKey(algorithm, true, usages);
}

// -- derivation

function derives(name, algorithm, secret, bits, expected) {
  promise_test(name, async () => {
    const key = await subtle.importKey("raw", secret, algorithm.name, false, ["deriveBits"]);
    assert_equals(hex(await subtle.deriveBits(algorithm, key, bits)), expected);
  });
}
derives(
  "PBKDF2 with SHA-1, as in RFC 6070",
  { name: "PBKDF2", hash: "SHA-1", salt: utf8("salt"), iterations: 4096 },
  utf8("password"),
  160,
  "4b007901b765489abead49d926f721d065a429c1",
);
derives(
  "PBKDF2 with SHA-256",
  { name: "PBKDF2", hash: "SHA-256", salt: utf8("salt"), iterations: 1 },
  utf8("passwd"),
  512,
  "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc" +
    "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
);
derives(
  "HKDF with SHA-256, as in RFC 5869",
  {
    name: "HKDF",
    hash: "SHA-256",
    salt: unhex("000102030405060708090a0b0c"),
    info: unhex("f0f1f2f3f4f5f6f7f8f9"),
  },
  new Uint8Array(22).fill(0x0b),
  336,
  "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
);
derives(
  "HKDF without salt and info",
  { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new Uint8Array() },
  new Uint8Array(22).fill(0x0b),
  336,
  "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
);
promise_test("deriveKey makes a key to encrypt with", async () => {
  const base = await subtle.importKey("raw", utf8("password"), "PBKDF2", false, ["deriveKey"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt: utf8("salt"), iterations: 1000 };
  const key = await subtle.deriveKey(algorithm, base, { name: "AES-GCM", length: 256 }, true, ["encrypt"]);
  assert_object_equals(key.algorithm, { name: "AES-GCM", length: 256 });
  assert_equals((await subtle.exportKey("raw", key)).byteLength, 32);
});
promise_test("deriveKey makes an HMAC key of a block's length", async () => {
  const base = await subtle.importKey("raw", utf8("secret"), "HKDF", false, ["deriveKey"]);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new Uint8Array() };
  const key = await subtle.deriveKey(algorithm, base, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
  assert_equals(key.algorithm.length, 512);
});
const pbkdf2 = (changes, bits, usages = ["deriveBits"]) => {
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt: utf8("salt"), iterations: 1, ...changes };
  return subtle
    .importKey("raw", utf8("password"), "PBKDF2", false, usages)
    .then((key) => subtle.deriveBits(algorithm, key, bits));
};
rejects("PBKDF2 with no iterations", "OperationError", () => pbkdf2({ iterations: 0 }, 256));
rejects("PBKDF2 with 100,001 iterations", "NotSupportedError", () => pbkdf2({ iterations: 100_001 }, 256));
rejects("PBKDF2 of 7 bits", "OperationError", () => pbkdf2({}, 7));
rejects("PBKDF2 of no given length", "OperationError", () => pbkdf2({}, null));
rejects("PBKDF2 of more than 256 bytes", "OperationError", () => pbkdf2({}, 257 * 8));
rejects("PBKDF2 without the usage", "InvalidAccessError", () => pbkdf2({}, 256, ["deriveKey"]));
rejects("PBKDF2 with an unknown hash", "NotSupportedError", () => pbkdf2({ hash: "SHA-7" }, 256));
rejects("a PBKDF2 key that is extractable", "SyntaxError", () => {
  return subtle.importKey("raw", utf8("password"), "PBKDF2", true, ["deriveBits"]);
});
rejects("a PBKDF2 key as a JSON Web Key", "NotSupportedError", () => {
  return subtle.importKey("jwk", { kty: "oct", k: "AA" }, "PBKDF2", false, ["deriveBits"]);
});
rejects("HKDF of more than 255 hashes", "OperationError", async () => {
  const key = await subtle.importKey("raw", utf8("secret"), "HKDF", false, ["deriveBits"]);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new Uint8Array() };
  return subtle.deriveBits(algorithm, key, 256 * 32 * 8);
});
rejects("HKDF without info", TypeError, async () => {
  const key = await subtle.importKey("raw", utf8("secret"), "HKDF", false, ["deriveBits"]);
  return subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array() }, key, 8);
});

// -- wrapping

promise_test("AES-KW as in RFC 3394", async () => {
  const wrapping = await raw(unhex("000102030405060708090A0B0C0D0E0F"), "AES-KW", ["wrapKey", "unwrapKey"]);
  const key = await raw(unhex("00112233445566778899AABBCCDDEEFF"), "AES-GCM", ["encrypt"]);
  const wrapped = await subtle.wrapKey("raw", key, wrapping, "AES-KW");
  assert_equals(hex(wrapped), "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
  const again = await subtle.unwrapKey("raw", wrapped, wrapping, "AES-KW", "AES-GCM", true, ["decrypt"]);
  assert_equals(hex(await subtle.exportKey("raw", again)), "00112233445566778899aabbccddeeff");
});
promise_test("a JSON Web Key is wrapped with AES-GCM and unwrapped", async () => {
  const wrapping = await pair({ name: "AES-GCM", length: 256 }, ["wrapKey", "unwrapKey"]);
  const key = await raw(utf8("0123456789"), { name: "HMAC", hash: "SHA-256" }, ["sign"]);
  const how = { name: "AES-GCM", iv: new Uint8Array(12) };
  const wrapped = await subtle.wrapKey("jwk", key, wrapping, how);
  const kind = { name: "HMAC", hash: "SHA-256" };
  const again = await subtle.unwrapKey("jwk", wrapped, wrapping, how, kind, true, ["sign"]);
  assert_equals(hex(await subtle.exportKey("raw", again)), hex(utf8("0123456789")));
});
rejects("wrapping without the usage", "InvalidAccessError", async () => {
  const wrapping = await pair({ name: "AES-KW", length: 128 }, ["unwrapKey"]);
  return subtle.wrapKey("raw", await raw(KEY128, "AES-GCM", ["encrypt"]), wrapping, "AES-KW");
});
rejects("unwrapping what was not wrapped", "OperationError", async () => {
  const wrapping = await pair({ name: "AES-KW", length: 128 }, ["unwrapKey"]);
  return subtle.unwrapKey("raw", new Uint8Array(24), wrapping, "AES-KW", "AES-GCM", true, ["decrypt"]);
});
rejects("wrapping what is not extractable", "InvalidAccessError", async () => {
  const wrapping = await pair({ name: "AES-KW", length: 128 }, ["wrapKey"]);
  const key = await subtle.importKey("raw", KEY128, "AES-GCM", false, ["encrypt"]);
  return subtle.wrapKey("raw", key, wrapping, "AES-KW");
});
