// The facts of https://w3c.github.io/FileAPI/
const bytes = (...given) => new Uint8Array(given);

function holds(name, parts, expected, options) {
  promise_test(name, async () => {
    const blob = new Blob(parts, options);
    assert_equals(await blob.text(), expected);
    assert_equals(blob.size, new TextEncoder().encode(expected).length);
  });
}
function typed(name, type, expected) {
  test(name, () => {
    assert_equals(new Blob([], { type }).type, expected);
    assert_equals(new Blob().slice(0, 0, type).type, expected);
    assert_equals(new File([], "f", { type }).type, expected);
  });
}
function slices(name, args, expected) {
  promise_test(name, async () =>
    assert_equals(await new Blob(["PASSSTRING"]).slice(...args).text(), expected),
  );
}
function refused(name, run) {
  test(name, () => assert_throws_js(TypeError, run));
}

holds("nothing", undefined, "");
holds("no parts", [], "");
holds("texts", ["a", "", "é😀"], "aé😀");
holds("a lone surrogate", ["\ud800"], "\ufffd");
holds("a buffer", [bytes(97, 98).buffer], "ab");
holds(
  "views",
  [bytes(97, 98, 99).subarray(1), new DataView(bytes(97, 98).buffer, 1), new Uint16Array([0x6261])],
  "bcbab",
);
holds("blobs and files", [new Blob(["a"]), new File(["b"], "f"), "c"], "abc");
holds(
  "what is no part becomes text",
  [1, null, undefined, true, {}, [1, 2]],
  "1nullundefinedtrue[object Object]1,2",
);
holds("an iterable", new Set(["a", "b"]), "ab");
holds("a String object", new String("ab"), "ab");
holds("a typed array is iterable", bytes(1, 2), "12");
holds("line ends are kept", ["a\r\nb\nc\rd"], "a\r\nb\nc\rd");
holds("line ends are kept when that is asked for", ["a\r\nb"], "a\r\nb", { endings: "transparent" });
holds("native line ends", ["a\r\nb\nc\rd\n\r"], "a\nb\nc\nd\n\n", { endings: "native" });
promise_test("native line ends leave bytes alone", async () => {
  assert_equals(await new Blob([bytes(13, 10)], { endings: "native" }).text(), "\r\n");
});
refused("parts that are a text", () => new Blob("ab"));
refused("parts that are a number", () => new Blob(1));
refused("parts that are null", () => new Blob(null));
refused("parts that are no iterable", () => new Blob({}));
refused("parts that are a function", () => new Blob(() => {}));
refused("options that are a text", () => new Blob([], "text/plain"));
refused("options that are a number", () => new Blob([], 1));
refused("endings that are unknown", () => new Blob([], { endings: "x" }));
refused("a symbol as a part", () => new Blob([Symbol()]));
refused("Blob without new", () => Blob());
refused("size of no blob", () => Blob.prototype.size);
refused("type of no blob", () => Blob.prototype.type);
refused("slice of no blob", () => Blob.prototype.slice.call({}));
refused("stream of no blob", () => Blob.prototype.stream.call({}));
promise_test("text of no blob", () => promise_rejects_js(TypeError, Blob.prototype.text.call({})));
promise_test("arrayBuffer of no blob", () =>
  promise_rejects_js(TypeError, Blob.prototype.arrayBuffer.call({})),
);
promise_test("bytes of no blob", () => promise_rejects_js(TypeError, Blob.prototype.bytes.call({})));
test("options may be null, undefined or a function", () => {
  for (const options of [null, undefined, () => {}]) assert_equals(new Blob([], options).type, "");
});
promise_test("what is written to a part later does not matter", async () => {
  const part = bytes(97);
  const blob = new Blob([part]);
  part[0] = 98;
  assert_equals(await blob.text(), "a");
});
promise_test("what is written to what came out does not matter", async () => {
  const blob = new Blob(["a"]);
  new Uint8Array(await blob.arrayBuffer())[0] = 98;
  (await blob.bytes())[0] = 98;
  for await (const chunk of blob.stream()) chunk[0] = 98;
  assert_equals(await blob.text(), "a");
});
promise_test("a getter of parts is read once, in order", async () => {
  const seen = [];
  const parts = [
    {
      toString() {
        seen.push(1);
        return "a";
      },
    },
    {
      toString() {
        seen.push(2);
        return "b";
      },
    },
  ];
  const blob = new Blob(parts, {
    get type() {
      seen.push("type");
      return "";
    },
    get endings() {
      seen.push("endings");
    },
  });
  assert_equals(await blob.text(), "ab");
  assert_array_equals(seen, [1, 2, "endings", "type"]);
});

typed("no type", undefined, "");
typed("a type", "text/plain", "text/plain");
typed("a type in capitals", "TEXT/Plain;Charset=UTF-8", "text/plain;charset=utf-8");
typed("a type that is none", "a b", "a b");
typed("a type beyond ASCII", "te\u00e9", "");
typed("a type with a control", "te\u0009xt", "");
typed("a type with DEL", "te\u007fxt", "");
typed("null as a type", null, "null");
typed("an empty type", "", "");

