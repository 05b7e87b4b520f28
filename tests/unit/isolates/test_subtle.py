"""The host's side of `crypto.subtle`: its limits, and what it says to arguments that no runtime sends."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from playground.core.values import View
from playground.isolates import subtle, subtle_keys
from playground.isolates.subtle import Subtle
from playground.isolates.subtle_error import SubtleError

GCM = {"name": "AES-GCM", "iv": bytes(12), "tagLength": 128}
KEY = {"type": "secret", "data": bytes(16)}
PBKDF2 = {"name": "PBKDF2", "hash": "SHA-256", "salt": b"salt", "iterations": 1}
RSA = {"name": "RSA-PSS", "hash": "SHA-256", "publicExponent": b"\1\0\1"}
CURVE = {"name": "ECDSA", "namedCurve": "P-256", "hash": "SHA-256"}


async def refused(work: Any) -> str:
    """The name of the error that it fails with."""
    with pytest.raises(SubtleError) as caught:
        await work
    return caught.value.name


async def test_bytes_come_as_bytes_or_as_views() -> None:
    host = Subtle()
    whole = await host.digest("SHA-1", b"abc")
    assert whole.hex() == "a9993e364706816aba3e25717850c26c9cd0d89d"
    assert await host.digest("SHA-1", View("Uint8Array", b"abc")) == whole


async def test_short_work_is_done_at_once_and_long_work_on_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    made = subtle._threads()
    monkeypatch.setattr(made, "submit", _counting(made.submit, threads))
    host = Subtle()
    await host.digest("SHA-1", b"")  # this imports the library, on a thread
    threads.clear()
    await host.encrypt(GCM, KEY, b"short")
    assert threads == []
    sealed = await host.encrypt(GCM, KEY, bytes(1 << 20))
    assert len(sealed) == (1 << 20) + 16
    await host.derive(PBKDF2, {"data": b"secret"}, 32)
    assert len(threads) == 2


def _counting(submit: Any, calls: list[int]) -> Any:
    def counted(*arguments: Any) -> Any:
        calls.append(1)
        return submit(*arguments)

    return counted


async def test_one_isolate_takes_one_thread_at_a_time() -> None:
    host, running, most = Subtle(), 0, 0

    def work(algorithm: object) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        threading.Event().wait(0.002)
        running -= 1

    made = subtle._new_work()
    made.generate = work  # type: ignore[method-assign, assignment]
    host._made = made
    await asyncio.gather(*(host.generate({"name": "Ed25519"}) for _ in range(20)))
    assert most == 1


async def test_no_more_than_so_many_wait() -> None:
    host = Subtle()
    jobs = [asyncio.ensure_future(host.derive(PBKDF2, {"data": b"x"}, 32)) for _ in range(100)]
    done = await asyncio.gather(*jobs, return_exceptions=True)
    refusals = [one for one in done if isinstance(one, SubtleError)]
    assert len(refusals) == 100 - subtle._MOST_WAITING
    assert "are waiting" in refusals[0].message
    assert await host.derive(PBKDF2, {"data": b"x"}, 1) != b""


@pytest.mark.parametrize(
    ("changes", "size", "name"),
    [
        ({"iterations": 100_001}, 32, "NotSupportedError"),
        ({"iterations": 0}, 32, "OperationError"),
        ({"iterations": -1}, 32, "OperationError"),
        ({"hash": "SHA-7"}, 32, "NotSupportedError"),
        ({}, 257, "OperationError"),
        ({}, -1, "OperationError"),
        ({"salt": 5}, 32, "OperationError"),
    ],
)
async def test_pbkdf2_has_limits(changes: dict[str, Any], size: int, name: str) -> None:
    assert await refused(Subtle().derive({**PBKDF2, **changes}, {"data": b"x"}, size)) == name


@pytest.mark.parametrize("bits", [0, 512, 1024, 2047, 4104, 65536, 2.0**40, float("nan")])
async def test_new_rsa_keys_have_limits(bits: float) -> None:
    assert await refused(Subtle().generate({**RSA, "modulusLength": bits})) == "OperationError"


@pytest.mark.parametrize("exponent", [b"", b"\1", b"\4", b"\xff" * 1000])
async def test_new_rsa_keys_have_known_exponents(exponent: bytes) -> None:
    algorithm = {**RSA, "modulusLength": 2048, "publicExponent": exponent}
    assert await refused(Subtle().generate(algorithm)) == "OperationError"


async def test_too_much_data_is_refused() -> None:
    assert await refused(Subtle().digest("SHA-1", bytes((16 << 20) + 1))) == "OperationError"


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"0" * (subtle_keys.LONGEST_DER + 1)])
@pytest.mark.parametrize("format", ["pkcs8", "spki"])
async def test_what_is_no_key_is_refused(format: str, data: bytes) -> None:
    assert await refused(Subtle().read(RSA, format, data)) == "DataError"


@pytest.mark.parametrize(
    "jwk",
    [
        {"kty": "RSA"},
        {"kty": "RSA", "n": "AQ", "e": "AQ"},
        {"kty": "RSA", "n": 5, "e": "AQAB"},
        {"kty": "RSA", "n": "!", "e": "AQAB"},
        {"kty": "RSA", "n": "A" * 100_000, "e": "AQAB"},
        {
            "kty": "RSA",
            "n": "__8",
            "e": "AQAB",
            "d": "AQ",
            "p": "AQ",
            "q": "AQ",
            "dp": "AQ",
            "dq": "AQ",
            "qi": "AQ",
        },
    ],
)
async def test_json_web_keys_that_are_none_are_refused(jwk: dict[str, Any]) -> None:
    assert await refused(Subtle().read(RSA, "jwk", jwk)) in ("DataError", "NotSupportedError")


async def test_an_rsa_key_beyond_the_limit_is_refused() -> None:
    jwk = {"kty": "RSA", "n": "_" * 1000, "e": "AQAB"}
    assert await refused(Subtle().read(RSA, "jwk", jwk)) == "NotSupportedError"


async def test_only_the_latest_keys_are_kept() -> None:
    host = Subtle()
    for _ in range(40):
        private, _public = await host.generate(CURVE)
        await host.sign(CURVE, {"data": private}, b"data")
    assert host._made is not None
    assert len(host._made._keys._kept) == subtle_keys._KEPT


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("digest", (5, b"")),
        ("digest", ("SHA-1", "text")),
        ("encrypt", ({}, KEY, b"")),
        ("encrypt", ({"name": "AES-GCM"}, KEY, b"")),
        ("encrypt", ({"name": "ROT13"}, KEY, b"")),
        ("encrypt", (GCM, {"data": bytes(5)}, b"")),
        ("encrypt", ({**GCM, "iv": b"short"}, KEY, b"")),
        ("decrypt", (GCM, KEY, b"short")),
        ("decrypt", ({"name": "AES-CBC", "iv": bytes(16)}, KEY, bytes(15))),
        ("encrypt", ({"name": "AES-CTR", "counter": bytes(16), "length": 1e300}, KEY, b"")),
        ("sign", ({"name": "HMAC", "hash": "SHA-256"}, {}, b"")),
        ("sign", ({"name": "HMAC", "hash": "constructor"}, KEY, b"")),
        ("sign", ({"name": "ECDSA"}, KEY, b"")),
        ("verify", (CURVE, KEY, b"", b"")),
        ("derive", ({"name": "ECDH", "namedCurve": "P-256"}, KEY, 32)),
        ("derive", (PBKDF2, {"data": b"x"}, float("inf"))),
        ("generate", ({"name": "AES-GCM"},)),
        ("generate", ({"name": "ECDSA", "namedCurve": "__class__"},)),
        ("generate", ({"name": None},)),
        ("read", (CURVE, "pem", b"")),
        ("read", (CURVE, "raw", b"\4" + bytes(64))),
        ("read", (CURVE, "jwk", b"bytes")),
        ("write", (CURVE, "jwk", {"type": "private"})),
    ],
)
async def test_arguments_that_make_no_sense_fail_with_an_error_for_the_tenant(
    method: str, arguments: tuple[Any, ...]
) -> None:
    name = await refused(getattr(Subtle(), method)(*arguments))
    assert name in ("DataError", "NotSupportedError", "OperationError")
