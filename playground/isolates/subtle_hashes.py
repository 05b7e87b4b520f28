"""The hashes of `crypto.subtle`, by their names there, and what is derived from them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from playground.isolates.subtle_error import not_supported, operation_error

MOST_ITERATIONS: Final = 100_000
"""Of PBKDF2; the reference platform's limit."""
MOST_PBKDF2_BYTES: Final = 256
"""Derived in one call: as each block costs all iterations."""

_HASHES: Final[Mapping[str, tuple[str, type[hashes.HashAlgorithm]]]] = {
    "MD5": ("md5", hashes.MD5),
    "SHA-1": ("sha1", hashes.SHA1),
    "SHA-256": ("sha256", hashes.SHA256),
    "SHA-384": ("sha384", hashes.SHA384),
    "SHA-512": ("sha512", hashes.SHA512),
}


def hash_of(name: str) -> hashes.HashAlgorithm:
    """The hash as `cryptography` has it. Raises a `NotSupportedError`."""
    return _HASHES[_known(name)][1]()


def digest(name: str, data: bytes) -> bytes:
    """The hash of `data`."""
    return hashlib.new(_HASHES[_known(name)][0], data, usedforsecurity=False).digest()


def sign(name: str, key: bytes, data: bytes) -> bytes:
    """The HMAC of `data`."""
    return hmac.digest(key, data, _HASHES[_known(name)][0])


def pbkdf2(name: str, password: bytes, salt: bytes, iterations: int, size: int) -> bytes:
    """`size` bytes from a password. https://www.rfc-editor.org/rfc/rfc8018"""
    if iterations > MOST_ITERATIONS:
        raise not_supported(f"iteration counts above {MOST_ITERATIONS} are not supported")
    if iterations < 1:
        raise operation_error("the iteration count is at least 1")
    if size > MOST_PBKDF2_BYTES:
        raise operation_error(f"more than {MOST_PBKDF2_BYTES} bytes cannot be derived with PBKDF2")
    if size == 0:
        return b""
    return hashlib.pbkdf2_hmac(_HASHES[_known(name)][0], password, salt, iterations, size)


def hkdf(name: str, secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    """`size` bytes from a secret. https://www.rfc-editor.org/rfc/rfc5869"""
    algorithm = hash_of(name)
    if size > 255 * algorithm.digest_size:
        raise operation_error("more bytes are asked for than HKDF gives")
    return HKDF(algorithm, size, salt, info).derive(secret) if size else b""


def _known(name: str) -> str:
    if name not in _HASHES:
        raise not_supported("the hash is not supported")
    return name
