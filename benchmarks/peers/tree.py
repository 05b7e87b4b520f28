"""A process and its descendants as the kernel counts them: CPU time, memory, and an end for all of them."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PARENT, _FIRST_TIME, _AFTER_TIMES = 1, 11, 15


def tree(root: int) -> dict[int, float]:
    """The CPU seconds of the process and of each that descends from it; empty where there is no /proc.

    What a process has waited for counts as its own.
    """
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            pid = int(stat.parent.name)
            parents[pid] = int(fields[_PARENT])
            seconds[pid] = sum(map(int, fields[_FIRST_TIME:_AFTER_TIMES])) / _TICKS

    def descends(pid: int) -> bool:
        while pid != root and pid in parents:
            pid = parents[pid]
        return pid == root

    return {pid: used for pid, used in seconds.items() if descends(pid)}


def cpu_seconds(root: int) -> float:
    """CPU time of all of them so far."""
    return sum(tree(root).values())


def memory_mib(root: int) -> float:
    """What they occupy, shared pages shared out among them (PSS)."""
    total = 0
    for pid in tree(root):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def kill(pids: list[int]) -> None:
    """End those that are still there."""
    for pid in pids:
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)
