"""The lock that keeps a second server off the same files."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from playground.core.errors import FilesInUse

_MARK: Final = "has a database"


class FileLock:
    """An exclusive lock on a file beside the database, held while the process lives.

    The kernel lets go of it when the process ends, however it ends, so a crash leaves nothing to clean up.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self.marked = False
        """Whether a holder has said, now or before, that there is a database."""

    def acquire(self) -> None:
        """Take the lock, or raise `FilesInUse` naming the process that holds it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _read(descriptor)[0]
            os.close(descriptor)
            raise FilesInUse(
                f"another server (process {holder or 'unknown'}) uses {self._path.parent}; "
                "stop it, or choose another folder with --data"
            ) from error
        self._descriptor = descriptor
        self.marked = _MARK in _read(descriptor)[1:]
        self._write()

    def mark(self) -> None:
        """Say that there is a database now. It stays said."""
        if not self.marked:
            self.marked = True
            self._write()

    def _write(self) -> None:
        assert self._descriptor is not None
        mark = f"{_MARK}\n" if self.marked else ""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n{mark}".encode("ascii"), 0)

    def release(self) -> None:
        """Let go. The file stays: removing it would race with the next holder."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _read(descriptor: int) -> list[str]:
    """The holder's process id, and what was marked."""
    return os.pread(descriptor, 64, 0).decode("ascii", "replace").splitlines() or [""]
