"""Texts of people that others read: labels, names, questions, notes."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""Control characters, and those that turn the direction of what is written around them."""


def plain(text: str) -> str:
    """The text without characters that are not seen, or have others seen where they are not. Lines and tabs
    stay.
    """
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str) -> str:
    """The same as one line."""
    return " ".join(plain(text).split())
