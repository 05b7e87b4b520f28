// The facts of https://xhr.spec.whatwg.org/#interface-formdata and of RFC 7578
const form = (...pairs) => {
  const made = new FormData();
  for (const pair of pairs) made.append(...pair);
  return made;
};
const parse = (body, type) => new Response(body, { headers: { "content-type": type } }).formData();
const MULTIPART = "multipart/form-data; boundary=XX";
const part = (head, body) => `--XX\r\n${head}\r\n\r\n${body}\r\n`;
const named = (name, body) => part(`Content-Disposition: form-data; name="${name}"`, body);
const END = "--XX--\r\n";

function refused(name, run) {
  test(name, () => assert_throws_js(TypeError, run));
}
function parses(name, body, expected, type = MULTIPART) {
  promise_test(name, async () => assert_object_equals([...(await parse(body, type))], expected));
}
function malformed(name, body, type = MULTIPART) {
  promise_test(name, () => promise_rejects_js(TypeError, parse(body, type)));
}
async function written(given) {
  const response = new Response(given);
  const [, boundary] = /^multipart\/form-data; boundary=(.+)$/.exec(response.headers.get("content-type"));
  return (await response.text()).replaceAll(boundary, "XX");
}
function writes(name, pairs, expected) {
  promise_test(name, async () => assert_equals(await written(form(...pairs)), expected));
}

test("an empty form", () => assert_array_equals([...new FormData()], []));
test("append keeps what is there", () => {
  const given = form(["a", "1"], ["a", "2"]);
  assert_array_equals(given.getAll("a"), ["1", "2"]);
  assert_equals(given.get("a"), "1");
});
test("set replaces in the first one's place", () => {
  const given = form(["a", "1"], ["b", "2"], ["a", "3"]);
  given.set("a", "4");
  assert_object_equals(
    [...given],
    [
      ["a", "4"],
      ["b", "2"],
    ],
  );
});
test("set of what is not there appends", () => {
  const given = form(["a", "1"]);
  given.set("b", "2");
  assert_object_equals(
    [...given],
    [
      ["a", "1"],
      ["b", "2"],
    ],
  );
});
test("delete takes all", () => {
  const given = form(["a", "1"], ["b", "2"], ["a", "3"]);
  given.delete("a");
  assert_object_equals([...given], [["b", "2"]]);
});
test("get and getAll of what is not there", () => {
  assert_equals(form().get("a"), null);
  assert_array_equals(form().getAll("a"), []);
});
test("has", () => {
  assert_true(form(["a", ""]).has("a"));
  assert_false(form(["a", ""]).has("A"));
});
test("values become texts", () => {
  assert_array_equals(form(["a", 1], ["a", null], ["a", undefined], ["a", {}]).getAll("a"), [
    "1",
    "null",
    "undefined",
    "[object Object]",
  ]);
});
test("names become texts", () => assert_equals(form([null, "1"]).get("null"), "1"));
test("lone surrogates are replaced", () =>
  assert_object_equals([...form(["\ud800", "\udc00"])], [["\ufffd", "\ufffd"]]));
