"""The guest's file: QuickJS-NG as WebAssembly, as the pinned quickjs-rs ships it."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import Final

GUEST_SHA256: Final = "647ab11ae29cc6d39a6d17d3aa1e7a6a0b5fb9c44b4864475a18bc644f926050"
GUEST_RELEASE: Final = "quickjs-rs 0.2.6"


class GuestMismatch(Exception):
    """The guest's file is missing, or is not the one that this version was written for."""


def guest_path() -> Path:
    """Where the installed package keeps its WebAssembly file. Its Python code is not imported."""
    found = importlib.util.find_spec("quickjs_rs")
    folders = found.submodule_search_locations if found is not None else None
    if not folders:
        raise GuestMismatch(f"the package quickjs-rs is not installed; install {GUEST_RELEASE}")
    return Path(folders[0]) / "_guest.wasm"


def read_guest(path: Path | None = None) -> bytes:
    """The guest's bytes, checked against the pinned hash."""
    source = path or guest_path()
    try:
        data = source.read_bytes()
    except OSError as error:
        raise GuestMismatch(f"the guest's file cannot be read: {error.strerror}") from None
    found = hashlib.sha256(data).hexdigest()
    if found != GUEST_SHA256:
        raise GuestMismatch(
            f"the guest's file has SHA-256 {found}, expected {GUEST_SHA256} ({GUEST_RELEASE})"
        )
    return data
