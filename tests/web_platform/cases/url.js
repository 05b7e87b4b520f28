// The facts of https://url.spec.whatwg.org/
function parses(name, input, expected, base) {
  test(name, () => {
    const url = new URL(input, base);
    assert_equals(url.href, expected);
    assert_equals(new URL(url.href).href, expected, "again");
    assert_true(URL.canParse(input, base));
    assert_equals(URL.parse(input, base).href, expected);
    assert_equals(JSON.stringify(url), JSON.stringify(expected));
    assert_equals(String(url), expected);
  });
}
function fails(name, input, base) {
  test(name, () => {
    assert_throws_js(TypeError, () => new URL(input, base));
    assert_false(URL.canParse(input, base));
    assert_equals(URL.parse(input, base), null);
  });
}
function sets(name, start, member, value, expected) {
  test(name, () => {
    const url = new URL(start);
    url[member] = value;
    assert_equals(url.href, expected);
  });
}

parses("a plain URL", "https://example.com/a?b#c", "https://example.com/a?b#c");
parses("no path", "https://example.com", "https://example.com/");
parses("upper case in scheme and host", "HTTPS://EXAMPLE.COM/A", "https://example.com/A");
parses("the default port", "https://example.com:443/", "https://example.com/");
parses("another port", "http://example.com:8080/", "http://example.com:8080/");
parses("a port with zeros", "http://example.com:0080/", "http://example.com/");
parses("an empty port", "http://example.com:/", "http://example.com/");
parses("a user and a password", "https://user:pass@example.com/", "https://user:pass@example.com/");
parses("an at sign in the user", "https://a@b@example.com/", "https://a%40b@example.com/");
parses("a user without a password", "https://user:@example.com/", "https://user@example.com/");
parses("white space around", " \t https://example.com \n", "https://example.com/");
parses("tabs and line ends inside", "ht\ntps://exa\tmple.com/a\rb", "https://example.com/ab");
parses("backslashes", "https:\\\\example.com\\a\\b", "https://example.com/a/b");
parses("slashes left out", "https:example.com/a", "https://example.com/a");
parses("too many slashes", "https:////example.com/a", "https://example.com/a");
parses("dots in the path", "https://a.example/b/./c/../d", "https://a.example/b/d");
parses("dots at the end", "https://a.example/b/c/..", "https://a.example/b/");
parses("dots beyond the root", "https://a.example/../../b", "https://a.example/b");
parses("dots that are encoded", "https://a.example/b/%2e%2E/c", "https://a.example/c");
parses("an empty query and fragment", "https://a.example/?#", "https://a.example/?#");
parses("spaces in the path", "https://a.example/a b", "https://a.example/a%20b");
parses("spaces in the query", "https://a.example/?a b", "https://a.example/?a%20b");
parses("quotes in the query", "https://a.example/?'\"<>", "https://a.example/?%27%22%3C%3E");
parses("a fragment's characters", 'https://a.example/#a b`<>"', "https://a.example/#a%20b%60%3C%3E%22");
parses("characters beyond ASCII", "https://a.example/é?é#é", "https://a.example/%C3%A9?%C3%A9#%C3%A9");
parses("a lone surrogate", "https://a.example/\ud800", "https://a.example/%EF%BF%BD");
parses("percent signs stay", "https://a.example/%41%zz", "https://a.example/%41%zz");
parses("braces in the path", "https://a.example/{a}^", "https://a.example/%7Ba%7D%5E");
parses("IPv4", "http://192.168.0.1/", "http://192.168.0.1/");
parses("IPv4 in hex", "http://0xc0.0xa8.0.1/", "http://192.168.0.1/");
parses("IPv4 in octal", "http://0300.0250.0.1/", "http://192.168.0.1/");
parses("IPv4 of one number", "http://3232235521/", "http://192.168.0.1/");
parses("IPv4 of two numbers", "http://192.11010049/", "http://192.168.0.1/");
parses("IPv4 with a dot at the end", "http://127.0.0.1./", "http://127.0.0.1/");
parses("IPv6", "http://[2001:DB8::1]:80/", "http://[2001:db8::1]/");
parses("IPv6 is compressed", "http://[1:0:0:2:0:0:0:3]/", "http://[1:0:0:2::3]/");
parses("IPv6 with IPv4 in it", "http://[::ffff:192.168.0.1]/", "http://[::ffff:c0a8:1]/");
parses("an international host", "https://münchen.example/", "https://xn--mnchen-3ya.example/");
parses("an international host in upper case", "https://MÜNCHEN.example/", "https://xn--mnchen-3ya.example/");
parses("a host with ß", "https://faß.example/", "https://xn--fa-hia.example/");
parses("a Chinese host", "https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah/");
parses("a host in full width", "https://ｅｘａｍｐｌｅ。com/", "https://example.com/");
parses("a host with a soft hyphen", "https://exam\u00adple.com/", "https://example.com/");
parses("a host that is encoded", "https://ex%61mple.com/", "https://example.com/");
parses("a host in Punycode", "https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/");
parses("Punycode that is none stays, in ASCII", "https://XN--a/", "https://xn--a/");
parses("another scheme", "foo://Bar/baz", "foo://Bar/baz");
parses("another scheme without slashes", "mailto:a@b.example", "mailto:a@b.example");
parses("another scheme with a path", "foo:/a/../b", "foo:/b");
parses("data", "data:text/plain,a b", "data:text/plain,a b");
parses("javascript", "javascript:alert(1)", "javascript:alert(1)");
parses("a file", "file:///C|/a", "file:///C:/a");
parses("a file without a host", "file:/a", "file:///a");
parses("a file on localhost", "file://localhost/a", "file:///a");
parses("blob", "blob:https://a.example/id", "blob:https://a.example/id");
parses("a path from a base", "b", "https://a.example/x/b", "https://a.example/x/y");
parses("an absolute path from a base", "/b", "https://a.example/b", "https://a.example/x/y");
parses("a query from a base", "?b", "https://a.example/x/y?b", "https://a.example/x/y?z#f");
parses("a fragment from a base", "#b", "https://a.example/x/y?z#b", "https://a.example/x/y?z#f");
parses("nothing from a base", "", "https://a.example/x/y?z", "https://a.example/x/y?z#f");
parses("another host from a base", "//b.example/c", "https://b.example/c", "https://a.example/x");
parses("the parent of a base", "../b", "https://a.example/b", "https://a.example/x/y");
parses("the base's scheme again", "https:b", "https://a.example/x/b", "https://a.example/x/y");
parses("a fragment from a base without a path", "#b", "mailto:a#b", "mailto:a");

