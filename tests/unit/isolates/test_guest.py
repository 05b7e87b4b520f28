"""The guest's file: what it asks of the host, and what is said where it is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
import wasmtime

from playground.isolates.process.guest import GuestMissing, read_guest
from playground.isolates.process.isolate import MOST_SAID_BYTES
from scripts import guest


def test_it_imports_nothing() -> None:
    module = wasmtime.Module(wasmtime.Engine(), read_guest())
    assert [(found.module, found.name) for found in module.imports] == []


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(GuestMissing, match="was the package built"):
        read_guest(tmp_path / "guest.wasm")


def test_both_sides_agree_on_how_much_may_be_said() -> None:
    assert guest.MOST_SAID_BYTES == MOST_SAID_BYTES


def test_it_is_made_anew_when_a_source_changes(tmp_path: Path) -> None:
    native, output = tmp_path / guest.NATIVE, tmp_path / guest.OUTPUT
    native.mkdir(parents=True)
    output.parent.mkdir(parents=True)
    (native / "guest.c").write_text("/* one */")
    assert guest.stale(tmp_path)
    output.write_bytes(b"\0asm" + guest.mark(tmp_path))
    assert not guest.stale(tmp_path)
    (native / "guest.c").write_text("/* two */")
    assert guest.stale(tmp_path)


def test_sources_of_another_content_are_not_compiled(tmp_path: Path) -> None:
    (tmp_path / "quickjs_ng-0.17.0.2.tar.gz").write_bytes(b"something else")
    assert guest.archive_in(tmp_path) is None


def test_without_sources_of_ours_there_is_nothing_to_compile(tmp_path: Path) -> None:
    with pytest.raises(guest.GuestError, match="is missing"):
        guest.build(tmp_path)
