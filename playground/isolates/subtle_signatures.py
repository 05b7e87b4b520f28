"""Signatures of `crypto.subtle` by keys with two halves."""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from playground.isolates.subtle_error import not_supported, operation_error
from playground.isolates.subtle_hashes import hash_of


def sign(name: str, key: Any, hash: str, salt: int, data: bytes) -> bytes:
    """The signature by a private key. `salt`: bytes, for RSA-PSS."""
    try:
        if name == "Ed25519":
            made: bytes = key.sign(data)
        elif name == "ECDSA":
            r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hash_of(hash))))
            size = (key.key_size + 7) // 8
            made = r.to_bytes(size, "big") + s.to_bytes(size, "big")
        else:
            made = key.sign(data, _padding(name, hash, salt), hash_of(hash))
    except ValueError:
        raise operation_error("the data cannot be signed with this key") from None
    return made


def verify(name: str, key: Any, hash: str, salt: int, signature: bytes, data: bytes) -> bool:
    """Whether it is the signature of `data` that belongs to a public key."""
    try:
        if name == "Ed25519":
            key.verify(signature, data)
        elif name == "ECDSA":
            size = (key.key_size + 7) // 8
            if len(signature) != 2 * size:
                return False
            r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hash_of(hash)))
        else:
            key.verify(signature, data, _padding(name, hash, salt), hash_of(hash))
    except (InvalidSignature, ValueError):
        return False
    return True


def _padding(name: str, hash: str, salt: int) -> Any:
    if name == "RSASSA-PKCS1-v1_5":
        return padding.PKCS1v15()
    if name == "RSA-PSS":
        if salt < 0:
            raise operation_error("the salt has a negative length")
        return padding.PSS(padding.MGF1(hash_of(hash)), salt)
    raise not_supported("the algorithm does not sign")
