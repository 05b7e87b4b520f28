// The facts of https://encoding.spec.whatwg.org/
const utf8 = (text) => [...new TextEncoder().encode(text)];
const bytes = (...given) => new Uint8Array(given);

function encodes(name, text, expected) {
  test(name, () => assert_array_equals(utf8(text), expected));
}
function decodes(name, given, expected, label = "utf-8") {
  test(name, () => assert_equals(new TextDecoder(label).decode(bytes(...given)), expected));
}
function fatal(name, given, label = "utf-8") {
  test(name, () => {
    assert_throws_js(TypeError, () => new TextDecoder(label, { fatal: true }).decode(bytes(...given)));
  });
}
function means(name, labels, expected) {
  test(name, () => {
    for (const label of labels) assert_equals(new TextDecoder(label).encoding, expected, label);
  });
}

encodes("encode nothing", "", []);
encodes("encode ASCII", "az\0\x7f", [97, 122, 0, 127]);
encodes("encode two bytes", "\x80é\u07ff", [0xc2, 0x80, 0xc3, 0xa9, 0xdf, 0xbf]);
encodes("encode three bytes", "\u0800€\uffff", [0xe0, 0xa0, 0x80, 0xe2, 0x82, 0xac, 0xef, 0xbf, 0xbf]);
encodes("encode four bytes", "\u{10000}\u{10ffff}", [0xf0, 0x90, 0x80, 0x80, 0xf4, 0x8f, 0xbf, 0xbf]);
encodes("encode a leading surrogate", "\ud800", [0xef, 0xbf, 0xbd]);
encodes("encode a trailing surrogate", "a\udc00b", [97, 0xef, 0xbf, 0xbd, 98]);
encodes("encode surrogates in the wrong order", "\udc00\ud800", [0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd]);
encodes("encode a byte order mark", "\ufeff", [0xef, 0xbb, 0xbf]);
encodes("encode undefined", undefined, []);
encodes("encode null", null, [110, 117, 108, 108]);
encodes("encode a number", 12, [49, 50]);
test("encode without an argument", () => assert_equals(new TextEncoder().encode().length, 0));
test("encode gives a Uint8Array of its own buffer", () => {
  const made = new TextEncoder().encode("ab");
  assert_equals(Object.getPrototypeOf(made), Uint8Array.prototype);
  assert_equals(made.buffer.byteLength, 2);
});
test("the encoder's encoding", () => assert_equals(new TextEncoder().encoding, "utf-8"));

function into(name, text, size, expected, read) {
  test(name, () => {
    const target = new Uint8Array(size).fill(0x80);
    const done = new TextEncoder().encodeInto(text, target);
    assert_object_equals(done, { read, written: expected.length });
    assert_array_equals(target.subarray(0, done.written), expected);
    assert_true(target.subarray(done.written).every((byte) => byte === 0x80));
  });
}
into("encodeInto with room", "ab", 4, [97, 98], 2);
into("encodeInto with just room", "é", 2, [0xc3, 0xa9], 1);
into("encodeInto no room", "a", 0, [], 0);
into("encodeInto half a character", "aé", 2, [97], 1);
into("encodeInto half a pair", "a😀", 4, [97], 1);
into("encodeInto a pair", "😀b", 4, [0xf0, 0x9f, 0x98, 0x80], 2);
into("encodeInto a lone surrogate", "\ud800b", 4, [0xef, 0xbf, 0xbd, 98], 2);
into("encodeInto nothing", "", 4, [], 0);
into("encodeInto many of three bytes", "€€€€", 7, [0xe2, 0x82, 0xac, 0xe2, 0x82, 0xac], 2);
into("encodeInto after a long text of ASCII", "aaaaaaaaé", 9, [97, 97, 97, 97, 97, 97, 97, 97], 8);
test("encodeInto a part of a buffer", () => {
  const whole = new Uint8Array(6);
  new TextEncoder().encodeInto("abcd", whole.subarray(2, 4));
  assert_array_equals(whole, [0, 0, 97, 98, 0, 0]);
});
refused("encodeInto an ArrayBuffer", () => new TextEncoder().encodeInto("a", new ArrayBuffer(8)));
refused("encodeInto a Uint8ClampedArray", () => new TextEncoder().encodeInto("a", new Uint8ClampedArray(8)));
refused("encodeInto a DataView", () => new TextEncoder().encodeInto("a", new DataView(new ArrayBuffer(8))));
refused("encodeInto an array", () => new TextEncoder().encodeInto("a", [1, 2]));
refused("encodeInto without a target", () => new TextEncoder().encodeInto("a"));
refused("TextEncoder without new", () => TextEncoder());
refused("encode of no encoder", () => TextEncoder.prototype.encode.call({}, "a"));
refused("the encoding of no encoder", () => TextEncoder.prototype.encoding);

