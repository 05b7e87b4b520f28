"""The cases that fail, by area and name, with the reasons. One that passes all the same fails its test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_MULTI_BYTE: Final = "the multi-byte encodings have tables of 150 KiB, some 50 pages for each isolate"

KNOWN: Final[Mapping[str, Mapping[str, str]]] = {
    "encoding": {
        "labels of gbk": _MULTI_BYTE,
        "labels of shift_jis": _MULTI_BYTE,
    },
    "streams_transforms": {
        "streams have no own properties": "web-streams-polyfill keeps what it knows in them",
    },
}
