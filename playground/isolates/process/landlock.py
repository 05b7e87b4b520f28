"""Landlock: a process that takes files, TCP and signals to others from itself.

See landlock(7). No rule is ever added, so what is handled is refused: everything that the running kernel's
version knows.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

from playground.isolates.process import kernel

_VERSION_FLAG: Final = 1
_ALL_THREADS_FLAG: Final = 1 << 3
_ALL_THREADS_SINCE: Final = 8

_FILE_RIGHTS: Final = ((1, 13), (2, 14), (3, 15), (5, 16))
"""From which version on there are how many rights; each is one bit."""
_TCP_RIGHTS: Final = 0b11  # bind, connect
_TCP_SINCE: Final = 4
_SCOPES: Final = 0b11  # abstract Unix sockets, signals
_SCOPES_SINCE: Final = 6


class Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`, as of version 6. Older kernels are given the start of it."""

    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def version() -> int:
    """The version (ABI) of this kernel's Landlock. Raises `Unsupported` where there is none."""
    return kernel.syscall("landlock_create_ruleset", None, 0, _VERSION_FLAG)


def refuse_everything() -> int:
    """Refuse it to this thread and those that it starts; to all threads where the kernel can.

    The version that did it. Raises `Unsupported`.
    """
    found = version()
    ruleset = everything(found)
    size = ctypes.sizeof(Ruleset) if found >= _SCOPES_SINCE else 16 if found >= _TCP_SINCE else 8
    descriptor = kernel.syscall("landlock_create_ruleset", ctypes.byref(ruleset), size, 0)
    try:
        kernel.no_new_privileges()
        flags = _ALL_THREADS_FLAG if found >= _ALL_THREADS_SINCE else 0
        kernel.syscall("landlock_restrict_self", descriptor, flags)
    finally:
        os.close(descriptor)
    return found


def everything(found: int) -> Ruleset:
    """All that version `found` can refuse."""
    bits = max((count for since, count in _FILE_RIGHTS if found >= since), default=0)
    return Ruleset(
        (1 << bits) - 1,
        _TCP_RIGHTS if found >= _TCP_SINCE else 0,
        _SCOPES if found >= _SCOPES_SINCE else 0,
    )