decodes("decode nothing", [], "");
decodes("decode ASCII", [97, 0, 127], "a\0\x7f");
decodes("decode two, three and four bytes", [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80], "é€😀");
decodes("decode takes the mark away", [0xef, 0xbb, 0xbf, 97], "a");
decodes("decode takes one mark away", [0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], "\ufeff");
decodes("decode keeps a mark inside", [97, 0xef, 0xbb, 0xbf], "a\ufeff");
decodes("decode 0xff", [0xff], "\ufffd");
decodes("decode a continuation alone", [0x80, 97], "\ufffda");
decodes("decode a lead at the end", [0xc3], "\ufffd");
decodes("decode a lead before ASCII", [0xe2, 97], "\ufffda");
decodes("decode two thirds of a character", [0xe2, 0x82], "\ufffd");
decodes("decode two thirds before ASCII", [0xe2, 0x82, 97], "\ufffda");
decodes("decode three quarters of a character", [0xf0, 0x9f, 0x98], "\ufffd");
decodes("decode an overlong NUL", [0xc0, 0x80], "\ufffd\ufffd");
decodes("decode an overlong slash", [0xe0, 0x80, 0xaf], "\ufffd\ufffd\ufffd");
decodes("decode an overlong of four", [0xf0, 0x80, 0x80, 0xaf], "\ufffd\ufffd\ufffd\ufffd");
decodes("decode a surrogate's bytes", [0xed, 0xa0, 0x80], "\ufffd\ufffd\ufffd");
decodes("decode beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80], "\ufffd\ufffd\ufffd\ufffd");
decodes("decode 0xf8", [0xf8, 0x88, 0x80, 0x80, 0x80], "\ufffd\ufffd\ufffd\ufffd\ufffd");
decodes("decode the last before the surrogates", [0xed, 0x9f, 0xbf], "\ud7ff");
decodes("decode the first after the surrogates", [0xee, 0x80, 0x80], "\ue000");
decodes("decode U+FFFD itself", [0xef, 0xbf, 0xbd], "\ufffd");
fatal("fatal 0xff", [0xff]);
fatal("fatal overlong", [0xc0, 0x80]);
fatal("fatal surrogate", [0xed, 0xa0, 0x80]);
fatal("fatal truncated", [97, 0xe2, 0x82]);
fatal("fatal beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]);
fatal("fatal UTF-16 of one byte", [0x61], "utf-16le");
fatal("fatal UTF-16 with a lone surrogate", [0x00, 0xd8, 0x61, 0x00], "utf-16le");
fatal("fatal single byte that means nothing", [0x81, 0xff], "windows-1253");
test("fatal of what is well-formed", () => {
  assert_equals(new TextDecoder("utf-8", { fatal: true }).decode(bytes(0xc3, 0xa9)), "é");
});
test("a fatal decoder goes on after an error", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  assert_throws_js(TypeError, () => decoder.decode(bytes(0xff)));
  assert_equals(decoder.decode(bytes(97)), "a");
});
test("a mark is kept when it is asked for", () => {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  assert_equals(decoder.decode(bytes(0xef, 0xbb, 0xbf, 97)), "\ufeffa");
});
test("the mark of each whole input goes", () => {
  const decoder = new TextDecoder();
  assert_equals(decoder.decode(bytes(0xef, 0xbb, 0xbf, 97)), "a");
  assert_equals(decoder.decode(bytes(0xef, 0xbb, 0xbf, 98)), "b");
});
test("a mark in three pieces goes", () => {
  const decoder = new TextDecoder();
  const pieces = [0xef, 0xbb, 0xbf, 97].map((byte) => decoder.decode(bytes(byte), { stream: true }));
  assert_equals(pieces.join(""), "a");
});
test("a second piece keeps its mark", () => {
  const decoder = new TextDecoder();
  decoder.decode(bytes(97), { stream: true });
  assert_equals(decoder.decode(bytes(0xef, 0xbb, 0xbf)), "\ufeff");
});
test("characters in pieces", () => {
  const decoder = new TextDecoder();
  let text = "";
  for (const byte of new TextEncoder().encode("aé€😀")) text += decoder.decode(bytes(byte), { stream: true });
  assert_equals(text + decoder.decode(), "aé€😀");
});
test("half a character at the end of the pieces", () => {
  const decoder = new TextDecoder();
  assert_equals(decoder.decode(bytes(0xe2, 0x82), { stream: true }), "");
  assert_equals(decoder.decode(), "\ufffd");
  assert_equals(decoder.decode(bytes(0xac)), "\ufffd");
});
test("half a character and then another", () => {
  const decoder = new TextDecoder();
  assert_equals(decoder.decode(bytes(0xe2, 0x82), { stream: true }), "");
  assert_equals(decoder.decode(bytes(97), { stream: true }), "\ufffda");
});
test("fatal half a character at the end of the pieces", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  assert_equals(decoder.decode(bytes(0xe2), { stream: true }), "");
  assert_throws_js(TypeError, () => decoder.decode());
});
test("decode an ArrayBuffer", () => assert_equals(new TextDecoder().decode(bytes(97, 98).buffer), "ab"));
test("decode a part of a buffer", () => {
  assert_equals(new TextDecoder().decode(bytes(97, 98, 99).subarray(1, 2)), "b");
});
test("decode a DataView", () => {
  assert_equals(new TextDecoder().decode(new DataView(bytes(97, 98, 99).buffer, 1)), "bc");
});
test("decode a Uint16Array's bytes", () => {
  assert_equals(new TextDecoder().decode(new Uint16Array([0x6261])), "ab");
});
test("decode without an argument", () => assert_equals(new TextDecoder().decode(), ""));
refused("decode null", () => new TextDecoder().decode(null));
refused("decode a text", () => new TextDecoder().decode("a"));
refused("decode an array", () => new TextDecoder().decode([97]));
refused("decode with options that are no object", () => new TextDecoder().decode(bytes(), 1));
refused("decode of no decoder", () => TextDecoder.prototype.decode.call({}, bytes()));
refused("TextDecoder without new", () => TextDecoder());
refused("options that are no object", () => new TextDecoder("utf-8", 1));
refused("an unknown label", () => new TextDecoder("utf-9"), RangeError);
refused("an empty label", () => new TextDecoder(""), RangeError);
refused("a label with NUL", () => new TextDecoder("utf-8\0"), RangeError);
refused("a label with a space that is none in ASCII", () => new TextDecoder("\u00a0utf-8"), RangeError);
refused("a label with a line tabulation", () => new TextDecoder("\vutf-8"), RangeError);
refused("the replacement encoding", () => new TextDecoder("replacement"), RangeError);
refused("a label of the replacement encoding", () => new TextDecoder("iso-2022-kr"), RangeError);
refused("null as a label", () => new TextDecoder(null), RangeError);
test("what a decoder is by default", () => {
  const { encoding, fatal, ignoreBOM } = new TextDecoder();
  assert_object_equals({ encoding, fatal, ignoreBOM }, { encoding: "utf-8", fatal: false, ignoreBOM: false });
});
test("options may be null", () => assert_false(new TextDecoder("utf-8", null).fatal));
test("options are made booleans", () => {
  const { fatal, ignoreBOM } = new TextDecoder("utf-8", { fatal: 1, ignoreBOM: "" });
  assert_array_equals([fatal, ignoreBOM], [true, false]);
});

