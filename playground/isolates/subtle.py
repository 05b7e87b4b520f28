"""The host's side of `crypto.subtle`: what the guest's own code would be too slow for, or lacks.

It keeps nothing: each call brings the key along, which the isolate holds. What takes long (RSA, PBKDF2, long
data) is done on one of few threads, one call at a time for each isolate, so that no tenant can take more
than its turn:

| | at most |
|---|---|
| data of a call | 16 MiB |
| PBKDF2 | 100,000 iterations, 256 bytes derived |
| HKDF | 255 hashes' length |
| RSA | 1024 to 4096 bits; keys are made of 2048 or more, with the exponent 3 or 65537 |
| calls of one isolate waiting for a thread | 64 |

https://w3c.github.io/webcrypto/
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

from playground.core.rpc import RpcTarget
from playground.core.values import View
from playground.isolates.subtle_error import SubtleError, not_supported, operation_error

if TYPE_CHECKING:
    from playground.isolates.subtle_work import Work

_THREADS: Final = 2
_MOST_WAITING: Final = 64
_MOST_BYTES: Final = 16 << 20
_SHORT: Final = 64 << 10
"""Bytes up to which a symmetric operation takes less time than the way to a thread."""
_QUICK: Final = frozenset({"AES-CBC", "AES-CTR", "AES-GCM", "AES-KW", "HMAC", "HKDF"})
_METHODS: Final = ("digest", "encrypt", "decrypt", "sign", "verify", "derive", "generate", "read", "write")


class Subtle(RpcTarget):
    """Does one isolate's cryptography. All failures are `SubtleError`s."""

    rpc_methods: ClassVar[Mapping[str, str]] = {name: name for name in _METHODS}

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._made: Work | None = None

    async def digest(self, name: str, data: bytes | View) -> Any:
        """The hash of `data`."""
        return await self._do("digest", {"name": name}, data)

    async def encrypt(self, algorithm: dict[str, Any], key: dict[str, Any], data: bytes | View) -> Any:
        """`data`, encrypted; with AES-KW, wrapped."""
        return await self._do("encrypt", algorithm, key, data)

    async def decrypt(self, algorithm: dict[str, Any], key: dict[str, Any], data: bytes | View) -> Any:
        """`data`, decrypted; with AES-KW, unwrapped."""
        return await self._do("decrypt", algorithm, key, data)

    async def sign(self, algorithm: dict[str, Any], key: dict[str, Any], data: bytes | View) -> Any:
        """The signature of `data`."""
        return await self._do("sign", algorithm, key, data)

    async def verify(
        self, algorithm: dict[str, Any], key: dict[str, Any], signature: bytes, data: bytes
    ) -> Any:
        """Whether it is the signature of `data`."""
        return await self._do("verify", algorithm, key, signature, data)

    async def derive(self, algorithm: dict[str, Any], key: dict[str, Any], bytes_: float) -> Any:
        """That many bytes from a secret; 0 of an agreement on a key: all of them."""
        return await self._do("derive", algorithm, key, bytes_)

    async def generate(self, algorithm: dict[str, Any]) -> Any:
        """A new pair of keys: PKCS #8 and SubjectPublicKeyInfo."""
        return await self._do("generate", algorithm)

    async def read(self, algorithm: dict[str, Any], format: str, data: Any) -> Any:
        """A key with two halves as the guest keeps it: `{type, data}`, and of RSA `{bits, exponent}`."""
        return await self._do("read", algorithm, format, data)

    async def write(self, algorithm: dict[str, Any], format: str, key: dict[str, Any]) -> Any:
        """A key in the format: bytes, or a JSON Web Key."""
        return await self._do("write", algorithm, format, key)

    async def _do(self, method: str, algorithm: dict[str, Any], *arguments: Any) -> Any:
        given = [_plain(argument) for argument in arguments]
        algorithm = _plain(algorithm)
        size = sum(len(each) for each in given if isinstance(each, bytes))
        if size > _MOST_BYTES:
            raise operation_error(f"more than {_MOST_BYTES >> 20} MiB cannot be processed at once")
        if self._made is None:
            self._made = await self._in_thread(_new_work)
        work: Callable[..., Any] = getattr(self._made, method)
        is_quick = algorithm.get("name") in _QUICK or method == "digest"
        if is_quick and size <= _SHORT:
            return _guarded(work, algorithm, *given)
        if self._waiting >= _MOST_WAITING:
            raise operation_error(f"more than {_MOST_WAITING} operations are waiting")
        self._waiting += 1
        try:
            async with self._turn:
                return await self._in_thread(_guarded, work, algorithm, *given)
        finally:
            self._waiting -= 1

    async def _in_thread(self, run: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(_threads(), run, *arguments)


def _guarded(work: Callable[..., Any], *arguments: Any) -> Any:
    """What the work comes to. The runtime sends what is right; arguments that are not are a tenant's."""
    try:
        return work(*arguments)
    except SubtleError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise operation_error("the operation failed") from None


def _plain(value: Any) -> Any:
    if isinstance(value, View):
        return value.data
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, "subtle")


def _new_work() -> Work:
    # the library takes long to import, and not every server needs it
    try:
        from playground.isolates.subtle_work import Work
    except ImportError:
        raise not_supported("the package `cryptography` is not installed") from None
    return Work()
