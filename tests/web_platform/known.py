"""The cases that fail, by area and name, with the reasons. One that passes all the same fails its test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KNOWN: Final[Mapping[str, Mapping[str, str]]] = {}
