"""Compiled modules on disk: believed only when they are ours and whole."""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


def group_writable(path: Path) -> None:
    path.chmod(0o660)


def twice_named(path: Path) -> None:
    path.with_name("another").hardlink_to(path)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def longer(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


@pytest.mark.parametrize(
    "tamper",
    [flip, cut, empty, writable, group_writable, linked, twice_named, folder, pipe, device, longer],
)
def test_what_is_in_doubt_is_built_again(tmp_path: Path, tamper: Callable[[Path], None]) -> None:
    build = Build()
    get(tmp_path, build)
    tamper(only_file(tmp_path))
    assert get(tmp_path, build) == b"machine code"
    assert build.times == 2


def world_writable(path: Path) -> None:
    path.chmod(0o777)


def theirs(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, 12345, 12345)
    else:  # nobody can give a folder away; what is writable by others is as good as theirs
        path.chmod(0o770)


def behind_a_link_of_theirs(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")
    if os.geteuid() == 0:
        os.lchown(path, 12345, 12345)
    else:
        path.with_name("elsewhere").chmod(0o777)


@pytest.mark.parametrize("tamper", [world_writable, theirs, behind_a_link_of_theirs])
def test_a_folder_that_others_may_change_is_neither_read_nor_written(
    tmp_path: Path, tamper: Callable[[Path], None]
) -> None:
    cache = tmp_path / "cache"
    get(cache, Build(b"old"))
    before = only_file(cache).read_bytes()
    tamper(cache)
    build = Build(b"new")
    assert get(cache, build) == get(cache, build) == b"new"
    assert build.times == 2
    assert only_file(cache).read_bytes() == before


def test_a_link_of_our_own_leads_to_the_folder(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir(mode=0o700)
    (tmp_path / "cache").symlink_to("disk")
    build = Build()
    assert get(tmp_path / "cache", build) == get(tmp_path / "cache", build)
    assert build.times == 1


def test_a_file_of_others_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    get(tmp_path, Build(b"old"))
    fstat = os.fstat

    def of_others(descriptor: int) -> os.stat_result:
        status = fstat(descriptor)
        owner = os.geteuid() + stat.S_ISREG(status.st_mode)
        return os.stat_result([*status[:4], owner, *status[5:10]])

    monkeypatch.setattr(os, "fstat", of_others)
    assert get(tmp_path, Build(b"new")) == b"new"


def test_what_was_checked_is_what_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    get(tmp_path, Build(b"ours"))
    path = only_file(tmp_path)
    evil = tmp_path.parent / "evil"
    evil.write_bytes(b"\0" * 40)
    fstat = os.fstat

    def swap_after(descriptor: int) -> os.stat_result:
        status = fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and evil.exists():
            evil.replace(path)
        return status

    monkeypatch.setattr(os, "fstat", swap_after)
    build = Build(b"built")
    assert get(tmp_path, build) == b"ours"
    assert path.read_bytes() == b"\0" * 40


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_a_full_disk_or_a_folder_for_reading_costs_time_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    real = getattr(os, call)

    def full(*arguments: Any, **named: Any) -> Any:
        if call == "open" and not arguments[1] & os.O_CREAT:
            return real(*arguments, **named)
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, call, full)
    build = Build()
    assert get(tmp_path, build) == get(tmp_path, build) == b"machine code"
    assert build.times == 2
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_go(tmp_path: Path) -> None:
    for number in range(12):
        get(tmp_path, Build(), str(number))
        for age, path in enumerate(sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)):
            os.utime(path, ns=(age, age))
    assert len(list(tmp_path.iterdir())) == 8
    build = Build()
    get(tmp_path, build, "11")
    assert build.times == 0


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
