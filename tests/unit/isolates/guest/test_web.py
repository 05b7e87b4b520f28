"""The web platform's part of the globals."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.values import UNDEFINED, Value, View
from tests.unit.isolates.guest.conftest import Evaluate, MakeGuest


def handler(body: str) -> str:
    return f"export default {{ async fetch(request, env, ctx) {{\n{body}\n}} }}"


def request(**fields: Any) -> dict[str, Any]:
    return {"method": "GET", "url": "https://tenant.example/path?q=1", "headers": [], "body": None} | fields


def test_a_fetch_handler_reads_json_and_answers_json(guest: MakeGuest) -> None:
    one = guest(handler("const { id } = await request.json(); return Response.json({ id }, { status: 201 })"))
    sent = request(
        method="POST", body='{"id":"é😀"}'.encode(), headers=[["Content-Type", "application/json"]]
    )
    assert one.call("fetch", sent).result == {
        "status": 201,
        "headers": [["content-type", "application/json"]],
        "body": '{"id":"é😀"}',
    }


def test_a_request_says_what_it_is(guest: MakeGuest) -> None:
    body = (
        "const url = new URL(request.url);"
        "return Response.json([request.method, url.pathname, url.searchParams.get('q'),"
        " request.headers.get('X-Thing'), await request.text(), request.bodyUsed])"
    )
    sent = request(method="PUT", headers=[["x-thing", "a"], ["x-thing", "b"]], body="text")
    assert guest(handler(body)).call("fetch", sent).result["body"] == (
        '["PUT","/path","1","a, b","text",true]'
    )


@pytest.mark.parametrize(
    ("made", "body", "kind"),
    [
        ("'text'", "text", "text/plain;charset=UTF-8"),
        ("new Uint8Array([1, 255]).subarray(1)", View("Uint8Array", b"\xff"), None),
        ("new Uint8Array([7]).buffer", View("Uint8Array", b"\x07"), None),
        ("new URLSearchParams({ a: 'b c' })", "a=b+c", "application/x-www-form-urlencoded;charset=UTF-8"),
        ("null", None, None),
        ("", None, None),
    ],
)
def test_a_response_may_be_made_from(guest: MakeGuest, made: str, body: Value, kind: str | None) -> None:
    answer = guest(handler(f"return new Response({made})")).call("fetch", request()).result
    assert answer["body"] == body
    assert dict(answer["headers"]).get("content-type") == kind


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 5", "the fetch handler did not answer with a Response"),
        ("", "the fetch handler did not answer with a Response"),
        ("const r = new Response('x'); await r.text(); return r", "the body has been read already"),
        ("return new Response('', { status: 700 })", "a response's status is from 200 to 599, not 700"),
        ("return new Response('x', { status: 204 })", "a response with the status 204 has no body"),
        ("await new Request('https://a.example').json()", ""),
        ("new Request('no url')", "nvalid"),
    ],
)
def test_bad_answers_say_what_is_wrong(guest: MakeGuest, body: str, message: str) -> None:
    assert message in guest(handler(body)).call("fetch", request()).error.message


def test_an_export_without_fetch_says_so(guest: MakeGuest) -> None:
    assert guest("export default {}").call("fetch", request()).error.message == (
        "Handler does not export a fetch() function."
    )


def test_a_default_class_may_fetch(guest: MakeGuest) -> None:
    source = (
        'import { WorkerEntrypoint } from "cloudflare:workers";\n'
        "export default class extends WorkerEntrypoint { fetch(r) { return new Response(this.env.NAME) } }"
    )
    assert guest(source, env={"NAME": "me"}).call("fetch", request()).result["body"] == "me"


def test_what_waits_until_after_the_answer_may_fail(guest: MakeGuest) -> None:
    said = guest(handler("ctx.waitUntil(Promise.reject(new Error('late'))); return new Response()")).call(
        "fetch", request()
    )
    assert said.result["status"] == 200
    assert said.lines == ["Uncaught Error: late\n    at fetch (index.js:2:34)"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (
            "new URL('../b?x=1#h', 'https://u:p@a.example:8443/c/d').href",
            "https://u:p@a.example:8443/b?x=1#h",
        ),
        ("URL.canParse('nope')", False),
        ("[...new URLSearchParams('a=1&b=2&a=3').getAll('a')]", ["1", "3"]),
        ("new Headers({ A: '1', b: '2' }).get('a')", "1"),
        ("[...new Headers([['b', '1'], ['a', '2']]).keys()]", ["a", "b"]),
        ("[...new TextEncoder().encode('aé€😀\\ud800')]", [*"aé€😀\ufffd".encode()]),
        (
            "new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff, 0xf0, 0x9f]))",
            "a\ufffd\ufffd",
        ),
        (
            "new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf]))",
            "\ufeff",
        ),
        ("atob(btoa('hi'))", "hi"),
        ("structuredClone(new Map([[1, { d: new Date(5) }]])).get(1).d.getTime()", 5),
        (
            "(() => { const a = {}; a.a = a; const c = structuredClone(a); return c.a === c && c !== a })()",
            True,
        ),
        ("new DOMException('m', 'AbortError').name", "AbortError"),
        ("typeof performance.now()", "number"),
        ("navigator.userAgent", "Cloudflare-Workers"),
        ("self === globalThis", True),
        ("AbortSignal.abort(5).reason", 5),
        ("typeof crypto.randomUUID", "function"),
        ("new Response('x').clone().text()", "x"),
        ("new Response(new Uint8Array([104, 105])).arrayBuffer().then((b) => b.byteLength)", 2),
        ("Response.redirect('https://a.example/x').headers.get('location')", "https://a.example/x"),
        ("new Request('https://a.example', { method: 'post', body: 'b' }).clone().method", "POST"),
    ],
)
def test_the_classes_of_the_web(evaluate: Evaluate, expression: str, value: Value) -> None:
    assert evaluate(f"return {expression}") == value


@pytest.mark.parametrize("data", [b"\xf0\x9f\x98\x80\xe2\x82\xac\xc3\xa9a", b"\xff\xe2\x82a\xf0\x9f\x98\xc3"])
def test_utf8_in_pieces_is_the_same_as_in_one(evaluate: Evaluate, data: bytes) -> None:
    whole = data.decode("utf-8", "replace")
    assert evaluate(
        "const [bytes] = args; const d = new TextDecoder(); let text = '';"
        "for (let i = 0; i < bytes.byteLength; i++)"
        "  text += d.decode(bytes.slice(i, i + 1), { stream: true });"
        "return [text + d.decode(), new TextDecoder().decode(bytes)]",
        data,
    ) == [whole, whole]


def test_encode_into_writes_whole_characters(evaluate: Evaluate) -> None:
    assert evaluate(
        "const target = new Uint8Array(5); const done = new TextEncoder().encodeInto('a€😀', target);"
        "return [done, [...target]]"
    ) == [{"read": 2, "written": 4}, [0x61, 0xE2, 0x82, 0xAC, 0]]


def test_a_fatal_decoder_refuses(evaluate: Evaluate) -> None:
    assert evaluate(
        "try { new TextDecoder('utf8', { fatal: true }).decode(new Uint8Array([255])) }"
        " catch (error) { return error instanceof TypeError }"
    )


def test_structured_clone_refuses_functions(evaluate: Evaluate) -> None:
    assert evaluate("try { structuredClone({ f() {} }) } catch (e) { return [e.name, e.message] }") == [
        "DataCloneError",
        "A function could not be cloned",
    ]


def test_an_abort_reaches_its_listeners_once(evaluate: Evaluate) -> None:
    assert evaluate(
        "const c = new AbortController(); let n = 0; c.signal.addEventListener('abort', () => n++);"
        "c.signal.onabort = () => n += 10; const any = AbortSignal.any([c.signal]);"
        "c.abort('why'); c.abort();"
        "try { c.signal.throwIfAborted() } catch (e) { return [n, e, c.signal.aborted, any.reason] }"
    ) == [11, "why", True, "why"]


def test_random_values_fill_and_differ(evaluate: Evaluate) -> None:
    first, second, big = evaluate(
        "return [crypto.randomUUID(), crypto.randomUUID(), crypto.getRandomValues(new Uint32Array(1000))]"
    )
    assert first != second
    assert first[14] == second[14] == "4"
    assert len({big.data[i : i + 4] for i in range(0, 4000, 4)}) > 990


def test_headers_of_a_response_keep_cookies_apart(guest: MakeGuest) -> None:
    body = (
        "const r = new Response();"
        "r.headers.append('set-cookie', 'a=1'); r.headers.append('set-cookie', 'b=2');"
        "return r"
    )
    answer = guest(handler(body)).call("fetch", request()).result
    assert [text for name, text in answer["headers"] if name == "set-cookie"] in (
        ["a=1", "b=2"],
        ["a=1, b=2"],
    )


def test_bindings_are_in_env(guest: MakeGuest) -> None:
    source = "import { env as imported } from 'cloudflare:workers'; const early = imported.NAME;\n" + handler(
        "return Response.json([env.NAME, imported === env, early, Object.keys(env)])"
    )
    answer = guest(source, env={"NAME": "n", "NOTHING": UNDEFINED}).call("fetch", request()).result
    assert answer["body"] == '["n",true,"n",["NAME","NOTHING"]]'
