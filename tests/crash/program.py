"""A program of this folder, run in a process of its own that may die at a fault point."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def live(program: str, folder: Path, fault: str | None) -> subprocess.CompletedProcess[str]:
    """Run `tests.crash.<program>` over the files in `folder`, with that fault armed."""
    environment = {**os.environ, "PYTHONPATH": os.getcwd(), "PYTHONWARNINGS": "error"}
    if fault is not None:
        environment["PLAYGROUND_FAULT"] = fault
    return subprocess.run(
        [sys.executable, "-m", f"tests.crash.{program}", str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