fails("nothing", "");
fails("a path without a base", "/a");
fails("no host", "https://");
fails("no host but a port", "https://:80/");
fails("a port beyond 65,535", "http://a.example:65536/");
fails("a port of letters", "http://a.example:x/");
fails("a space in the host", "http://a b/");
fails("a caret in the host", "http://a^b/");
fails("a percent sign in the host", "http://a%zz/");
fails("a slash that is encoded in the host", "http://a%2fb/");
fails("IPv4 beyond 255", "http://256.256.256.256/");
fails("IPv4 of five numbers", "http://1.2.3.4.5/");
fails("IPv4 that ends in a hex number", "http://a.0x9/");
fails("IPv6 without its end", "http://[::1");
fails("IPv6 with too many parts", "http://[1:2:3:4:5:6:7:8:9]/");
fails("IPv6 with a zone", "http://[::1%25eth0]/");
fails("a path from a base without one", "a", "mailto:b");
fails("a base that is none", "a", "b");
fails("a soft hyphen alone", "https://\u00ad/");
fails("a scheme that begins with a digit", "1a://b");

test("a URL's parts", () => {
  const url = new URL("https://user:pass@sub.example.com:8080/p/a?q=1&r#hash");
  assert_object_equals(
    Object.fromEntries(
      [
        "protocol",
        "username",
        "password",
        "host",
        "hostname",
        "port",
        "pathname",
        "search",
        "hash",
        "origin",
      ].map((name) => [name, url[name]]),
    ),
    {
      protocol: "https:",
      username: "user",
      password: "pass",
      host: "sub.example.com:8080",
      hostname: "sub.example.com",
      port: "8080",
      pathname: "/p/a",
      search: "?q=1&r",
      hash: "#hash",
      origin: "https://sub.example.com:8080",
    },
  );
});
test("origins", () => {
  const origins = [
    "https://a.example:443/b",
    "http://a.example:81",
    "file:///a",
    "mailto:a",
    "blob:https://b.example/x",
  ];
  assert_array_equals(
    origins.map((url) => new URL(url).origin),
    ["https://a.example", "http://a.example:81", "null", "null", "https://b.example"],
  );
});
test("empty query and fragment read as nothing", () => {
  const url = new URL("https://a.example/?#");
  assert_equals(url.search, "");
  assert_equals(url.hash, "");
});

