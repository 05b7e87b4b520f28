"""The operations of `crypto.subtle`, each a plain function of its arguments; see `subtle.py`.

`algorithm` holds the members of the specification's dictionaries, with the hash as a name; `key` is `{data}`:
a secret's bytes, a private key's PKCS #8 or a public one's SubjectPublicKeyInfo.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519

from playground.isolates import subtle_ciphers as ciphers
from playground.isolates import subtle_hashes as hashes
from playground.isolates import subtle_keys as keys
from playground.isolates import subtle_signatures as signatures
from playground.isolates.subtle_error import data_error, not_supported, operation_error

Algorithm = Mapping[str, Any]
Key = Mapping[str, Any]

_LEAST_MADE_BITS: Final = 2048
_EXPONENTS: Final = frozenset({3, 65537})


class Work:
    """All of them. Raises `SubtleError`s, and what bad arguments raise."""

    def __init__(self) -> None:
        self._keys = keys.KeyReader()

    def digest(self, algorithm: Algorithm, data: bytes) -> bytes:
        return hashes.digest(algorithm["name"], data)

    def encrypt(self, algorithm: Algorithm, key: Key, data: bytes) -> bytes:
        return self._cipher(True, algorithm, key["data"], data)

    def decrypt(self, algorithm: Algorithm, key: Key, data: bytes) -> bytes:
        return self._cipher(False, algorithm, key["data"], data)

    def sign(self, algorithm: Algorithm, key: Key, data: bytes) -> bytes:
        name = algorithm["name"]
        if name == "HMAC":
            return hashes.sign(algorithm["hash"], key["data"], data)
        private = self._keys.private(name, key["data"], algorithm.get("namedCurve", ""))
        return signatures.sign(
            name, private, algorithm.get("hash", ""), _whole(algorithm, "saltLength"), data
        )

    def verify(self, algorithm: Algorithm, key: Key, signature: bytes, data: bytes) -> bool:
        name = algorithm["name"]
        if name == "HMAC":
            return hmac.compare_digest(self.sign(algorithm, key, data), signature)
        public = self._keys.public(name, key["data"], algorithm.get("namedCurve", ""))
        salt = _whole(algorithm, "saltLength")
        return signatures.verify(name, public, algorithm.get("hash", ""), salt, signature, data)

    def derive(self, algorithm: Algorithm, key: Key, bytes_: float) -> bytes:
        name, secret, size = algorithm["name"], key["data"], int(bytes_)
        if name == "PBKDF2":
            iterations = _whole(algorithm, "iterations")
            return hashes.pbkdf2(algorithm["hash"], secret, algorithm["salt"], iterations, size)
        if name == "HKDF":
            return hashes.hkdf(algorithm["hash"], secret, algorithm["salt"], algorithm["info"], size)
        curve = algorithm.get("namedCurve", "")
        private = self._keys.private(name, secret, curve)
        public = self._keys.public(name, algorithm["public"], curve)
        try:
            shared: bytes = (
                private.exchange(ec.ECDH(), public) if name == "ECDH" else private.exchange(public)
            )
        except ValueError:
            raise operation_error("the keys come to no agreement") from None
        if size > len(shared):
            raise operation_error("more bits are asked for than the keys agree on")
        return shared[: size or len(shared)]

    def generate(self, algorithm: Algorithm) -> list[bytes]:
        name = algorithm["name"]
        made: keys.PrivateKey
        if name.startswith("RSA"):
            bits, exponent = _whole(algorithm, "modulusLength"), algorithm["publicExponent"]
            if not _LEAST_MADE_BITS <= bits <= keys.MOST_RSA_BITS or bits % 8:
                raise operation_error(
                    f"RSA keys are made of {_LEAST_MADE_BITS} to {keys.MOST_RSA_BITS} bits, a multiple of 8"
                )
            if int.from_bytes(exponent, "big") not in _EXPONENTS:
                raise operation_error("the public exponent is 3 or 65537")
            made = rsa.generate_private_key(int.from_bytes(exponent, "big"), bits)
        elif name.startswith("EC"):
            made = ec.generate_private_key(keys.CURVES[algorithm["namedCurve"]])
        elif name == "Ed25519":
            made = ed25519.Ed25519PrivateKey.generate()
        elif name == "X25519":
            made = x25519.X25519PrivateKey.generate()
        else:
            raise not_supported("the algorithm has no pairs of keys")
        return [keys.private_der(made), keys.public_der(made.public_key())]

    def read(self, algorithm: Algorithm, format: str, data: Any) -> dict[str, Any]:
        name, curve = algorithm["name"], algorithm.get("namedCurve", "")
        private = format == "pkcs8"
        key: Any
        if format == "jwk":
            private, key = keys.from_jwk(name, data, curve)
        elif format == "raw":
            key = keys.from_raw(name, data, curve)
        elif format == "pkcs8":
            key = self._keys.private(name, data, curve)
        elif format == "spki":
            key = self._keys.public(name, data, curve)
        else:
            raise not_supported("the format is not supported")
        der = keys.private_der(key) if private else keys.public_der(key)
        read: dict[str, Any] = {"type": "private" if private else "public", "data": der}
        if isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)):
            public = key.public_key() if isinstance(key, rsa.RSAPrivateKey) else key
            exponent = public.public_numbers().e
            read |= {
                "bits": key.key_size,
                "exponent": exponent.to_bytes((exponent.bit_length() + 7) // 8, "big"),
            }
        return read

    def write(self, algorithm: Algorithm, format: str, key: Key) -> Any:
        name, curve = algorithm["name"], algorithm.get("namedCurve", "")
        load = self._keys.private if key["type"] == "private" else self._keys.public
        loaded = load(name, key["data"], curve)
        if format == "jwk":
            return keys.to_jwk(loaded)
        if format == "raw" and key["type"] == "public":
            return keys.raw_public(loaded)
        raise data_error("the key has no such format")

    def _cipher(self, encrypting: bool, algorithm: Algorithm, key: bytes, data: bytes) -> bytes:
        match algorithm["name"]:
            case "AES-GCM":
                extra, tag = algorithm.get("additionalData", b""), int(algorithm["tagLength"])
                return ciphers.gcm(encrypting, key, algorithm["iv"], extra, tag, data)
            case "AES-CBC":
                return ciphers.cbc(encrypting, key, algorithm["iv"], data)
            case "AES-CTR":
                return ciphers.ctr(key, algorithm["counter"], int(algorithm["length"]), data)
            case "AES-KW":
                return ciphers.wrap(encrypting, key, data)
            case "RSA-OAEP" as name:
                half = self._keys.public(name, key) if encrypting else self._keys.private(name, key)
                return ciphers.oaep(encrypting, half, algorithm["hash"], algorithm.get("label", b""), data)
        raise not_supported("the algorithm does not encrypt")


def _whole(algorithm: Algorithm, member: str) -> int:
    return int(algorithm.get(member, 0))