means(
  "labels of UTF-8",
  [
    "utf8",
    "UTF-8",
    " utf-8\t\n\f\r",
    "unicode-1-1-utf-8",
    "unicode11utf8",
    "unicode20utf8",
    "x-unicode20utf8",
    undefined,
  ],
  "utf-8",
);
means(
  "labels of UTF-16LE",
  ["utf-16", "utf-16le", "ucs-2", "unicode", "csunicode", "unicodefeff", "iso-10646-ucs-2"],
  "utf-16le",
);
means("labels of UTF-16BE", ["utf-16be", "unicodefffe"], "utf-16be");
means(
  "labels of windows-1252",
  [
    "ascii",
    "latin1",
    "iso-8859-1",
    "us-ascii",
    "l1",
    "cp1252",
    "x-cp1252",
    "ansi_x3.4-1968",
    "iso_8859-1:1987",
    "ISO8859-1",
  ],
  "windows-1252",
);
means("labels of windows-1254", ["iso-8859-9", "latin5", "l5", "cp1254"], "windows-1254");
means("labels of iso-8859-2", ["latin2", "l2", "iso_8859-2:1987", "csisolatin2"], "iso-8859-2");
means("labels of iso-8859-8", ["hebrew", "visual", "csisolatinhebrew"], "iso-8859-8");
means("labels of iso-8859-8-i", ["logical", "csiso88598i"], "iso-8859-8-i");
means("labels of iso-8859-15", ["latin9".replace("latin", "l"), "csisolatin9"], "iso-8859-15");
means("labels of koi8-r", ["koi", "koi8", "koi8_r", "cskoi8r"], "koi8-r");
means("labels of ibm866", ["866", "cp866", "csibm866"], "ibm866");
means("labels of macintosh", ["mac", "x-mac-roman", "csmacintosh"], "macintosh");
means("labels of windows-874", ["tis-620", "dos-874", "iso-8859-11"], "windows-874");
means("labels of gbk", ["gb2312", "chinese", "x-gbk"], "gbk");
means("labels of shift_jis", ["sjis", "ms_kanji", "windows-31j"], "shift_jis");

