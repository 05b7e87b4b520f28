"""Compiled modules on disk.

Compiled code is run as it is, so a file is believed only when we wrote it: it belongs to this user, nobody
else may write to it, and its first line is the hash of the rest. Whatever is wrong, it is built again.
Files are written aside and renamed, so two processes may build the same one at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

_SUFFIX: Final = ".compiled"
_NOT_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH

T = TypeVar("T")


class Unusable(Exception):
    """What was kept cannot be used on this machine."""


class CompiledCache:
    """A folder of compiled modules, named by what they were compiled from. `folder` None keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, key: str, build: Callable[[], bytes], load: Callable[[bytes], T]) -> T:
        """`load` of what is kept for `key` (text that says all it depends on).

        It is built and kept where it is missing or in doubt, or where `load` raises `Unusable`.
        """
        if self._folder is None:
            return load(build())
        path = self._folder / (hashlib.sha256(key.encode()).hexdigest()[:32] + _SUFFIX)
        kept = self._read(path, key)
        if kept is not None:
            with contextlib.suppress(Unusable):
                return load(kept)
        built = build()
        self._write(path, key, built)
        return load(built)

    def _read(self, path: Path, key: str) -> bytes | None:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        if not _is_ours(os.fstat(descriptor)):
            os.close(descriptor)
            return None
        with open(descriptor, "rb") as file:
            digest = file.read(hashlib.sha256().digest_size)
            body = file.read()
        return body if digest == _digest(key, body) else None

    def _write(self, path: Path, key: str, body: bytes) -> None:
        assert self._folder is not None
        with contextlib.suppress(OSError):  # without a cache the next start is slower, and that is all
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=".", suffix=_SUFFIX, dir=self._folder)  # 0600
            try:
                with open(descriptor, "wb") as file:
                    file.write(_digest(key, body) + body)
                    file.flush()
                    os.fsync(descriptor)
                os.replace(name, path)
            except OSError:
                os.unlink(name)
                raise


def _is_ours(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & _NOT_OTHERS


def _digest(key: str, body: bytes) -> bytes:
    return hashlib.sha256(len(key).to_bytes(8, "little") + key.encode() + body).digest()
