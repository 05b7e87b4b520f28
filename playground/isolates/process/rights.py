"""What a worker process gives up before it sees tenant code, layer by layer.

In three steps, each as early as what comes after allows: `enter` while nothing is loaded, `give_up` when all
is loaded and there is one thread yet, `seal` when the threads run. A layer that the system does not have is
left out, and said to be missing. None of them replaces WebAssembly's own walls; each is there for the day
when those have a hole.
"""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import mmap
import os
import resource
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playground.isolates.process import kernel, landlock, namespaces, seccomp

LAYERS: Final = (
    "namespaces",
    "no new code",
    "empty root",
    "no user rights",
    "no capabilities",
    "no new privileges",
    "not dumpable",
    "landlock",
    "resource limits",
    "seccomp",
)

_CODECS: Final = ("ascii", "latin-1", "utf-8", "utf-16", "utf-16-le", "utf-32-le")
_NOBODY: Final = 65534
_DUMPABLE: Final = 4
_PARENT_DEATH_SIGNAL: Final = 1
_SIGKILL: Final = 9
_DROP_FROM_BOUNDS: Final = 24
_REFUSE_CODE: Final = 65  # PR_SET_MDWE
_CAPABILITIES_VERSION: Final = 0x20080522
_STANDARD: Final = 3
"""Descriptors below this limit are open, so there is none left to be had. Those above it stay."""
_MAPPINGS: Final = Path("/proc/self/maps")
_THREADS: Final = Path("/proc/self/task")
_OUT_OF_MEMORY_SCORE: Final = Path("/proc/self/oom_score_adj")


class Rights:
    """The rights of this process. `on` and `missing` name the layers, in the order of `LAYERS`."""

    def __init__(self) -> None:
        self.on: list[str] = []
        self.missing: list[str] = []

    def enter(self, *descriptors: int) -> None:
        """Forget the environment, close all but `descriptors` and the standard three, and move into
        namespaces.
        """
        os.environ.clear()
        kept = sorted({0, 1, 2, *descriptors})
        for low, high in zip(kept, [*kept[1:], 1 << 16], strict=True):
            os.closerange(low + 1, high)
        with contextlib.suppress(OSError):  # where memory runs out, this process goes before the server does
            _OUT_OF_MEMORY_SCORE.write_text("500")
        self._layer("namespaces", namespaces.enter)

    def give_up(self, data_bytes: int) -> None:
        """Give up everything but threads. `data_bytes` is the most memory of its own that it may have."""
        for name in _CODECS:  # Python loads each when it is first used
            codecs.lookup(name)
        alone = _is_alone()
        self._layer("no new code", _fix_code)
        self._layer("empty root", self._empty_root)
        self._layer("no user rights", _become_nobody)
        self._layer("no capabilities", _drop_capabilities)
        self._layer("no new privileges", kernel.no_new_privileges)
        self._layer("not dumpable", _hide)
        self._layer("landlock", lambda: _landlock(alone))
        self._layer("resource limits", lambda: _limit(data_bytes))

    def seal(self) -> None:
        """Give up the rest. From here on there are no new threads."""
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        self._layer("seccomp", seccomp.restrict)

    def _empty_root(self) -> None:
        if "namespaces" not in self.on:
            raise kernel.Unsupported("without namespaces")
        namespaces.empty_root()

    def _layer(self, name: str, put_on: Callable[[], str | None]) -> None:
        try:
            detail = put_on()
        except (kernel.Unsupported, OSError, ValueError) as reason:
            self.missing.append(f"{name} ({reason})")
        else:
            self.on.append(f"{name} {detail}" if detail else name)


def _become_nobody() -> None:
    """Be no user that owns anything, where the process is root; any other user keeps its number."""
    with contextlib.suppress(kernel.Unsupported):  # there are as many as the kernel knows, or none to drop
        for capability in range(64):
            kernel.prctl(_DROP_FROM_BOUNDS, capability)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _drop_capabilities() -> None:
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITIES_VERSION, 0))
    kernel.syscall("capset", header, ctypes.create_string_buffer(24))


def _fix_code() -> None:
    """Let what can be executed be what it is now: no memory is both, and none becomes executable.

    libffi keeps its closures in memory that is writable too; there will be no more of them.
    """
    for line in _MAPPINGS.read_text().splitlines():
        place, protection, *_ = line.split()
        if "w" in protection and "x" in protection:
            start, end = (int(number, 16) for number in place.split("-"))
            kernel.protect(start, end - start, mmap.PROT_READ | mmap.PROT_EXEC)
    kernel.prctl(_REFUSE_CODE, 1)


def _hide() -> None:
    """Let no other process of this user look into this one, and let it end with the server."""
    kernel.prctl(_DUMPABLE, 0)
    kernel.prctl(_PARENT_DEATH_SIGNAL, _SIGKILL)


def _limit(data_bytes: int) -> None:
    limits = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_NOFILE": _STANDARD, "RLIMIT_DATA": data_bytes}
    limits |= {"RLIMIT_MEMLOCK": 0, "RLIMIT_MSGQUEUE": 0}
    for name, most in limits.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            resource.setrlimit(kind, (most, most))


def _landlock(alone: bool) -> str:
    version = landlock.refuse_everything()
    if not alone:
        raise kernel.Unsupported("on one thread of several")
    return f"v{version}"


def _is_alone() -> bool:
    try:
        return len(os.listdir(_THREADS)) == 1
    except OSError:
        return True
