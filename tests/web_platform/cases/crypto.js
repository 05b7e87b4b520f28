// The facts of https://w3c.github.io/webcrypto/#Crypto-interface, and of Workers' additions
function fills(name, view) {
  test(name, () => {
    assert_equals(crypto.getRandomValues(view), view);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    assert_true(new Set(bytes).size > 16, "it looks random");
  });
}
function mismatches(name, make) {
  test(name, () => assert_throws_dom("TypeMismatchError", () => crypto.getRandomValues(make())));
}

fills("getRandomValues fills a Int8Array", new Int8Array(256));
fills("getRandomValues fills a Uint8Array", new Uint8Array(256));
fills("getRandomValues fills a Uint8ClampedArray", new Uint8ClampedArray(256));
fills("getRandomValues fills a Int16Array", new Int16Array(128));
fills("getRandomValues fills a Uint16Array", new Uint16Array(128));
fills("getRandomValues fills a Int32Array", new Int32Array(64));
fills("getRandomValues fills a Uint32Array", new Uint32Array(64));
fills("getRandomValues fills a BigInt64Array", new BigInt64Array(32));
fills("getRandomValues fills a BigUint64Array", new BigUint64Array(32));
fills("getRandomValues fills 65,536 bytes", new Uint8Array(65536));
mismatches("getRandomValues refuses a Float32Array", () => new Float32Array(1));
mismatches("getRandomValues refuses a Float64Array", () => new Float64Array(1));
mismatches("getRandomValues refuses a Float16Array", () => new Float16Array(1));
mismatches("getRandomValues refuses a DataView", () => new DataView(new ArrayBuffer(1)));
test("getRandomValues refuses an ArrayBuffer", () => {
  assert_throws_js(TypeError, () => crypto.getRandomValues(new ArrayBuffer(8)));
});
test("getRandomValues refuses an array", () => {
  assert_throws_js(TypeError, () => crypto.getRandomValues([1, 2]));
});
test("getRandomValues needs an argument", () => {
  assert_throws_js(TypeError, () => crypto.getRandomValues());
});
test("getRandomValues refuses 65,537 bytes", () => {
  assert_throws_dom("QuotaExceededError", () => crypto.getRandomValues(new Uint8Array(65537)));
});
test("getRandomValues takes an empty array", () => {
  assert_equals(crypto.getRandomValues(new Uint8Array(0)).length, 0);
});
test("getRandomValues touches nothing but the view", () => {
  const whole = new Uint8Array(300);
  crypto.getRandomValues(whole.subarray(100, 200));
  assert_true(whole.subarray(0, 100).every((byte) => byte === 0));
  assert_true(whole.subarray(200).every((byte) => byte === 0));
  assert_false(whole.subarray(100, 200).every((byte) => byte === 0));
});
test("getRandomValues needs its crypto", () => {
  const { getRandomValues } = crypto;
  assert_throws_js(TypeError, () => getRandomValues(new Uint8Array(1)));
});

test("randomUUID gives a version 4", () => {
  for (let i = 0; i < 50; i++) {
    assert_true(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
    );
  }
});
test("randomUUID never repeats", () => {
  const made = new Set(Array.from({ length: 200 }, () => crypto.randomUUID()));
  assert_equals(made.size, 200);
});
test("randomUUID uses every variant", () => {
  const made = new Set(Array.from({ length: 200 }, () => crypto.randomUUID()[19]));
  assert_array_equals([...made].sort(), ["8", "9", "a", "b"]);
});

test("crypto is a Crypto, which nobody makes", () => {
  assert_true(crypto instanceof Crypto);
  assert_equals(String(crypto), "[object Crypto]");
  assert_throws_js(TypeError, () => new Crypto());
});
test("crypto.subtle is a SubtleCrypto, and the same one", () => {
  assert_true(crypto.subtle instanceof SubtleCrypto);
  assert_equals(crypto.subtle, crypto.subtle);
  assert_throws_js(TypeError, () => new SubtleCrypto());
});
test("nobody makes a CryptoKey", () => {
  assert_throws_js(TypeError, () => new CryptoKey());
});
test("timingSafeEqual compares bytes", () => {
  const { subtle } = crypto;
  assert_true(subtle.timingSafeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 2]).buffer));
  assert_false(subtle.timingSafeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 3])));
  assert_throws_js(TypeError, () => subtle.timingSafeEqual(new Uint8Array(1), new Uint8Array(2)));
  assert_throws_js(TypeError, () => subtle.timingSafeEqual("a", "a"));
});
promise_test("DigestStream hashes what is written", async () => {
  const stream = new crypto.DigestStream("SHA-256");
  const writer = stream.getWriter();
  await writer.write(new Uint8Array([0x61]));
  await writer.write(new Uint8Array([0x62, 0x63]).buffer);
  await writer.close();
  const found = new Uint8Array(await stream.digest).toHex();
  assert_equals(found, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert_true(stream instanceof WritableStream);
});
promise_test("a DigestStream that is aborted has no digest", async () => {
  const stream = new crypto.DigestStream("SHA-1");
  const reason = new Error("enough");
  await stream.abort(reason);
  await promise_rejects_exactly(reason, stream.digest);
});
test("a DigestStream needs a hash that is known", () => {
  assert_throws_dom("NotSupportedError", () => new crypto.DigestStream("SHA-7"));
});
