// The facts of https://html.spec.whatwg.org/multipage/webappapis.html#atob
const BYTES = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join("");

function encodes(name, input, expected) {
  test(name, () => assert_equals(btoa(input), expected));
}
function decodes(name, input, expected) {
  test(name, () => assert_equals(atob(input), expected));
}
function refuses(name, input) {
  test(name, () => assert_throws_dom("InvalidCharacterError", () => atob(input)));
}

encodes("btoa of the empty text", "", "");
encodes("btoa of one byte", "a", "YQ==");
encodes("btoa of two bytes", "ab", "YWI=");
encodes("btoa of three bytes", "abc", "YWJj");
encodes("btoa of four bytes", "abcd", "YWJjZA==");
encodes("btoa of NUL", "\0", "AA==");
encodes("btoa of the highest byte", "\xff\xff\xc0", "///A");
encodes("btoa of undefined", undefined, "dW5kZWZpbmVk");
encodes("btoa of null", null, "bnVsbA==");
encodes("btoa of a number", 12, "MTI=");
encodes("btoa of an object with a toString", { toString: () => "foo" }, "Zm9v");
test("btoa of every byte comes back", () => assert_equals(atob(btoa(BYTES)), BYTES));
test("btoa beyond Latin-1", () => assert_throws_dom("InvalidCharacterError", () => btoa("\u0100")));
test("btoa of a surrogate pair", () => assert_throws_dom("InvalidCharacterError", () => btoa("a😀")));
test("btoa without an argument", () => assert_throws_js(TypeError, () => btoa()));
test("btoa of what throws", () => {
  const reason = new RangeError("mine");
  assert_throws_exactly(reason, () =>
    btoa({
      toString() {
        throw reason;
      },
    }),
  );
});
test("the error's code is 5", () => {
  try {
    atob("!");
    assert_unreached();
  } catch (error) {
    assert_equals(error.code, 5);
  }
});

decodes("atob of the empty text", "", "");
decodes("atob with padding", "YQ==", "a");
decodes("atob without padding", "YQ", "a");
decodes("atob of three characters", "YWI", "ab");
decodes("atob without a remainder", "YWJj", "abc");
decodes("atob with spaces inside", " Y W\tJ\nj\f\r", "abc");
decodes("atob of spaces alone", " \t\n\f\r", "");
decodes("atob drops bits that are left over", "YR==", "a");
decodes("atob of plus and slash", "+/+/", "\xfb\xff\xbf");
decodes("atob with spaces between the padding", "YQ = = ", "a");
decodes("atob of eight letters", "undefine", "\xbaw^~)\xde");
decodes("atob of null", null, "\x9e\xe9e");
decodes("atob of a number", 12, "\xd7");
decodes("atob of NaN", NaN, "5\xa3");
decodes("atob of Infinity", Infinity, '"w\xe2\x9e+r');
decodes("atob of an object with a toString", { toString: () => "Zm9v" }, "foo");

refuses("atob of one character", "Y");
refuses("atob of five characters", "YWJjZ");
refuses("atob of padding alone", "=");
refuses("atob of two paddings alone", "==");
refuses("atob of one character and paddings", "Y===");
refuses("atob with one padding too few", "YQ=");
refuses("atob with one padding too many", "YWI==");
refuses("atob with padding after a whole group", "YWJj=");
refuses("atob with padding inside", "YQ==YQ==");
refuses("atob with four paddings", "YQ====");
refuses("atob of the URL's alphabet: -", "ab-c");
refuses("atob of the URL's alphabet: _", "ab_c");
refuses("atob of a vertical tab", "YQ\v==");
refuses("atob of a no-break space", "YQ\u00a0==");
refuses("atob beyond Latin-1", "\u0100abc");
refuses("atob of NUL", "abc\0");
refuses("atob of punctuation", "a:bc");
test("atob of undefined", () => assert_throws_dom("InvalidCharacterError", () => atob(undefined)));
test("atob without an argument", () => assert_throws_js(TypeError, () => atob()));
test("atob and btoa are writable, enumerable and configurable", () => {
  for (const name of ["atob", "btoa"]) {
    const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(globalThis, name);
    assert_object_equals(
      { writable, enumerable, configurable },
      {
        writable: true,
        enumerable: true,
        configurable: true,
      },
    );
    assert_equals(globalThis[name].length, 1);
  }
});
