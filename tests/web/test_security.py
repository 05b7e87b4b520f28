"""The guard before every route: hosts, sites, content types, headers, and silence about bugs."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from playground.web.security import Guard, content_security_policy, set_cookie

JSON = {"content-type": "application/json"}


async def touched(request: Request) -> Response:
    return PlainTextResponse("touched")


async def broken(request: Request) -> Response:
    raise RuntimeError("secret detail in /srv/playground/x.py")


async def cookie(request: Request) -> Response:
    set_cookie(request, "name", "value", max_age=60)
    return PlainTextResponse("set")


async def breaks_off(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"
        raise RuntimeError("in the middle")

    return StreamingResponse(parts())


def guarded(*hosts: str) -> ASGIApp:
    methods = ["GET", "POST", "PUT", "DELETE"]
    routes = [
        Route("/", touched, methods=methods),
        Route("/broken", broken),
        Route("/cookie", cookie),
        Route("/breaks-off", breaks_off),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, allowed_hosts=hosts or None)])


def visitor(app: ASGIApp, base: str = "http://play.test:8000") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=base)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://play.test:8000"},
        {"origin": "http://PLAY.test:8000"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "http://play.test:8000", "sec-fetch-site": "same-origin"},
    ],
)
async def test_our_own_page_may_change_things(headers: dict[str, str]) -> None:
    async with visitor(guarded()) as client:
        assert (await client.post("/", headers=JSON | headers, content="{}")).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.test"},
        {"origin": "http://play.test"},
        {"origin": "http://play.test:80001"},
        {"origin": "https://play.test:8000"},
        {"origin": "http://play.test:8000.evil.test"},
        {"origin": "http://evil.test/http://play.test:8000"},
        {"origin": "null"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "same-origin, cross-site"},
        {"origin": "http://play.test:8000", "sec-fetch-site": "cross-site"},
        {"origin": "http://evil.test", "sec-fetch-site": "same-origin"},
    ],
)
async def test_another_site_may_not(method: str, headers: dict[str, str]) -> None:
    async with visitor(guarded()) as client:
        answer = await client.request(method, "/", headers=JSON | headers, content="{}")
    assert answer.status_code == 403
    assert answer.json()["code"] == "cross_site"


async def test_two_origins_are_none() -> None:
    async with visitor(guarded()) as client:
        both = [("content-type", "application/json"), ("origin", "http://play.test:8000"), ("origin", "null")]
        assert (await client.post("/", headers=both, content="{}")).status_code == 403


async def test_a_default_port_is_the_same_as_none() -> None:
    async with visitor(guarded(), "https://play.test") as client:
        headers = JSON | {"origin": "https://play.test:443"}
        assert (await client.post("/", headers=headers, content="{}")).status_code == 200


async def test_reading_is_allowed_from_anywhere_but_shares_nothing() -> None:
    async with visitor(guarded()) as client:
        answer = await client.get("/", headers={"origin": "http://evil.test", "sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "text/plain; application/json",
        "application/jsonx",
    ],
)
async def test_a_form_is_not_json(content_type: str) -> None:
    async with visitor(guarded()) as client:
        answer = await client.post("/", headers={"content-type": content_type}, content='{"a": 1}')
    assert answer.status_code == 415


@pytest.mark.parametrize("content_type", ["Application/JSON", 'application/json; charset="UTF-8"'])
async def test_json_is_json_however_it_is_spelled(content_type: str) -> None:
    async with visitor(guarded()) as client:
        answer = await client.post("/", headers={"content-type": content_type}, content="{}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "a b",
        "evil.test/path",
        "user@play.test",
        "play.test:port",
        "play.test:8000:1",
        "[::1",
        "<script>",
        "a,b",
    ],
)
async def test_a_host_that_is_none_is_refused(host: str) -> None:
    async with visitor(guarded()) as client:
        assert (await client.get("/", headers={"host": host})).status_code == 400


async def test_two_hosts_are_refused() -> None:
    async with visitor(guarded()) as client:
        answer = await client.get("/", headers=[("host", "play.test"), ("host", "evil.test")])
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["play.test", "PLAY.test:1", "127.0.0.1:8000", "[::1]:8000", "[::1]"])
async def test_with_a_list_of_hosts_these_are_answered(host: str) -> None:
    async with visitor(guarded("play.test", "127.0.0.1", "[::1]")) as client:
        assert (await client.get("/", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("host", ["evil.test", "play.test.evil.test", "[::2]:8000"])
async def test_with_a_list_of_hosts_others_are_refused(host: str) -> None:
    async with visitor(guarded("play.test", "127.0.0.1", "[::1]")) as client:
        assert (await client.get("/", headers={"host": host})).status_code == 400


@pytest.mark.parametrize("path", ["/", "/nothing", "/broken"])
async def test_every_answer_carries_the_security_headers(path: str) -> None:
    async with visitor(guarded()) as client:
        headers = (await client.get(path)).headers
    assert headers["content-security-policy"] == content_security_policy()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_the_policy_allows_nothing_inline_and_no_other_origin() -> None:
    policy = dict(part.split(" ", 1) for part in content_security_policy("n0nce").split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["style-src"] == "'self' 'nonce-n0nce'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "playground-worker"
    assert policy["worker-src"] == "'self'"
    assert "unsafe" not in content_security_policy("n0nce")


async def test_a_bug_is_answered_without_its_details_and_logged_with_them(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        async with visitor(guarded()) as client:
            answer = await client.get("/broken")
    assert answer.status_code == 500
    assert answer.json() == {"error": "something went wrong on our side", "code": "internal"}
    assert "secret detail" in caplog.text


async def test_a_bug_in_the_middle_of_an_answer_breaks_it_off() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(guarded()), base_url="http://a") as client:
        with pytest.raises(RuntimeError, match="in the middle"):
            await client.get("/breaks-off")


@pytest.mark.parametrize(("base", "secure"), [("http://play.test", False), ("https://play.test", True)])
async def test_cookies_are_out_of_reach_for_scripts_and_other_sites(base: str, secure: bool) -> None:
    async with visitor(guarded(), base) as client:
        text = (await client.get("/cookie")).headers["set-cookie"]
    assert text.startswith("name=value; Path=/; Max-Age=60; HttpOnly; SameSite=Lax")
    assert text.endswith("; Secure") is secure
