"""Keys with two halves, between the formats of https://w3c.github.io/webcrypto/ and `cryptography`.

Inside an isolate a private key is PKCS #8 and a public one SubjectPublicKeyInfo, both DER; nothing of a key
is kept here but the latest few, read, because reading an RSA key means checking its primes.
"""

from __future__ import annotations

import base64
import binascii
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from playground.isolates.subtle_error import data_error, not_supported

LEAST_RSA_BITS: Final = 1024
MOST_RSA_BITS: Final = 4096
LONGEST_DER: Final = 2600
"""Bytes of the longest encoded key that is read: a little more than an RSA key of `MOST_RSA_BITS` takes."""
_LONGEST_MEMBER: Final = 1024
_KEPT: Final = 16

CURVES: Final[Mapping[str, ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
}
_RSA_PRIVATE: Final = ("d", "p", "q", "dp", "dq", "qi")

PrivateKey = (
    rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | x25519.X25519PrivateKey
)
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | x25519.X25519PublicKey
_PRIVATE: Final[Mapping[str, type[Any]]] = {
    "Ed25519": ed25519.Ed25519PrivateKey,
    "X25519": x25519.X25519PrivateKey,
}
_PUBLIC: Final[Mapping[str, type[Any]]] = {
    "Ed25519": ed25519.Ed25519PublicKey,
    "X25519": x25519.X25519PublicKey,
}


class KeyReader:
    """Reads the DER of keys, and keeps the latest few."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[bool, bytes], Any] = OrderedDict()

    def private(self, name: str, der: bytes, curve: str = "") -> Any:
        """The private key in PKCS #8. Raises a `DataError` for anything else."""
        return self._read(True, name, der, curve)

    def public(self, name: str, der: bytes, curve: str = "") -> Any:
        """The public key in SubjectPublicKeyInfo. Raises a `DataError` for anything else."""
        return self._read(False, name, der, curve)

    def _read(self, private: bool, name: str, der: bytes, curve: str) -> Any:
        key = self._kept.get((private, der))
        if key is None:
            if len(der) > LONGEST_DER:
                raise data_error(f"a key of more than {LONGEST_DER} bytes cannot be read")
            try:
                key = load_der_private_key(der, None) if private else load_der_public_key(der)
            except (ValueError, TypeError, UnsupportedAlgorithm):
                raise data_error("the key cannot be read") from None
            self._kept[private, der] = key
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return checked(key, private, name, curve)


def checked(key: Any, private: bool, name: str, curve: str) -> Any:
    """`key`, if it is one of the algorithm. Raises a `DataError` otherwise."""
    kinds: Mapping[str, type[Any]] = _PRIVATE if private else _PUBLIC
    kind = kinds.get(name)
    if name.startswith("RSA"):
        kind = rsa.RSAPrivateKey if private else rsa.RSAPublicKey
    elif name.startswith("EC"):
        kind = ec.EllipticCurvePrivateKey if private else ec.EllipticCurvePublicKey
    if kind is None or not isinstance(key, kind):
        raise data_error(f"the key is not one for {name}")
    if isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)) and not (
        LEAST_RSA_BITS <= key.key_size <= MOST_RSA_BITS
    ):
        raise not_supported(f"RSA keys have {LEAST_RSA_BITS} to {MOST_RSA_BITS} bits here")
    if isinstance(key, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey)) and (
        curve not in CURVES or key.curve.name != CURVES[curve].name
    ):
        raise data_error("the key is of another curve")
    return key