test("a name may be empty", () => assert_equals(form(["", "1"]).get(""), "1"));
test("a blob becomes a file", () => {
  const file = form(["a", new Blob(["b"], { type: "c/d" })]).get("a");
  assert_true(file instanceof File);
  assert_array_equals([file.name, file.type, file.size], ["blob", "c/d", 1]);
});
test("a blob with a file name", () => assert_equals(form(["a", new Blob(), "n"]).get("a").name, "n"));
test("a file stays itself", () => {
  const file = new File([], "n");
  assert_equals(form(["a", file]).get("a"), file);
});
test("a file with another name", () => {
  const file = new File(["x"], "n", { type: "c/d", lastModified: 5 });
  const other = form(["a", file, "m"]).get("a");
  assert_array_equals([other.name, other.type, other.size, other.lastModified], ["m", "c/d", 1, 5]);
  assert_not_equals(other, file);
});
refused("a text with a file name", () => form(["a", "1", "n"]));
refused("set of a text with a file name", () => form().set("a", "1", "n"));
refused("append of one argument", () => form().append("a"));
refused("set of one argument", () => form().set("a"));
refused("get of no argument", () => form().get());
refused("getAll of no argument", () => form().getAll());
refused("has of no argument", () => form().has());
refused("delete of no argument", () => form().delete());
refused("FormData without new", () => FormData());
refused("FormData of an object", () => new FormData({}));
refused("FormData of null", () => new FormData(null));
refused("get of no form", () => FormData.prototype.get.call({}, "a"));
refused("append of no form", () => FormData.prototype.append.call(new Headers(), "a", "1"));
refused("entries of no form", () => FormData.prototype.entries.call({}));
test("FormData of undefined", () => assert_array_equals([...new FormData(undefined)], []));
test("keys, values and entries", () => {
  const given = form(["b", "1"], ["a", "2"], ["b", "3"]);
  assert_array_equals([...given.keys()], ["b", "a", "b"]);
  assert_array_equals([...given.values()], ["1", "2", "3"]);
  assert_object_equals([...given.entries()], [...given]);
});
test("forEach", () => {
  const given = form(["a", "1"]);
  const seen = [];
  given.forEach(function (...args) {
    seen.push(this, ...args);
  }, 5);
  assert_array_equals(seen.slice(1, 3), ["1", "a"]);
  assert_equals(seen[3], given);
});
test("an iteration meets what is deleted under it", () => {
  const given = form(["a", "1"], ["b", "2"], ["c", "3"]);
  const seen = [];
  for (const [name] of given) {
    seen.push(name);
    if (name === "a") given.delete("b");
  }
  assert_array_equals(seen, ["a", "c"]);
});
test("the form of the class", () => {
  assert_equals(Object.prototype.toString.call(form()), "[object FormData]");
  assert_equals(Object.prototype.toString.call(form().keys()), "[object FormData Iterator]");
  assert_array_equals(Object.keys(FormData.prototype).sort(), [
    "append",
    "delete",
    "entries",
    "forEach",
    "get",
    "getAll",
    "has",
    "keys",
    "set",
    "values",
  ]);
  const { append, set, get } = FormData.prototype;
  assert_array_equals([FormData.length, append.length, set.length, get.length], [0, 2, 2, 1]);
  assert_equals(FormData.prototype.entries, FormData.prototype[Symbol.iterator]);
});

writes("write nothing", [], END);
writes(
  "write texts",
  [
    ["a", "1"],
    ["b", "é"],
  ],
  named("a", "1") + named("b", "é") + END,
);
writes("write line ends as CR LF", [["a", "1\n2\r3\r\n4"]], named("a", "1\r\n2\r\n3\r\n4") + END);
writes("write names with line ends", [["a\nb", "1"]], named("a%0D%0Ab", "1") + END);
writes("write names with quotes", [['a"b\\', "1"]], named("a%22b\\", "1") + END);
writes(
  "write a file",
  [["f", new File(["x\ny"], "n.txt", { type: "text/plain" })]],
  part('Content-Disposition: form-data; name="f"; filename="n.txt"\r\nContent-Type: text/plain', "x\ny") +
    END,
);
writes(
  "write a file without a type",
  [["f", new Blob(["x"])]],
  part(
    'Content-Disposition: form-data; name="f"; filename="blob"\r\nContent-Type: application/octet-stream',
    "x",
  ) + END,
);
writes(
  "write a file's name with quotes and line ends",
  [["f", new File([], 'a"\r\n')]],
  part(
    'Content-Disposition: form-data; name="f"; filename="a%22%0D%0A"\r\n' +
      "Content-Type: application/octet-stream",
    "",
  ) + END,
);
writes(
  "write texts behind a file",
  [
    ["f", new Blob(["x"])],
    ["a", "1"],
  ],
  part(
    'Content-Disposition: form-data; name="f"; filename="blob"\r\nContent-Type: application/octet-stream',
    "x",
  ) +
    named("a", "1") +
    END,
);
promise_test("two forms have boundaries of their own", async () => {
  const [one, two] = [new Response(form()), new Response(form())].map((r) => r.headers.get("content-type"));
  assert_not_equals(one, two);
});
promise_test("there and back", async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const given = form(
    ["a", "1\r\n2"],
    ['q"', "é😀"],
    ["f", new File([bytes], "b.bin", { type: "a/b" })],
    ["a", ""],
  );
  const found = await new Response(given).formData();
  assert_array_equals([...found.keys()], ["a", 'q"', "f", "a"]);
  assert_array_equals(found.getAll("a"), ["1\r\n2", ""]);
  assert_equals(found.get('q"'), "é😀");
  const file = found.get("f");
  assert_array_equals([file.name, file.type], ["b.bin", "a/b"]);
  assert_array_equals(await file.bytes(), bytes);
});