slices("slice of nothing", [], "PASSSTRING");
slices("slice from", [4], "STRING");
slices("slice to", [0, 4], "PASS");
slices("slice from the end", [-6], "STRING");
slices("slice to the end's side", [-6, -2], "STRI");
slices("slice before the beginning", [-100, 4], "PASS");
slices("slice beyond the end", [4, 100], "STRING");
slices("slice backwards", [6, 2], "");
slices("slice of a part of a number", [0.9, 4.9], "PASS");
slices("slice of NaN", [NaN, 4], "PASS");
slices("slice of infinities", [-Infinity, Infinity], "PASSSTRING");
slices("slice of texts", ["4", "8"], "STRI");
slices("slice of null", [null, null], "");
slices("slice of undefined", [undefined, undefined], "PASSSTRING");
test("a slice has no type", () => assert_equals(new Blob(["a"], { type: "a/b" }).slice().type, ""));
test("a slice is a blob", () => {
  const slice = new File(["abc"], "f").slice(1);
  assert_equals(slice.constructor, Blob);
  assert_false(slice instanceof File);
});
promise_test("a slice of a slice", async () => {
  assert_equals(await new Blob(["abcdef"]).slice(1, 5).slice(1, 3).text(), "cd");
});
promise_test("text takes the mark away", async () => {
  assert_equals(await new Blob([bytes(0xef, 0xbb, 0xbf, 97)]).text(), "a");
});
promise_test("text of what is not UTF-8", async () =>
  assert_equals(await new Blob([bytes(0xff)]).text(), "\ufffd"),
);
promise_test("arrayBuffer", async () => {
  const buffer = await new Blob(["ab"]).arrayBuffer();
  assert_true(buffer instanceof ArrayBuffer);
  assert_array_equals(new Uint8Array(buffer), [97, 98]);
});
promise_test("bytes", async () => {
  const made = await new Blob(["ab"]).slice(1).bytes();
  assert_true(made instanceof Uint8Array);
  assert_equals(made.buffer.byteLength, 1);
  assert_array_equals(made, [98]);
});
promise_test("stream", async () => {
  const stream = new Blob(["ab", "c"]).stream();
  assert_true(stream instanceof ReadableStream);
  const parts = await Array.fromAsync(stream);
  assert_array_equals(
    parts.flatMap((part) => [...part]),
    [97, 98, 99],
  );
});
promise_test("stream of nothing", async () =>
  assert_array_equals(await Array.fromAsync(new Blob().stream()), []),
);
promise_test("stream with a buffer of one's own", async () => {
  const reader = new Blob(["abc"]).stream().getReader({ mode: "byob" });
  assert_array_equals((await reader.read(new Uint8Array(2))).value, [97, 98]);
  assert_array_equals((await reader.read(new Uint8Array(2))).value, [99]);
  assert_true((await reader.read(new Uint8Array(2))).done);
});
promise_test("a large stream comes in pieces", async () => {
  const whole = Uint8Array.from({ length: 200_000 }, (_, i) => i & 255);
  const parts = await Array.fromAsync(new Blob([whole]).stream());
  assert_true(parts.length > 1);
  assert_array_equals(await new Blob(parts).bytes(), whole);
});
test("two streams are two", () => {
  const blob = new Blob(["a"]);
  assert_not_equals(blob.stream(), blob.stream());
});

test("a file", () => {
  const file = new File(["abc"], "name.txt", { type: "text/plain", lastModified: 5 });
  assert_object_equals(
    [file.name, file.type, file.size, file.lastModified],
    ["name.txt", "text/plain", 3, 5],
  );
  assert_true(file instanceof Blob);
});
test("a file was changed now, if nothing else is said", () => {
  const before = Date.now();
  const { lastModified } = new File([], "a");
  assert_true(lastModified >= before && lastModified <= Date.now());
});
test("lastModified is a whole number", () => {
  const made = (lastModified) => new File([], "a", { lastModified }).lastModified;
  assert_array_equals(
    [made(1.9), made(-1.9), made("7"), made(null), made(NaN), made(new Date(9))],
    [1, -1, 7, 0, 0, 9],
  );
});
test("a name is kept as it is", () => {
  assert_equals(new File([], "a/b\\c:d\0").name, "a/b\\c:d\0");
  assert_equals(new File([], "\ud800").name, "\ufffd");
  assert_equals(new File([], 5).name, "5");
});
refused("a file without a name", () => new File([]));
refused("a file of nothing", () => new File());
refused("a file of undefined", () => new File(undefined, "a"));
refused("name of no file", () => File.prototype.name);
refused("lastModified of a blob", () =>
  Object.getOwnPropertyDescriptor(File.prototype, "lastModified").get.call(new Blob()),
);
refused("File without new", () => File([], "a"));
test("the tags", () => {
  assert_equals(Object.prototype.toString.call(new Blob()), "[object Blob]");
  assert_equals(Object.prototype.toString.call(new File([], "a")), "[object File]");
});
test("the members are enumerable", () => {
  assert_array_equals(Object.keys(Blob.prototype).sort(), [
    "arrayBuffer",
    "bytes",
    "size",
    "slice",
    "stream",
    "text",
    "type",
  ]);
  assert_array_equals(Object.keys(File.prototype).sort(), ["lastModified", "name"]);
});
test("the lengths of the functions", () => {
  assert_array_equals([Blob.length, File.length, Blob.prototype.slice.length], [0, 2, 0]);
});
test("blobs have no own properties", () => {
  assert_array_equals(Reflect.ownKeys(new File(["a"], "b")), []);
});
test("the prototypes", () => {
  assert_equals(Object.getPrototypeOf(File.prototype), Blob.prototype);
  assert_equals(Object.getPrototypeOf(File), Blob);
  assert_equals(Object.getPrototypeOf(Blob.prototype), Object.prototype);
});
