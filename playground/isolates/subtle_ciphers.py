"""What `crypto.subtle` encrypts and decrypts with."""

from __future__ import annotations

from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from playground.isolates.subtle_error import operation_error
from playground.isolates.subtle_hashes import hash_of

_BLOCK: Final = 16
_TAG_BITS: Final = frozenset({32, 64, 96, 104, 112, 120, 128})
_FAILED: Final = "the operation failed"


def gcm(encrypting: bool, key: bytes, iv: bytes, extra: bytes, tag_bits: int, data: bytes) -> bytes:
    """AES-GCM; the tag is at the end of what is encrypted. `iv`: 8 to 128 bytes."""
    if tag_bits not in _TAG_BITS:
        raise operation_error("the length of the tag is not one of AES-GCM")
    if not 8 <= len(iv) <= 128:
        raise operation_error("an initialization vector has 8 to 128 bytes here")
    size = tag_bits // 8
    if encrypting:
        encryptor = Cipher(algorithms.AES(key), modes.GCM(iv)).encryptor()
        encryptor.authenticate_additional_data(extra)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag[:size]
    if len(data) < size:
        raise operation_error("the data is shorter than its tag")
    mode = modes.GCM(iv, data[len(data) - size :], min_tag_length=size)
    decryptor = Cipher(algorithms.AES(key), mode).decryptor()
    decryptor.authenticate_additional_data(extra)
    try:
        return decryptor.update(data[: len(data) - size]) + decryptor.finalize()
    except InvalidTag:
        raise operation_error(_FAILED) from None


def cbc(encrypting: bool, key: bytes, iv: bytes, data: bytes) -> bytes:
    """AES-CBC, padded as PKCS #7 says."""
    if len(iv) != _BLOCK:
        raise operation_error(f"an initialization vector has {_BLOCK} bytes")
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv))
    if encrypting:
        padder, encryptor = PKCS7(128).padder(), cipher.encryptor()
        return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()
    if not data or len(data) % _BLOCK:
        raise operation_error(_FAILED)
    decryptor, unpadder = cipher.decryptor(), PKCS7(128).unpadder()
    try:
        return unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize()
    except ValueError:
        raise operation_error(_FAILED) from None


def ctr(key: bytes, counter: bytes, bits: int, data: bytes) -> bytes:
    """AES-CTR, which is its own opposite. Of the counter's block the last `bits` count, and wrap around."""
    if len(counter) != _BLOCK or not 1 <= bits <= 128:
        raise operation_error("a counter has 16 bytes, of which 1 to 128 bits count")
    if -(-len(data) // _BLOCK) > 1 << bits:
        raise operation_error("the data is longer than the counter can count")
    start = int.from_bytes(counter, "big")
    fixed = start >> bits << bits
    before_wrap = ((1 << bits) - (start - fixed)) * _BLOCK
    first = _ctr(key, counter, data[:before_wrap])
    if len(data) <= before_wrap:
        return first
    return first + _ctr(key, fixed.to_bytes(_BLOCK, "big"), data[before_wrap:])


def _ctr(key: bytes, counter: bytes, data: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def wrap(wrapping: bool, key: bytes, data: bytes) -> bytes:
    """AES-KW. https://www.rfc-editor.org/rfc/rfc3394"""
    try:
        return keywrap.aes_key_wrap(key, data) if wrapping else keywrap.aes_key_unwrap(key, data)
    except (ValueError, keywrap.InvalidUnwrap):
        raise operation_error(_FAILED) from None


def oaep(encrypting: bool, key: Any, hash: str, label: bytes, data: bytes) -> bytes:
    """RSA-OAEP. `key`: the public one to encrypt, the private one to decrypt."""
    algorithm: hashes.HashAlgorithm = hash_of(hash)
    scheme = rsa_padding.OAEP(rsa_padding.MGF1(algorithm), algorithm, label or None)
    try:
        done: bytes = key.encrypt(data, scheme) if encrypting else key.decrypt(data, scheme)
    except ValueError:
        raise operation_error(_FAILED) from None
    return done