def private_der(key: PrivateKey) -> bytes:
    """The PKCS #8 of a private key."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def public_der(key: PublicKey) -> bytes:
    """The SubjectPublicKeyInfo of a public key."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def raw_public(key: Any) -> bytes:
    """The bytes of a public key alone; for curves as an uncompressed point."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    data: bytes = key.public_bytes_raw()
    return data


def from_raw(name: str, data: bytes, curve: str) -> PublicKey:
    """The public key of its bytes alone. Raises a `DataError`."""
    try:
        if curve in CURVES:
            return ec.EllipticCurvePublicKey.from_encoded_point(CURVES[curve], data)
        key: PublicKey = _PUBLIC[name].from_public_bytes(data)
        return key
    except (KeyError, ValueError):
        raise data_error("the key cannot be read") from None


def to_jwk(key: Any) -> dict[str, str]:
    """A key's JSON Web Key, without what says how it is used. https://www.rfc-editor.org/rfc/rfc7518"""
    if isinstance(key, rsa.RSAPublicKey):
        public = key.public_numbers()
        return {"kty": "RSA", "n": _integer_text(public.n), "e": _integer_text(public.e)}
    if isinstance(key, rsa.RSAPrivateKey):
        own = key.private_numbers()
        numbers = (own.d, own.p, own.q, own.dmp1, own.dmq1, own.iqmp)
        texts = dict(zip(_RSA_PRIVATE, map(_integer_text, numbers), strict=True))
        return {**to_jwk(key.public_key()), **texts}
    if isinstance(key, ec.EllipticCurvePublicKey):
        point, size = key.public_numbers(), (key.key_size + 7) // 8
        curve = next(name for name, kind in CURVES.items() if kind.name == key.curve.name)
        return {
            "kty": "EC",
            "crv": curve,
            "x": _integer_text(point.x, size),
            "y": _integer_text(point.y, size),
        }
    if isinstance(key, ec.EllipticCurvePrivateKey):
        size = (key.key_size + 7) // 8
        return {**to_jwk(key.public_key()), "d": _integer_text(key.private_numbers().private_value, size)}
    is_private = isinstance(key, (ed25519.Ed25519PrivateKey, x25519.X25519PrivateKey))
    curve = "Ed25519" if isinstance(key, (ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey)) else "X25519"
    public_half = key.public_key() if is_private else key
    made = {"kty": "OKP", "crv": curve, "x": _text(public_half.public_bytes_raw())}
    return {**made, "d": _text(key.private_bytes_raw())} if is_private else made


def from_jwk(name: str, jwk: Mapping[str, object], curve: str) -> tuple[bool, Any]:
    """Whether a JSON Web Key is a private one, and its key. Raises a `DataError`."""
    private = "d" in jwk
    key: Any
    try:
        if name.startswith("RSA"):
            key = _rsa_of(jwk, private)
        elif name.startswith("EC"):
            key = _ec_of(jwk, private, curve)
        else:
            key = _okp_of(name, jwk, private)
    except (ValueError, UnsupportedAlgorithm):
        raise data_error("the key cannot be read") from None
    return private, checked(key, private, name, curve)


def _rsa_of(jwk: Mapping[str, object], private: bool) -> rsa.RSAPrivateKey | rsa.RSAPublicKey:
    if "oth" in jwk:
        raise not_supported("RSA keys of more than two primes are not supported")
    public = rsa.RSAPublicNumbers(_integer(jwk, "e"), _integer(jwk, "n"))
    if public.n.bit_length() > MOST_RSA_BITS:
        raise not_supported(f"RSA keys have {LEAST_RSA_BITS} to {MOST_RSA_BITS} bits here")
    if not private:
        return public.public_key()
    d, p, q, dmp1, dmq1, iqmp = (_integer(jwk, member) for member in _RSA_PRIVATE)
    return rsa.RSAPrivateNumbers(p, q, d, dmp1, dmq1, iqmp, public).private_key()


def _ec_of(
    jwk: Mapping[str, object], private: bool, curve: str
) -> ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey:
    if curve not in CURVES or jwk.get("crv") != curve:
        raise data_error("the key is of another curve")
    size = (CURVES[curve].key_size + 7) // 8
    x, y = (int.from_bytes(_bytes(jwk, member, size), "big") for member in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, CURVES[curve])
    if not private:
        return public.public_key()
    return ec.EllipticCurvePrivateNumbers(int.from_bytes(_bytes(jwk, "d", size), "big"), public).private_key()


def _okp_of(name: str, jwk: Mapping[str, object], private: bool) -> Any:
    if jwk.get("crv") != name:
        raise data_error("the key is of another curve")
    public = _PUBLIC[name].from_public_bytes(_bytes(jwk, "x", 32))
    if not private:
        return public
    key = _PRIVATE[name].from_private_bytes(_bytes(jwk, "d", 32))
    if key.public_key() != public:
        raise data_error("the two halves of the key do not belong together")
    return key


def _integer(jwk: Mapping[str, object], member: str) -> int:
    return int.from_bytes(_bytes(jwk, member), "big")


def _bytes(jwk: Mapping[str, object], member: str, size: int | None = None) -> bytes:
    text = jwk.get(member)
    if not isinstance(text, str) or len(text) > _LONGEST_MEMBER or "=" in text:
        raise data_error(f'the member "{member}" is missing or no base64url')
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise data_error(f'the member "{member}" is no base64url') from None
    if size is not None and len(data) != size:
        raise data_error(f'the member "{member}" has not {size} bytes')
    return data


def _integer_text(number: int, size: int | None = None) -> str:
    return _text(number.to_bytes(size or max(1, (number.bit_length() + 7) // 8), "big"))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
