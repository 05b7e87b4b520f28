"""Where the compiled template of a test's isolates is kept."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.testing.isolates import default_cache


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    default_cache.cache_clear()
    yield
    default_cache.cache_clear()


def test_it_is_the_user_s_own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = default_cache()
    assert folder == tmp_path / "cache" / "dynamic-workflows-playground"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    default_cache.cache_clear()
    assert default_cache() == folder


def test_it_is_in_the_home_folder_where_nothing_else_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_cache() == tmp_path / ".cache" / "dynamic-workflows-playground"


def test_it_is_a_folder_of_the_process_where_there_is_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    folder = default_cache()
    assert folder.is_dir()
    assert tmp_path not in folder.parents
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert default_cache() == folder
