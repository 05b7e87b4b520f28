"""A WebAssembly binary, taken apart as far as baking needs: its sections and what the rewritten ones hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

PAGE: Final = 65536

_HEADER: Final = b"\0asm\1\0\0\0"
(
    _CUSTOM,
    _TYPE,
    _IMPORT,
    _FUNCTION,
    _TABLE,
    _MEMORY,
    _GLOBAL,
    _EXPORT,
    _START,
    _ELEMENT,
    _CODE,
    _DATA,
    _COUNT,
) = range(13)
_ORDER: Final = (
    _TYPE,
    _IMPORT,
    _FUNCTION,
    _TABLE,
    _MEMORY,
    _GLOBAL,
    _EXPORT,
    _START,
    _ELEMENT,
    _COUNT,
    _CODE,
    _DATA,
)
_GLOBAL_KIND: Final = 3
_I32: Final = 0x7F
_I32_CONST, _END = 0x41, 0x0B

# A hole of fewer zero bytes than this stays inside a data segment: a segment costs about as much.
_SMALLEST_HOLE: Final = 64


class BadBinary(Exception):
    """The file is no WebAssembly module of the shape that baking knows."""


def unsigned(number: int) -> bytes:
    """`number` in unsigned LEB128."""
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def signed(number: int) -> bytes:
    """`number` in signed LEB128."""
    encoded = bytearray()
    while not -0x40 <= number < 0x40:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number & 0x7F)
    return bytes(encoded)


class Reader:
    """Reads a section's contents from front to back."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def byte(self) -> int:
        return self.take(1)[0]

    def take(self, length: int) -> bytes:
        end = self.position + length
        if end > len(self._data):
            raise BadBinary("the file ends inside a section")
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise BadBinary("a number is too long")

    def name(self) -> str:
        return self.take(self.number()).decode()

    @property
    def at_end(self) -> bool:
        return self.position == len(self._data)


class Binary:
    """The sections of one module, which may be rewritten before `encoded()` puts them together again.

    Custom sections (names, debug information) are dropped.
    """

    def __init__(self, data: bytes) -> None:
        if not data.startswith(_HEADER):
            raise BadBinary("the file is not WebAssembly")
        self._sections: dict[int, bytes] = {}
        reader = Reader(data[len(_HEADER) :])
        while not reader.at_end:
            kind = reader.byte()
            contents = reader.take(reader.number())
            if kind != _CUSTOM:
                self._sections[kind] = contents
        if _START in self._sections:
            raise BadBinary("a start function would run on top of the baked memory")
        if _COUNT in self._sections:
            raise BadBinary("passive data segments cannot be baked")
        if self._sections.get(_IMPORT, b"\0") != b"\0":
            raise BadBinary("the guest asks the host for functions")

    def encoded(self) -> bytes:
        """The module as a file."""
        parts = [_HEADER]
        for kind in _ORDER:
            if kind in self._sections:
                contents = self._sections[kind]
                parts.append(bytes([kind]) + unsigned(len(contents)) + contents)
        return b"".join(parts)

    def set_memory(self, image: bytes) -> None:
        """Let the memory start as `image` (whole pages): what is not zero becomes the data segments."""
        if len(image) % PAGE:
            raise BadBinary("a memory image is whole pages")
        reader = Reader(self._sections[_MEMORY])
        if reader.number() != 1 or reader.byte() != 0:
            raise BadBinary("baking knows modules with one unshared memory without a maximum")
        self._sections[_MEMORY] = b"\x01\x00" + unsigned(len(image) // PAGE)
        segments = [
            b"\x00" + bytes([_I32_CONST]) + signed(offset) + bytes([_END]) + unsigned(len(chunk)) + chunk
            for offset, chunk in runs(image)
        ]
        self._sections[_DATA] = unsigned(len(segments)) + b"".join(segments)

    def set_global(self, name: str, value: int) -> None:
        """Let the exported mutable i32 global start as `value`. It must be the module's only mutable one."""
        wanted = next(
            (index for found, kind, index in self._exports() if kind == _GLOBAL_KIND and found == name), None
        )
        if wanted is None:
            raise BadBinary(f"no global is exported as {name}")
        reader = Reader(self._sections[_GLOBAL])
        count = reader.number()
        rewritten = [unsigned(count)]
        for index in range(count):
            value_type, mutable = reader.byte(), reader.byte()
            if value_type != _I32 or reader.byte() != _I32_CONST:
                raise BadBinary("baking knows globals that are i32 constants")
            start = reader.position
            reader.number()
            constant = self._sections[_GLOBAL][start : reader.position]
            if reader.byte() != _END:
                raise BadBinary("a global's first value is not a constant")
            if mutable and index != wanted:
                raise BadBinary("a second mutable global would keep its old value")
            constant = signed(value) if index == wanted else constant
            rewritten.append(bytes([value_type, mutable, _I32_CONST]) + constant + bytes([_END]))
        self._sections[_GLOBAL] = b"".join(rewritten)

    def keep_exports(self, names: Collection[str]) -> None:
        """Export nothing but these."""
        kept = [export for export in self._exports() if export[0] in names]
        items = [
            unsigned(len(name.encode())) + name.encode() + bytes([kind]) + unsigned(index)
            for name, kind, index in kept
        ]
        self._sections[_EXPORT] = unsigned(len(items)) + b"".join(items)

    def _exports(self) -> Iterator[tuple[str, int, int]]:
        reader = Reader(self._sections[_EXPORT])
        for _ in range(reader.number()):
            yield reader.name(), reader.byte(), reader.number()


def runs(image: bytes) -> Iterator[tuple[int, bytes]]:
    """The stretches of `image` that are not zero, with their offsets; short holes stay inside."""
    end = len(image)
    hole = bytes(_SMALLEST_HOLE)
    position = 0
    while position < end:
        if image[position : position + _SMALLEST_HOLE] == hole[: end - position]:
            position += _SMALLEST_HOLE
            continue
        start = position
        found = image.find(hole, start)
        stop = end if found == -1 else found
        yield start, image[start:stop]
        position = stop
