"""A process and its descendants as the kernel counts them: CPU time, memory, and an end for all of them."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE_KIB: Final = os.sysconf("SC_PAGE_SIZE") / 1024
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
    """What they occupy, shared pages shared out among them (PSS).

    Of processes that do not let their user look, which root may all the same, it is RSS.
    """
    return sum(map(_memory_kib, tree(root))) / 1024


def _memory_kib(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_KIB
    return 0


def kill(pids: list[int]) -> None:
    """End those that are still there."""
    for pid in pids:
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)
