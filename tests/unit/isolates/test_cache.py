"""Compiled modules on disk: believed only when they are ours and whole."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.isolates.process.cache import CompiledCache, Unusable


class Build:
    """Counts how often it was asked to build."""

    def __init__(self, result: bytes = b"machine code") -> None:
        self.result = result
        self.times = 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.result


def get(folder: Path | None, build: Build, key: str = "key") -> bytes:
    return CompiledCache(folder).get(key, build, lambda kept: kept)


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_it_is_built_once(tmp_path: Path) -> None:
    build = Build()
    assert get(tmp_path / "cache", build) == get(tmp_path / "cache", build) == b"machine code"
    assert build.times == 1


def test_another_key_is_another_module(tmp_path: Path) -> None:
    build = Build()
    get(tmp_path, build, "one")
    get(tmp_path, build, "two")
    assert build.times == 2


def test_without_a_folder_nothing_is_kept() -> None:
    build = Build()
    get(None, build)
    get(None, build)
    assert build.times == 2


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    get(tmp_path / "cache", Build())
    assert stat.S_IMODE(only_file(tmp_path / "cache").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def writable(path: Path) -> None:
    path.chmod(0o666)


def linked(path: Path) -> None:
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("tamper", [flip, cut, empty, writable, linked, folder])
def test_what_is_in_doubt_is_built_again(tmp_path: Path, tamper: Callable[[Path], None]) -> None:
    build = Build()
    get(tmp_path, build)
    tamper(only_file(tmp_path))
    assert get(tmp_path, build) == b"machine code"
    assert build.times == 2


def test_a_file_of_another_key_is_not_believed(tmp_path: Path) -> None:
    get(tmp_path, Build(b"one"), "one")
    first = only_file(tmp_path)
    kept = first.read_bytes()
    first.unlink()
    get(tmp_path, Build(b"two"), "two")
    only_file(tmp_path).write_bytes(kept)
    assert get(tmp_path, Build(b"two"), "two") == b"two"


def test_what_cannot_be_loaded_here_is_built_again(tmp_path: Path) -> None:
    build = Build()
    get(tmp_path, build)
    loads = 0

    def load(kept: bytes) -> bytes:
        nonlocal loads
        loads += 1
        if loads == 1:
            raise Unusable
        return kept

    assert CompiledCache(tmp_path).get("key", build, load) == b"machine code"
    assert build.times == 2


def test_a_folder_that_cannot_be_made_costs_time_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert get(tmp_path / "file" / "cache", Build()) == b"machine code"


def test_two_may_build_at_once(tmp_path: Path) -> None:
    both = threading.Barrier(2)
    results: list[bytes] = []

    def build() -> bytes:
        both.wait(10)
        return os.urandom(4) * 100_000

    def work() -> None:
        results.append(CompiledCache(tmp_path).get("key", build, lambda kept: kept))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert get(tmp_path, Build()) in results
    assert len(list(tmp_path.iterdir())) == 1
