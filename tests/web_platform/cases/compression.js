// The facts of https://compression.spec.whatwg.org/ and of RFC 1950, 1951 and 1952
const text = (given) => new TextEncoder().encode(given);
const hex = (given) => Uint8Array.fromHex(given);
const HELLO = {
  gzip: hex("1f8b0800000000000003cb48cdc9c907008 6a6103605000000".replaceAll(" ", "")),
  deflate: hex("789ccb48cdc9c907000 62c0215".replaceAll(" ", "")),
  "deflate-raw": hex("cb48cdc9c90700"),
};
async function through(chunks, stream) {
  const parts = await Array.fromAsync(ReadableStream.from(chunks).pipeThrough(stream));
  if (!parts.every((part) => part instanceof Uint8Array)) throw new TypeError("a chunk is no Uint8Array");
  return new Blob(parts).bytes();
}
const inflate = (format, ...chunks) => through(chunks, new DecompressionStream(format));
const deflate = (format, ...chunks) => through(chunks, new CompressionStream(format));
const decode = (given) => new TextDecoder().decode(given);

function inflates(name, format, make, expected) {
  promise_test(name, async () =>
    assert_equals(decode(await inflate(format, ...make(HELLO[format]))), expected),
  );
}
function corrupt(name, format, make) {
  promise_test(name, () => promise_rejects_js(TypeError, inflate(format, ...make(HELLO[format]))));
}
function returns(name, format, chunks) {
  promise_test(name, async () => {
    const whole = await new Blob(chunks).bytes();
    assert_array_equals(await inflate(format, await deflate(format, ...chunks)), whole);
  });
}
const NOISE = Uint8Array.from({ length: 70_000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255);

inflates("gzip", "gzip", (all) => [all], "hello");
inflates("deflate", "deflate", (all) => [all], "hello");
inflates("deflate-raw", "deflate-raw", (all) => [all], "hello");
inflates("gzip byte by byte", "gzip", (all) => [...all].map((byte) => new Uint8Array([byte])), "hello");
inflates("deflate byte by byte", "deflate", (all) => [...all].map((byte) => new Uint8Array([byte])), "hello");
inflates("deflate-raw in halves", "deflate-raw", (all) => [all.slice(0, 3), all.slice(3)], "hello");
inflates("an empty chunk says nothing", "gzip", (all) => [new Uint8Array(), all, new Uint8Array()], "hello");
inflates("an ArrayBuffer", "gzip", (all) => [all.buffer], "hello");
inflates(
  "a part of a buffer",
  "deflate",
  (all) => {
    const wide = new Uint8Array(all.length + 4);
    wide.set(all, 2);
    return [wide.subarray(2, -2)];
  },
  "hello",
);
inflates("a DataView", "deflate", (all) => [new DataView(all.buffer)], "hello");
corrupt("nothing is no gzip", "gzip", () => []);
corrupt("nothing is no deflate", "deflate", () => []);
corrupt("gzip that ends early", "gzip", (all) => [all.slice(0, -1)]);
corrupt("deflate that ends early", "deflate", (all) => [all.slice(0, -1)]);
corrupt("deflate-raw that ends early", "deflate-raw", (all) => [all.slice(0, -1)]);
corrupt("gzip with something behind", "gzip", (all) => [all, text("x")]);
corrupt("gzip with NUL behind", "gzip", (all) => [new Uint8Array([...all, 0])]);
corrupt("deflate with something behind", "deflate", (all) => [new Uint8Array([...all, 1])]);
corrupt("deflate-raw with something behind", "deflate-raw", (all) => [all, new Uint8Array([0])]);
corrupt("gzip of another magic number", "gzip", (all) => [all.with(0, 0x1e)]);
corrupt("gzip of another method", "gzip", (all) => [all.with(2, 7)]);
corrupt("gzip of another checksum", "gzip", (all) => [all.with(all.length - 8, 0x87)]);
corrupt("gzip of another length", "gzip", (all) => [all.with(all.length - 4, 6)]);
corrupt("deflate of another header", "deflate", (all) => [all.with(0, 0x79)]);
corrupt("deflate of another checksum", "deflate", (all) => [all.with(all.length - 1, 0x16)]);
corrupt("deflate where gzip is meant", "gzip", () => [HELLO.deflate]);
corrupt("gzip where deflate is meant", "deflate", () => [HELLO.gzip]);
corrupt("a block of a kind that is none", "deflate-raw", () => [new Uint8Array([7])]);
corrupt("a text", "gzip", () => ["hello"]);
corrupt("null", "gzip", () => [null]);
corrupt("an array", "deflate", (all) => [[...all]]);

returns("nothing through gzip and back", "gzip", []);
returns("nothing through deflate and back", "deflate", []);
returns("nothing through deflate-raw and back", "deflate-raw", []);
returns("a text through gzip and back", "gzip", [text("hello hello hello"), text(" and more")]);
returns("noise through gzip and back", "gzip", [NOISE]);
returns("noise through deflate and back", "deflate", [NOISE, NOISE]);
returns("noise through deflate-raw and back", "deflate-raw", [NOISE]);
promise_test("what repeats gets small", async () => {
  const made = await deflate("gzip", new Uint8Array(100_000));
  assert_true(made.length < 300, `${made.length}`);
});
promise_test("gzip begins as gzip does", async () => {
  assert_array_equals((await deflate("gzip", text("a"))).subarray(0, 3), [0x1f, 0x8b, 8]);
});
promise_test("deflate begins as zlib does", async () => {
  const [method, flags] = await deflate("deflate", text("a"));
  assert_equals(method, 0x78);
  assert_equals((method * 256 + flags) % 31, 0);
});
promise_test("compression takes no text", () => promise_rejects_js(TypeError, deflate("gzip", "hello")));
promise_test("a chunk that is written to later", async () => {
  const chunk = text("aaaa");
  const stream = new CompressionStream("gzip");
  const writer = stream.writable.getWriter();
  const reading = Array.fromAsync(stream.readable);
  await writer.write(chunk);
  chunk.fill(0);
  await writer.close();
  assert_equals(decode(await inflate("gzip", ...(await reading))), "aaaa");
});
test("the lengths", () =>
  assert_array_equals([CompressionStream.length, DecompressionStream.length], [1, 1]));
test("a format that is unknown", () => assert_throws_js(TypeError, () => new CompressionStream("br")));
test("a format in another case", () => assert_throws_js(TypeError, () => new DecompressionStream("GZIP")));
test("no format", () => assert_throws_js(TypeError, () => new CompressionStream()));
test("no format to decompress", () => assert_throws_js(TypeError, () => new DecompressionStream()));
test("without new", () => assert_throws_js(TypeError, () => CompressionStream("gzip")));
test("readable of none", () => assert_throws_js(TypeError, () => CompressionStream.prototype.readable));
test("writable of none", () => assert_throws_js(TypeError, () => DecompressionStream.prototype.writable));
test("the form", () => {
  const stream = new DecompressionStream("gzip");
  assert_equals(Object.prototype.toString.call(stream), "[object DecompressionStream]");
  assert_true(stream.readable instanceof ReadableStream && stream.writable instanceof WritableStream);
  assert_array_equals(Object.keys(CompressionStream.prototype).sort(), ["readable", "writable"]);
});
