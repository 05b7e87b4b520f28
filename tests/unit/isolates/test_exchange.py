"""Requests and responses as plain values, in and out."""

from __future__ import annotations

import pytest

from playground.core.errors import TenantError
from playground.core.values import Value, View
from playground.isolates.exchange import request_of, request_shape, response_of, response_shape
from playground.isolates.headers import Headers, pairs_of
from playground.isolates.request import Request, Response

URL = "https://a.example/"


@pytest.mark.parametrize(
    ("body", "crossing"),
    [
        (b"", None),
        ("", None),
        ("é", "é"),
        ("é😀".encode(), "é😀"),
        (b"\xef\xbb\xbfa", "\ufeffa"),
        (b"\xff", b"\xff"),
        (b"\xed\xa0\x80", b"\xed\xa0\x80"),
        ("\ud800", b"\xed\xa0\x80"),
    ],
)
def test_a_body_crosses_as_text_where_it_is_text(body: bytes | str, crossing: Value) -> None:
    assert request_shape(Request("POST", URL, {}, body))["body"] == crossing
    if isinstance(body, bytes):
        assert response_shape(Response(200, {}, body))["body"] == crossing


@pytest.mark.parametrize(
    ("said", "body"),
    [
        (None, b""),
        ("é", "é".encode()),
        (View("Uint8Array", b"\xff"), b"\xff"),
        (b"\xff", b"\xff"),
        ("\ud800", b"?"),
        (5, b""),
    ],
)
def test_a_tenant_s_body_is_bytes(said: Value, body: bytes) -> None:
    assert response_of({"status": 200, "headers": [], "body": said}).body == body
    assert request_of({"method": "POST", "url": URL, "headers": [], "body": said}).body == body


def test_cookies_stay_apart_on_the_way_through() -> None:
    pairs = [["set-cookie", "a=1"], ["Set-Cookie", "b=2"], ["X", "1"]]
    response = response_of({"status": 200, "headers": pairs, "body": None, "statusText": "Fine"})
    assert response.headers == {"set-cookie": "a=1, b=2", "x": "1"}
    shape = response_shape(response)
    assert shape["headers"] == [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x", "1"]]
    assert shape["statusText"] == "Fine"


def test_headers_may_be_any_mapping() -> None:
    assert request_shape(Request("GET", URL, {"A": "1"}))["headers"] == [["A", "1"]]


def test_headers_are_a_mapping() -> None:
    headers = Headers([("A", "1"), ("b", "2"), ("a", "3")])
    assert (headers["a"], headers.get("c"), list(headers), len(headers)) == ("1, 3", None, ["a", "b"], 2)
    assert headers == {"a": "1, 3", "b": "2"}
    assert pairs_of(headers) == [("a", "1"), ("b", "2"), ("a", "3")]
    assert repr(headers) == "Headers([('a', '1'), ('b', '2'), ('a', '3')])"


@pytest.mark.parametrize("headers", [None, {}, [["a"]], ["ab"], [["a", "b", "c"]]])
def test_headers_that_are_none_are_left_out(headers: Value) -> None:
    assert response_of({"status": 200, "headers": headers, "body": None}).headers == {}


@pytest.mark.parametrize("said", [None, 5, {}, {"status": "200"}])
def test_what_is_no_response_is_refused(said: Value) -> None:
    with pytest.raises(TenantError, match="did not answer with a Response"):
        response_of(said)


@pytest.mark.parametrize("said", [None, [], {}, {"method": 5, "url": URL}, {"method": "GET", "url": None}])
def test_what_is_no_request_is_refused(said: Value) -> None:
    with pytest.raises(TenantError, match="takes a request"):
        request_of(said)
