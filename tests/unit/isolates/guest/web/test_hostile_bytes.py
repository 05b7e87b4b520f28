"""Tenant code that replaces what the classes around bytes are made of."""

from __future__ import annotations

import pytest

from playground.core.values import View
from tests.unit.isolates.guest.conftest import Evaluate, MakeGuest
from tests.unit.isolates.guest.test_hostile import POLLUTIONS
from tests.unit.isolates.guest.web.test_bodies import request

BYTES = """
for (const of of [Uint8Array.prototype, Object.getPrototypeOf(Uint8Array.prototype), ArrayBuffer.prototype,
  DataView.prototype]) {
  for (const name of Object.getOwnPropertyNames(of)) {
    const { configurable } = Object.getOwnPropertyDescriptor(of, name);
    if (name === 'constructor' || !configurable) continue;
    Object.defineProperty(of, name, { get() { throw new Error('mine') } });
  }
}
Uint8Array.from = Uint8Array.of = Uint8Array.fromBase64 = ArrayBuffer.isView =
  () => { throw new Error('mine') };
"""
CLASSES = """
const kinds = [Request, Response, Headers, Blob, FormData, TextEncoder, TextDecoder, URL, URLSearchParams];
for (const kind of kinds) {
  for (const name of Object.getOwnPropertyNames(kind.prototype)) {
    if (name !== 'constructor') {
      Object.defineProperty(kind.prototype, name, { get() { throw new Error('mine') } });
    }
  }
}
"""
POLLUTED = POLLUTIONS | {"bytes": BYTES}


JSON_ALONE = {name: text for name, text in POLLUTED.items() if name != "toJSON"}
"""All but the one that is asked, as the standard says, what stands in the JSON."""


@pytest.mark.parametrize("pollution", JSON_ALONE.values(), ids=JSON_ALONE)
@pytest.mark.parametrize("sent", ['{"a":[1,"é"]}', '{"a":[1,"é"]}'.encode()], ids=["text", "bytes"])
def test_json_in_and_json_out_whatever_is_replaced(
    guest: MakeGuest, pollution: str, sent: str | bytes
) -> None:
    source = (
        f"{pollution}\nexport default {{ async fetch(request) {{\n"
        "const { a } = await request.json();\n"
        "const type = request.headers.get('Content-Type');\n"
        "return Response.json({ a, type, url: request.url }, { status: 201 })\n}}"
    )
    answer = guest(source).call("fetch", request(sent, ("content-type", "application/json"))).result
    assert answer == {
        "status": 201,
        "headers": [["content-type", "application/json"]],
        "body": '{"a":[1,"é"],"type":"application/json","url":"https://tenant.example/"}',
    }


@pytest.mark.parametrize("pollution", [*POLLUTED.values(), CLASSES], ids=[*POLLUTED, "classes of the web"])
@pytest.mark.parametrize(
    ("made", "body"),
    [
        ("'é'", "é"),
        ("new Blob(['a', 'b'])", View("Uint8Array", b"ab")),
        ("new Bytes([1, 2])", View("Uint8Array", b"\x01\x02")),
    ],
)
def test_a_body_goes_out_whatever_is_replaced(
    guest: MakeGuest, pollution: str, made: str, body: str | View
) -> None:
    # a list is iterated to make a blob, which is the tenant's own to break
    source = (
        "const Bytes = Uint8Array;\n"
        f"const body = {made};\n{pollution}\n"
        "export default { fetch: () => new Response(body) }"
    )
    assert guest(source).call("fetch", request()).result["body"] == body


@pytest.mark.parametrize(
    "of",
    [
        "new Headers().entries()",
        "new FormData().keys()",
        "new Request('https://a.example')",
        "new Response('a')",
        "new Blob(['a'])",
        "new File(['a'], 'b')",
        "new TextDecoder()",
        "new TextEncoderStream()",
        "new CompressionStream('gzip')",
        "new FixedLengthStream(1)",
    ],
)
def test_nothing_but_interfaces_can_be_reached(evaluate: Evaluate, of: str) -> None:
    reached = evaluate(
        "const known = new Set([Object.prototype, Function.prototype, Iterator.prototype]);"
        "const found = [];"
        f"for (let at = {of}; at !== null; at = Object.getPrototypeOf(at)) {{"
        "  const own = Object.hasOwn(at, 'constructor') && !known.has(at) ? at.constructor : undefined;"
        "  if (own !== undefined && globalThis[own.name] !== own) found.push(own.name);"
        "}"
        "return found"
    )
    assert reached == []


def test_a_request_of_the_host_s_is_not_made_by_a_tenant(evaluate: Evaluate) -> None:
    """The slot through which the runtime hands over what it made is empty when tenant code runs."""
    assert evaluate(
        "const made = [];"
        "for (const make of [() => new Request(), () => new File()])"
        "  try { make(); made.push('made') } catch (error) { made.push(error.name) }"
        "return [...made, new Headers().has('a'), new Response().status, new Blob().size]"
    ) == ["TypeError", "TypeError", False, 200, 0]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ("{ get method() { throw new RangeError('mine') } }", "RangeError"),
        ("{ get headers() { return { get a() { throw new RangeError('mine') } } } }", "RangeError"),
        ("{ method: 'POST', body: { toString() { throw new RangeError('mine') } } }", "RangeError"),
        ("new Proxy({}, { get() { throw new RangeError('mine') } })", "RangeError"),
    ],
)
def test_a_failure_while_one_is_made_leaves_nothing_behind(
    evaluate: Evaluate, given: str, error: str
) -> None:
    assert evaluate(
        f"let name; try {{ new Request('https://a.example', {given}) }} catch (error) {{ name = error.name }}"
        "const next = new Request('https://b.example', { headers: { b: '1' } });"
        "return [name, next.url, next.method, [...next.headers]]"
    ) == [error, "https://b.example/", "GET", [["b", "1"]]]


def test_a_name_that_throws_while_a_file_is_made_leaves_nothing_behind(evaluate: Evaluate) -> None:
    assert evaluate(
        "const form = new FormData();"
        "try { form.append('a', new Blob(['secret']), { toString() { throw 1 } }) } catch {}"
        "return [new Blob().size, [...form].length]"
    ) == [0, 0]
