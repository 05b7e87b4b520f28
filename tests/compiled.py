"""Compiled templates, made once for all tests. Whoever reads them checks them, here as anywhere."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

CACHE: Final = Path(tempfile.gettempdir()) / f"playground-tests-{os.getuid()}"


def lend(folder: Path) -> None:
    """Put what there is into `folder`, the cache of something that has one of its own."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for kept in CACHE.glob("*.compiled"):
        with contextlib.suppress(FileNotFoundError):  # another process has just taken it away
            shutil.copy2(kept, folder)
