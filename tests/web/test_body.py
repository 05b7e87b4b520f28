"""Bodies: capped, and understood as `JSON.parse` does or refused."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from playground.web.body import DEEPEST, parse_json, read_body, read_object
from playground.web.errors import Refused

LIMIT = 1000


def request(chunks: Sequence[bytes], headers: dict[str, str] | None = None, *, hang: bool = False) -> Request:
    """A POST whose body arrives in `chunks`, and then (with `hang`) never ends."""
    left = list(chunks)
    asked: list[int] = []

    async def receive() -> Message:
        asked.append(1)
        if left:
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left) or hang}
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    raw = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    return Request({"type": "http", "method": "POST", "headers": raw, "asked": asked}, receive)


async def refusal(made: Request, *, timeout_s: float = 5) -> Refused:
    with pytest.raises(Refused) as caught:
        await read_body(made, LIMIT, timeout_s=timeout_s)
    return caught.value


async def test_a_body_of_the_limit_is_read() -> None:
    assert await read_body(request([b"a" * 999, b"b"]), LIMIT, timeout_s=5) == b"a" * 999 + b"b"


async def test_a_longer_body_is_refused_by_its_length_without_reading_it() -> None:
    made = request([b"x"], {"content-length": "100000000"})
    assert (await refusal(made)).status == 413
    assert made.scope["asked"] == []


async def test_a_longer_body_without_a_length_is_refused_when_it_passes_the_limit() -> None:
    made = request([b"x" * 600] * 1000)
    assert (await refusal(made)).status == 413
    assert len(made.scope["asked"]) == 2


@pytest.mark.parametrize("length", ["-1", "1e3", "²", "9" * 5000, "0x10", "1, 1"])
async def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    raw = [(b"content-length", length.encode("latin-1", "replace"))]
    made = Request({"type": "http", "method": "POST", "headers": raw}, request([b""]).receive)
    assert (await refusal(made)).status in (400, 413)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip", "GZIP"])
async def test_a_compressed_body_is_refused_unopened(encoding: str) -> None:
    bomb = gzip.compress(b"0" * 1_000_000)[:LIMIT]
    assert (await refusal(request([bomb], {"content-encoding": encoding}))).status == 415


async def test_a_body_that_dawdles_is_refused() -> None:
    assert (await refusal(request([b"{"], hang=True), timeout_s=0.01)).status == 408


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"nul",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"NaN",
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b"1e400",
        b'{"a": [-1e999]}',
        b"9" * 400,
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'{"a": "\xc0\xaf"}',
        b'"\\ud800"',
        b"{} {}",
        b"\xef\xbb\xbf{}",
        b"/* */ 1",
    ],
)
def test_what_is_no_json_is_refused_with_the_reference_s_words(text: bytes) -> None:
    with pytest.raises(Refused) as caught:
        parse_json(text)
    assert (caught.value.status, caught.value.message) == (400, "Invalid JSON body")


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
@pytest.mark.parametrize("levels", [DEEPEST + 1, 900, 100_000])
def test_deep_nesting_is_refused(bracket: bytes, levels: int) -> None:
    closing = b"]" if bracket == b"[" else b"}"
    with pytest.raises(Refused) as caught:
        parse_json(bracket * levels + b"1" + closing * levels)
    assert (caught.value.status, caught.value.code) == (400, "too_deep")


def test_nesting_up_to_the_limit_is_taken() -> None:
    assert parse_json(b"[" * DEEPEST + b"]" * DEEPEST) is not None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"__proto__": {"x": 1}, "constructor": 2}', {"__proto__": {"x": 1}, "constructor": 2}),
        (b"9007199254740992", 9007199254740992),
        (b'{"a": [9007199254740993]}', {"a": [9007199254740992.0]}),
        (b"-12345678901234567890123", -1.2345678901234568e22),
        (b'"\\u0000\\u2028"', "\0\u2028"),
        (b"true", True),
    ],
)
def test_values_are_those_of_javascript(text: bytes, value: Any) -> None:
    parsed = parse_json(text)
    assert parsed == value
    assert type(parsed) is type(value)


async def test_an_empty_body_counts_as_an_empty_object() -> None:
    assert await read_object(request([b""]), LIMIT, timeout_s=5) == {}


@pytest.mark.parametrize("text", [b"[]", b"1", b"null", b'"x"'])
async def test_an_object_is_an_object(text: bytes) -> None:
    with pytest.raises(Refused) as caught:
        await read_object(request([text]), LIMIT, timeout_s=5)
    assert caught.value.code == "bad_body"


async def test_a_client_that_goes_away_is_no_error_of_ours() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    made = Request({"type": "http", "method": "POST", "headers": []}, receive)
    assert (await refusal(made)).code == "cut_off"
