"""A tenant that does its work, run after run, while others attack."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[2]
_LOADING_RUNS: Final = 5
_TIMEOUT_S: Final = 60.0


def quantile(values: Sequence[float], share: float) -> float:
    """The nearest-rank quantile; NaN of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else math.nan


def shown(name: str, found: Sequence[float]) -> str:
    """The latencies' quantiles, in ms, in a line."""
    shares = (f"p{share} {quantile(found, share / 100):6.1f}" for share in (50, 90, 99))
    return f"{name:7} {'  '.join(shares)}  ({len(found)} runs)"


class Neighbour:
    """Three-step runs one after the other, in a process of its own (`working.py`), each checked.

    `latencies` are those of the runs so far (POST sent → `done` read), in ms; `failures` says what went
    otherwise than it must.
    """

    def __init__(self, port: int) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.live.working", str(port)],
            cwd=_ROOT, env={**os.environ}, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._rests = threading.Event()
        self._rests.set()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.latencies: list[float] = []
        self.failures: list[str] = []

    def begin(self) -> None:
        """Start working, after `stop` again."""
        self._rests.clear()
        self._order("begin")

    def stop(self) -> None:
        """Finish the run that is under way, and rest."""
        if not self._rests.is_set():
            self._order("stop")
            assert self._rests.wait(_TIMEOUT_S), "the neighbour does not stop"

    def close(self) -> None:
        """Leave."""
        with self._program:
            self.stop()
            assert self._program.stdin is not None
            self._program.stdin.close()
            self._reader.join(_TIMEOUT_S)

    def measure(self, seconds: float, runs: int) -> list[float]:
        """What its next runs take: for so long, and so many at the least."""
        first = len(self.latencies)
        end = time.monotonic() + seconds
        while time.monotonic() < end or len(self.latencies) < first + runs:
            assert self._program.poll() is None, "the neighbour is gone"
            time.sleep(0.02)
        return self.latencies[first:]

    def warm_up(self) -> None:
        """Let its first runs go by, which load code."""
        self.measure(0, _LOADING_RUNS)

    def _order(self, order: str) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(f"{order}\n")
        self._program.stdin.flush()

    def _read(self) -> None:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            said = json.loads(line)
            if "rests" in said:
                self._rests.set()
                continue
            self.latencies.append(said["ms"])
            if "failure" in said:
                self.failures.append(said["failure"])
