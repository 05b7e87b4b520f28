"""The guest's file is the one that was pinned, or nothing starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.isolates.process.guest import GUEST_RELEASE, GuestMismatch, guest_path, read_guest


def test_the_installed_guest_is_the_pinned_one() -> None:
    assert read_guest().startswith(b"\0asm")


def test_another_file_is_refused_by_its_hash(tmp_path: Path) -> None:
    other = tmp_path / "guest.wasm"
    other.write_bytes(guest_path().read_bytes() + b"\0")
    with pytest.raises(GuestMismatch, match=GUEST_RELEASE):
        read_guest(other)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(GuestMismatch, match="cannot be read"):
        read_guest(tmp_path / "guest.wasm")
