"""Compiled modules on disk: made once per machine, believed only when they are ours and whole.

What is loaded here is run as machine code, outside any sandbox, so a file that anybody else can write must
not reach `load`: folder and file must be owned by this user and be writable by nobody else, and both are
checked once they are open, so that what was checked is what is read. The hash protects against what was
cut or damaged, and against a file under another's name; it is not made with a secret, for who may read a key
in this folder may write the module too.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

_SUFFIX: Final = ".compiled"
_NOT_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_MOST_BYTES: Final = 256 << 20
_KEPT: Final = 8
"""Modules that are kept; the oldest go, as other versions of this package leave theirs behind."""
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

T = TypeVar("T")


class Unusable(Exception):
    """What was kept cannot be used on this machine."""


class CompiledCache:
    """A folder of compiled modules, named by what they were compiled from. `folder` None keeps nothing.

    `compiling` is called before one is built.
    """

    def __init__(self, folder: Path | None, compiling: Callable[[], None] = lambda: None) -> None:
        self._folder = folder
        self._compiling = compiling

    def get(self, key: str, build: Callable[[], bytes], load: Callable[[bytes], T]) -> T:
        """`load` of what is kept for `key` (text that says all it depends on).

        It is built and kept where it is missing or in doubt, or where `load` raises `Unusable`. Whoever looks
        at the same time finds what was there before, or all of the new one.
        """
        name = hashlib.sha256(key.encode()).hexdigest()[:32] + _SUFFIX
        kept = self._read(name, key)
        if kept is not None:
            with contextlib.suppress(Unusable):
                return load(kept)
        self._compiling()
        built = build()
        with contextlib.suppress(OSError):  # without a cache the next start is slower, and that is all
            self._write(name, _digest(key, built) + built)
        return load(built)

    def _read(self, name: str, key: str) -> bytes | None:
        try:
            with self._opened() as folder:
                descriptor = os.open(name, _READ, dir_fd=folder)
        except OSError:
            return None
        if not _is_our_file(os.fstat(descriptor)):
            os.close(descriptor)
            return None
        with open(descriptor, "rb") as file:
            digest = file.read(hashlib.sha256().digest_size)
            body = file.read(_MOST_BYTES)
        return body if digest == _digest(key, body) else None

    def _write(self, name: str, data: bytes) -> None:
        if self._folder is None:
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._opened() as folder:
            unfinished = f".{secrets.token_hex(8)}{_SUFFIX}"
            descriptor = os.open(unfinished, _WRITE, 0o600, dir_fd=folder)
            try:
                with open(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(descriptor)
                os.replace(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                os.unlink(unfinished, dir_fd=folder)
                raise
            _tidy(folder)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        """The folder, open. Raises `OSError` where there is none, or it is not ours alone."""
        if self._folder is None:
            raise FileNotFoundError
        link = os.lstat(self._folder)
        if stat.S_ISLNK(link.st_mode) and link.st_uid not in (0, os.geteuid()):
            raise PermissionError
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if not _is_ours(os.fstat(descriptor)):
                raise PermissionError
            yield descriptor
        finally:
            os.close(descriptor)


def _tidy(folder: int) -> None:
    """Keep the newest few; what was begun and never finished goes with the rest in time."""
    found = []
    for name in os.listdir(folder):
        if name.endswith(_SUFFIX):
            with contextlib.suppress(OSError):
                found.append((os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime_ns, name))
    found.sort(reverse=True)
    for _, name in found[_KEPT:]:
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=folder)


def _is_ours(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & _NOT_OTHERS


def _is_our_file(status: os.stat_result) -> bool:
    """Whether it is a file of ours, under this name alone (a second name may lie where others write)."""
    is_file = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
    return is_file and _is_ours(status) and status.st_size <= _MOST_BYTES


def _digest(key: str, body: bytes) -> bytes:
    return hashlib.sha256(len(key).to_bytes(8, "little") + key.encode() + body).digest()
