"""The lock that keeps a second server off the same files."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from playground.core.errors import FilesInUse


class FileLock:
    """An exclusive lock on a file beside the database, held while the process lives.

    The kernel lets go of it when the process ends, however it ends, so a crash leaves nothing to clean up.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, or raise `FilesInUse` naming the process that holds it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise FilesInUse(
                f"another server (process {holder or 'unknown'}) uses {self._path.parent}; "
                "stop it, or choose another folder with --data"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go. The file stays: removing it would race with the next holder."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