decodes("decode UTF-16LE", [0x61, 0x00, 0xac, 0x20, 0x3d, 0xd8, 0x00, 0xde], "a€😀", "utf-16le");
decodes("decode UTF-16BE", [0x00, 0x61, 0x20, 0xac, 0xd8, 0x3d, 0xde, 0x00], "a€😀", "utf-16be");
decodes("decode UTF-16LE with a mark", [0xff, 0xfe, 0x61, 0x00], "a", "utf-16le");
decodes("decode UTF-16BE with a mark", [0xfe, 0xff, 0x00, 0x61], "a", "utf-16be");
decodes("decode UTF-16LE with the other mark", [0xfe, 0xff, 0x61, 0x00], "\ufffea", "utf-16le");
decodes("decode UTF-16 of an odd number of bytes", [0x61, 0x00, 0x62], "a\ufffd", "utf-16le");
decodes("decode a lone surrogate of UTF-16", [0x00, 0xd8, 0x61, 0x00], "\ufffda", "utf-16le");
decodes("decode a surrogate and a byte of UTF-16", [0x00, 0xd8, 0x61], "\ufffd", "utf-16le");
decodes("decode trailing before leading of UTF-16", [0x00, 0xdc, 0x00, 0xd8], "\ufffd\ufffd", "utf-16le");
test("UTF-16 in pieces", () => {
  const decoder = new TextDecoder("utf-16le");
  let text = "";
  for (const byte of [0x61, 0x00, 0x3d, 0xd8, 0x00, 0xde])
    text += decoder.decode(bytes(byte), { stream: true });
  assert_equals(text + decoder.decode(), "a😀");
});
test("a long text of UTF-16", () => {
  const text = "a€".repeat(10_000);
  assert_equals(new TextDecoder("utf-16le").decode(Uint16Array.from(text, (c) => c.charCodeAt(0))), text);
});
decodes("decode windows-1252", [0x80, 0x81, 0x9f, 0xe9, 0xff], "€\x81Ÿéÿ", "windows-1252");
decodes("decode Latin-1, which is windows-1252", [0x80, 0xa4], "€¤", "latin1");
decodes("decode iso-8859-15", [0xa4, 0xa6, 0xbe], "€ŠŸ", "iso-8859-15");
decodes("decode koi8-r", [0xcd, 0xc9, 0xd2], "мир", "koi8-r");
decodes("decode windows-1251", [0xec, 0xe8, 0xf0], "мир", "windows-1251");
decodes("decode ibm866", [0xac, 0xa8, 0xe0], "мир", "ibm866");
decodes("decode windows-1253", [0xe1, 0xe2, 0xd2], "αβ\ufffd", "windows-1253");
decodes("decode macintosh", [0x80, 0xdb, 0xf0], "Ä€\uf8ff", "macintosh");
decodes("decode iso-8859-8-i", [0xe0, 0xfa], "את", "iso-8859-8-i");
decodes("decode x-user-defined", [0x61, 0x80, 0xff], "a\uf780\uf7ff", "x-user-defined");

