"""Memory, set for a server: glibc's allocator and Python's cycle collector."""

from __future__ import annotations

import ctypes
import gc
from typing import Final

_M_TRIM_THRESHOLD: Final = -1
_M_TOP_PAD: Final = -2
_M_MMAP_THRESHOLD: Final = -3
_MIB: Final = 1 << 20


def keep_freed_memory() -> bool:
    """Keep up to 64 MiB of freed memory instead of giving it back at once; answers whether that took.

    Requests come in waves. By default glibc gives the end of the heap back after each of them and takes it
    again, page by page, for the next: a hundred page faults a run, a fifth of the server's CPU time. Other C
    libraries have no such setting.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    settings = ((_M_TRIM_THRESHOLD, 64 * _MIB), (_M_TOP_PAD, 4 * _MIB), (_M_MMAP_THRESHOLD, 32 * _MIB))
    return all(mallopt(name, value) == 1 for name, value in settings)


def settle_what_stays() -> None:
    """Let the cycle collector look no more at what exists now: modules, routes, open services.

    All of that stays until the process ends. Otherwise each full collection goes through a few hundred
    thousand such objects, and every request waits meanwhile: 15 to 25 ms. It also looks less often: a run
    makes some hundred objects that are gone when it ends, and by its default it would look several times for
    each.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
