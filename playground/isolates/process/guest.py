"""The guest's file: QuickJS-NG and our side of a turn, compiled to WebAssembly when the package is built."""

from __future__ import annotations

from pathlib import Path
from typing import Final

GUEST: Final = Path(__file__).resolve().parent.parent / "guest" / "build" / "guest.wasm"
"""Made by `scripts/guest.py`, which checks the sources that it compiles."""


class GuestMissing(Exception):
    """The guest's file is not there."""


def read_guest(path: Path = GUEST) -> bytes:
    """The guest as a WebAssembly binary."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise GuestMissing(f"the guest cannot be read ({error.strerror}): was the package built?") from None