promise_test("TextEncoderStream", async () => {
  const parts = await Array.fromAsync(
    ReadableStream.from(["a", "\ud83d", "\ude00", ""]).pipeThrough(new TextEncoderStream()),
  );
  assert_array_equals(
    parts.flatMap((part) => [...part]),
    utf8("a😀"),
  );
  assert_true(parts.every((part) => part instanceof Uint8Array && part.length > 0));
});
promise_test("TextEncoderStream with half a pair at the end", async () => {
  const parts = await Array.fromAsync(ReadableStream.from(["a\ud83d"]).pipeThrough(new TextEncoderStream()));
  assert_array_equals(
    parts.flatMap((part) => [...part]),
    utf8("a\ufffd"),
  );
});
promise_test("TextEncoderStream of half a pair and something else", async () => {
  const parts = await Array.fromAsync(
    ReadableStream.from(["\ud83d", "b"]).pipeThrough(new TextEncoderStream()),
  );
  assert_array_equals(
    parts.flatMap((part) => [...part]),
    utf8("\ufffdb"),
  );
});
promise_test("TextEncoderStream makes texts of what it is given", async () => {
  const parts = await Array.fromAsync(ReadableStream.from([1, null]).pipeThrough(new TextEncoderStream()));
  assert_array_equals(
    parts.flatMap((part) => [...part]),
    utf8("1null"),
  );
});
promise_test("TextEncoderStream fails on a symbol", async () => {
  const { readable, writable } = new TextEncoderStream();
  const read = readable.getReader().read();
  await promise_rejects_js(TypeError, writable.getWriter().write(Symbol()));
  await promise_rejects_js(TypeError, read);
});
promise_test("TextDecoderStream", async () => {
  const whole = new TextEncoder().encode("\ufeffa€😀");
  const pieces = [...whole].map((byte) => bytes(byte));
  const parts = await Array.fromAsync(ReadableStream.from(pieces).pipeThrough(new TextDecoderStream()));
  assert_equals(parts.join(""), "a€😀");
  assert_true(parts.every((part) => part !== ""));
});
promise_test("TextDecoderStream with half a character at the end", async () => {
  const parts = await Array.fromAsync(
    ReadableStream.from([bytes(97, 0xe2)]).pipeThrough(new TextDecoderStream()),
  );
  assert_equals(parts.join(""), "a\ufffd");
});
promise_test("fatal TextDecoderStream", async () => {
  const stream = ReadableStream.from([bytes(0xff)]).pipeThrough(
    new TextDecoderStream("utf-8", { fatal: true }),
  );
  await promise_rejects_js(TypeError, stream.getReader().read());
});
promise_test("TextDecoderStream takes buffers and views", async () => {
  const given = [bytes(97).buffer, new DataView(bytes(98).buffer)];
  const parts = await Array.fromAsync(ReadableStream.from(given).pipeThrough(new TextDecoderStream()));
  assert_equals(parts.join(""), "ab");
});
promise_test("TextDecoderStream fails on a text", async () => {
  const stream = ReadableStream.from(["a"]).pipeThrough(new TextDecoderStream());
  await promise_rejects_js(TypeError, stream.getReader().read());
});
test("what the streams are", () => {
  const decoder = new TextDecoderStream("latin1", { fatal: true, ignoreBOM: true });
  assert_array_equals([decoder.encoding, decoder.fatal, decoder.ignoreBOM], ["windows-1252", true, true]);
  assert_equals(new TextEncoderStream().encoding, "utf-8");
  assert_true(decoder.readable instanceof ReadableStream && decoder.writable instanceof WritableStream);
  assert_equals(decoder.readable, decoder.readable);
});
refused("TextDecoderStream of an unknown label", () => new TextDecoderStream("utf-9"), RangeError);
refused("readable of no TextDecoderStream", () => TextDecoderStream.prototype.readable);
refused("writable of no TextEncoderStream", () => TextEncoderStream.prototype.writable);
test("the members are enumerable", () => {
  assert_array_equals(Object.keys(TextDecoder.prototype).sort(), [
    "decode",
    "encoding",
    "fatal",
    "ignoreBOM",
  ]);
  assert_array_equals(Object.keys(TextEncoder.prototype).sort(), ["encode", "encodeInto", "encoding"]);
});
test("the tags", () => {
  const tag = (value) => Object.prototype.toString.call(value);
  assert_equals(tag(new TextDecoder()), "[object TextDecoder]");
  assert_equals(tag(new TextEncoder()), "[object TextEncoder]");
  assert_equals(tag(new TextDecoderStream()), "[object TextDecoderStream]");
  assert_equals(tag(new TextEncoderStream()), "[object TextEncoderStream]");
});
test("the lengths of the functions", () => {
  assert_array_equals([TextDecoder.length, TextEncoder.length], [0, 0]);
  const { encode, encodeInto } = TextEncoder.prototype;
  assert_array_equals([encode.length, encodeInto.length, TextDecoder.prototype.decode.length], [0, 2, 0]);
});
