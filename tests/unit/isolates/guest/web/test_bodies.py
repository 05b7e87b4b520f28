"""Bodies on their way in and out of an isolate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playground.core.values import Value, View
from tests.unit.isolates.guest.conftest import MakeGuest
from tests.unit.isolates.guest.guest import Said

MIB = 1 << 20

Fetch = Callable[..., Said]


def handler(body: str) -> str:
    return f"export default {{ async fetch(request, env, ctx) {{\n{body}\n}} }}"


def request(body: Value = None, *headers: tuple[str, str]) -> dict[str, Any]:
    method = "GET" if body is None else "POST"
    pairs = [list(pair) for pair in headers]
    return {"method": method, "url": "https://tenant.example/", "headers": pairs, "body": body}


@pytest.fixture
def fetch(guest: MakeGuest) -> Fetch:
    """Call a handler of this body with a request."""

    def call(body: str, sent: dict[str, Any] | None = None) -> Said:
        return guest(handler(body)).call("fetch", sent or request())

    return call


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("'é'", "é"),
        ("new Blob(['é'])", View("Uint8Array", "é".encode())),
        ("new Uint8Array([0, 255])", View("Uint8Array", b"\x00\xff")),
        ("ReadableStream.from([new Uint8Array([1]), new Uint8Array([2, 3])])", View("Uint8Array", b"\1\2\3")),
        (
            "ReadableStream.from(['a', 'é']).pipeThrough(new TextEncoderStream())",
            View("Uint8Array", b"a\xc3\xa9"),
        ),
        ("ReadableStream.from([])", View("Uint8Array", b"")),
        ("new Response('a').body", View("Uint8Array", b"a")),
        ("null", None),
    ],
)
def test_a_response_s_body_goes_out(fetch: Fetch, made: str, expected: Value) -> None:
    assert fetch(f"return new Response({made})").result["body"] == expected


@pytest.mark.parametrize("sent", ["é😀", "é😀".encode()], ids=["text", "bytes"])
@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("return new Response(await request.text())", "é😀"),
        ("return new Response(await new Response(request.body).text())", "é😀"),
        ("return new Response((await request.bytes()).length)", "6"),
        ("return new Response((await request.arrayBuffer()).byteLength)", "6"),
        ("return new Response((await request.clone().blob()).size)", "6"),
        (
            "let n = 0; for await (const part of request.body) n += part.length; return new Response(n)",
            "6",
        ),
    ],
)
def test_a_request_s_body_comes_in(fetch: Fetch, sent: Value, read: str, expected: str) -> None:
    assert fetch(read, request(sent)).result["body"] == expected


def test_a_body_is_passed_on_as_it_came(fetch: Fetch) -> None:
    body = fetch("return new Response(request.body)", request(bytes(range(256)))).result["body"]
    assert body == View("Uint8Array", bytes(range(256)))


def test_a_form_comes_in_and_goes_out(fetch: Fetch) -> None:
    sent = (
        b'--XX\r\ncontent-disposition: form-data; name="f"; filename="n"\r\ncontent-type: a/b\r\n\r\n'
        b"\x00\xff\r\n--XX--\r\n"
    )
    answer = fetch(
        "const form = await request.formData(); const file = form.get('f');"
        "form.set('size', `${file.size} ${file.type} ${file.name}`); form.delete('f');"
        "return new Response(form)",
        request(sent, ("content-type", "multipart/form-data; boundary=XX")),
    ).result
    boundary = dict(answer["headers"])["content-type"].removeprefix("multipart/form-data; boundary=")
    assert answer["body"] == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="size"\r\n\r\n2 a/b n\r\n--{boundary}--\r\n'
    )


def test_what_a_stream_gives_after_the_handler_has_answered(guest: MakeGuest) -> None:
    one = guest(
        handler(
            "const { readable, writable } = new TransformStream();"
            "const writer = writable.getWriter();"
            "setTimeout(() => { writer.write(new Uint8Array([7])); writer.close() }, 1);"
            "return new Response(readable)"
        )
    )
    said = one.call("fetch", request())
    assert said.of("result") == []
    (timer,) = said.of("timer")
    assert one.turn("timer", id=timer["id"]).result["body"] == View("Uint8Array", b"\x07")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return new Response(ReadableStream.from(['text']))", "a body's stream gives Uint8Arrays only"),
        (
            "return new Response(new ReadableStream({ pull() { throw new Error('the source broke') } }))",
            "the source broke",
        ),
        (
            "const r = new Response('a'); r.body.getReader(); return r",
            "the body's stream is locked to a reader",
        ),
        ("const r = new Response('a'); await r.body.cancel(); return r", "the body has been read already"),
        ("await request.text(); return new Response(request.body)", "the body has been read already"),
        ("request.headers.set('a', '1')", "Can't modify immutable headers."),
        (
            f"return new Response(new ReadableStream({{ pull(c) {{ c.enqueue(new Uint8Array({MIB})) }} }}))",
            "the body has more than 16 MiB, which is the most that may be sent",
        ),
    ],
)
def test_a_body_that_cannot_go_out_says_why(fetch: Fetch, body: str, message: str) -> None:
    assert fetch(body, request("body")).error.message == message


def test_a_stream_that_is_too_long_is_cancelled(fetch: Fetch) -> None:
    said = fetch(
        "return new Response(new ReadableStream({"
        f"  pull(c) {{ c.enqueue(new Uint8Array({MIB})) }}, cancel(why) {{ console.log(why.message) }},"
        "}))"
    )
    assert said.lines == ["the body has more than 16 MiB, which is the most that may be sent"]


def test_many_small_pieces_take_little_memory(fetch: Fetch) -> None:
    body = fetch(
        "let n = 0; return new Response(new ReadableStream({"
        "  pull(c) { if (n === 20_000) c.close(); else c.enqueue(new Uint8Array([n++])) },"
        "}))"
    ).result["body"]
    assert body.data == bytes(n & 255 for n in range(20_000))


def test_cookies_go_out_one_by_one(fetch: Fetch) -> None:
    body = "return new Response('', { headers: [['Set-Cookie', 'a=1'], ['X', '1'], ['set-cookie', 'b=2']] })"
    assert fetch(body).result["headers"] == [
        ["content-type", "text/plain;charset=UTF-8"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["x", "1"],
    ]


def test_a_status_text_goes_out(fetch: Fetch) -> None:
    assert (
        fetch("return new Response(null, { status: 299, statusText: 'Odd' })").result["statusText"] == "Odd"
    )


def test_a_request_s_headers_come_in(fetch: Fetch) -> None:
    sent = request(None, ("X-A", "1"), ("x-a", "2"), ("Cookie", "c=é"))
    body = fetch("return Response.json([...request.headers])", sent).result["body"]
    assert body == '[["cookie","c=é"],["x-a","1, 2"]]'


def test_a_get_has_no_body(fetch: Fetch) -> None:
    sent = request("ignored") | {"method": "GET"}
    assert (
        fetch("return Response.json([request.body, await request.text()])", sent).result["body"]
        == '[null,""]'
    )


@pytest.mark.parametrize(
    "made",
    [
        "ReadableStream", "WritableStream", "TransformStream", "TextDecoder", "TextEncoderStream",
        "IdentityTransformStream", "Headers", "FormData", "Blob", "Response", "Request('https://a.example')",
        "File([], 'a')", "CountQueuingStrategy({ highWaterMark: 1 })", "DecompressionStream('gzip')",
    ],
)  # fmt: skip
def test_what_is_no_value_is_named_with_its_place(guest: MakeGuest, made: str) -> None:
    source = (
        'import { WorkflowEntrypoint } from "cloudflare:workers";\n'
        "export class TenantWorkflow extends WorkflowEntrypoint {\n"
        f"  run() {{ return {{ list: [1, new {made}] }} }}\n}}"
    )
    name = made.partition("(")[0]
    article = "an" if made[0] in "AEIOU" else "a"
    assert f"$.list[1]: {article} {name} cannot be stored" in guest(source).run().error.message