parses("parse nothing", END, []);
parses("parse texts", named("a", "1") + named("b", "é") + END, [
  ["a", "1"],
  ["b", "é"],
]);
parses("parse an empty text", named("a", "") + END, [["a", ""]]);
parses("parse without a line end behind", named("a", "1") + "--XX--", [["a", "1"]]);
parses("parse line ends and dashes inside", named("a", "1\r\n--X\r\n2") + END, [["a", "1\r\n--X\r\n2"]]);
parses("parse an escaped name", named("a%22%0D%0A", "1") + END, [['a"\r\n', "1"]]);
parses("parse a preamble", "hello\r\n" + named("a", "1") + END, [["a", "1"]]);
parses("parse an epilogue", named("a", "1") + END + "bye", [["a", "1"]]);
parses("parse white space behind a boundary", "--XX \t\r\n" + named("a", "1").slice(6) + END, [["a", "1"]]);
parses("parse other headers", part('X-A: b\r\ncontent-disposition: form-data; name="a"', "1") + END, [
  ["a", "1"],
]);
parses("parse a name without quotes", part("Content-Disposition: form-data; name=a", "1") + END, [
  ["a", "1"],
]);
parses("parse a quoted boundary", named("a", "1") + END, [["a", "1"]], 'multipart/form-data; boundary="XX"');
parses("parse a type in capitals", named("a", "1") + END, [["a", "1"]], "Multipart/Form-Data; Boundary=XX");
parses(
  "parse other parameters",
  named("a", "1") + END,
  [["a", "1"]],
  "multipart/form-data; charset=utf-8; boundary=XX",
);
parses(
  "parse what is not UTF-8",
  new Blob([named("a", "").slice(0, -2), new Uint8Array([255]), "\r\n", END]),
  [["a", "\ufffd"]],
);
promise_test("parse a file", async () => {
  const head = 'Content-Disposition: form-data; name="f"; filename="n.txt"\r\nContent-Type: a/b';
  const file = (await parse(part(head, "x\r\ny") + END, MULTIPART)).get("f");
  assert_true(file instanceof File);
  assert_array_equals([file.name, file.type, await file.text()], ["n.txt", "a/b", "x\r\ny"]);
});
promise_test("parse a file without a type", async () => {
  const file = (
    await parse(part('Content-Disposition: form-data; name="f"; filename="n"', "x") + END, MULTIPART)
  ).get("f");
  assert_equals(file.type, "text/plain");
});
malformed("parse of nothing at all", "");
malformed("parse without an end", named("a", "1"));
malformed("parse another boundary", named("a", "1").replaceAll("XX", "YY") + "--YY--");
malformed("parse a part without a disposition", part("X-A: b", "1") + END);
malformed("parse a part without a name", part("Content-Disposition: form-data", "1") + END);
malformed("parse an attachment", part('Content-Disposition: attachment; name="a"', "1") + END);
malformed(
  "parse a header that is none",
  part('nothing\r\nContent-Disposition: form-data; name="a"', "1") + END,
);
malformed("parse a head without an end", '--XX\r\nContent-Disposition: form-data; name="a"');
malformed("parse of a type without a boundary", named("a", "1") + END, "multipart/form-data");
malformed(
  "parse of a type with an empty boundary",
  named("a", "1") + END,
  'multipart/form-data; boundary=""',
);
malformed("parse of another type", "a=1", "text/plain");
malformed("parse of a type that begins alike", "a=1", "application/x-www-form-urlencoded2");
promise_test("parse without a type", async () => {
  await promise_rejects_js(TypeError, new Response(new Uint8Array([97])).formData());
});

const URLENCODED = "application/x-www-form-urlencoded";
parses(
  "parse parameters",
  "a=1&b=2&a=3",
  [
    ["a", "1"],
    ["b", "2"],
    ["a", "3"],
  ],
  URLENCODED,
);
parses("parse parameters with a charset", "a=1", [["a", "1"]], `${URLENCODED}; charset=utf-8`);
parses(
  "parse escaped parameters",
  "a+b=%C3%A9+%26&c",
  [
    ["a b", "é &"],
    ["c", ""],
  ],
  URLENCODED,
);
parses("parse no parameters", "", [], URLENCODED);
parses("parse parameters with a question mark", "?a=1", [["?a", "1"]], URLENCODED);
parses("parse parameters of URLSearchParams", new URLSearchParams([["a", "é"]]), [["a", "é"]], URLENCODED);