sets("protocol", "https://a.example/", "protocol", "http", "http://a.example/");
sets("protocol to one of another kind", "https://a.example/", "protocol", "foo", "https://a.example/");
sets("protocol drops a default port", "http://a.example:443/", "protocol", "https", "https://a.example/");
sets("username", "https://a.example/", "username", "a:b", "https://a%3Ab@a.example/");
sets("password", "https://a.example/", "password", "p@", "https://:p%40@a.example/");
sets("host", "https://a.example:81/", "host", "b.example:82", "https://b.example:82/");
sets("host keeps the port", "https://a.example:81/", "host", "b.example", "https://b.example:81/");
sets("a host that is none", "https://a.example/", "host", "a b", "https://a.example/");
sets("hostname", "https://a.example:81/", "hostname", "b.example", "https://b.example:81/");
sets("a hostname with a port", "https://a.example/", "hostname", "b.example:82", "https://a.example/");
sets("port", "https://a.example/", "port", 82, "https://a.example:82/");
sets("a port with letters after it", "https://a.example/", "port", "82a", "https://a.example:82/");
sets("the default port is taken away", "https://a.example:82/", "port", "443", "https://a.example/");
sets("no port", "https://a.example:82/", "port", "", "https://a.example/");
sets("a port that is none", "https://a.example:82/", "port", "x", "https://a.example:82/");
sets("pathname", "https://a.example/a", "pathname", "b?c#d", "https://a.example/b%3Fc%23d");
sets("search", "https://a.example/", "search", "a=é #", "https://a.example/?a=%C3%A9%20%23");
sets("no search", "https://a.example/?a", "search", "", "https://a.example/");
sets("hash", "https://a.example/", "hash", "a b", "https://a.example/#a%20b");
sets("no hash", "https://a.example/#a", "hash", "", "https://a.example/");
sets("href", "https://a.example/", "href", "http://b.example", "http://b.example/");
sets("a path without slashes keeps its path", "mailto:a", "pathname", "b", "mailto:a");
test("origin cannot be set", () => {
  assert_throws_js(TypeError, () => (new URL("https://a.example/").origin = "http://b.example"));
});
test("an href that is none", () => {
  assert_throws_js(TypeError, () => (new URL("https://a.example/").href = "b"));
});
test("the query's parameters follow", () => {
  const url = new URL("https://a.example/?a=1");
  const { searchParams } = url;
  searchParams.append("b", "2 3");
  assert_equals(url.href, "https://a.example/?a=1&b=2+3");
  url.search = "?c=4";
  assert_array_equals([...searchParams].flat(), ["c", "4"]);
  searchParams.delete("c");
  assert_equals(url.href, "https://a.example/");
  assert_equals(url.searchParams, searchParams);
});
test("URL needs new and an argument", () => {
  assert_throws_js(TypeError, () => URL("https://a.example"));
  assert_throws_js(TypeError, () => new URL());
  assert_throws_js(TypeError, () => URL.canParse());
});
test("an URL is taken by its text", () => {
  const url = new URL("https://a.example/b");
  assert_equals(new URL(url).href, url.href);
  assert_equals(new URL("c", url).href, "https://a.example/c");
});
test("members belong to the prototype and are enumerable", () => {
  const { get, enumerable } = Object.getOwnPropertyDescriptor(URL.prototype, "href");
  assert_true(enumerable);
  assert_throws_js(TypeError, () => get.call({}));
  assert_equals(String(URL.prototype[Symbol.toStringTag]), "URL");
});
