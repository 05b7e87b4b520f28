"""The folder of what tests write: in memory, where there is room, as they sync thousands of times and test no
disk. What a failed run wrote is kept until the next one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from tests.compiled import CACHE

_MEMORY: Final = Path("/dev/shm")
_ENOUGH_BYTES: Final = 4 << 30


def make() -> Path | None:
    """A new folder in memory; None where that is too small, or holds no programs. Folders of processes that
    have ended are removed.
    """
    try:
        found = os.statvfs(_MEMORY)
    except OSError:
        return None
    if found.f_bavail * found.f_frsize < _ENOUGH_BYTES or found.f_flag & (os.ST_NOEXEC | os.ST_RDONLY):
        return None
    ours = _MEMORY / CACHE.name
    ours.mkdir(mode=0o700, exist_ok=True)
    for folder in ours.iterdir():
        if not Path(f"/proc/{folder.name}").exists():
            shutil.rmtree(folder, ignore_errors=True)
    made = ours / str(os.getpid())
    made.mkdir(mode=0o700, exist_ok=True)
    return made
