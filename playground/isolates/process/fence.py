"""The CPU fence: ends a turn that uses more CPU time than it may.

A thread looks every few milliseconds at the CPU time that the thread running the turn has used, and moves
wasmtime's epoch when it is too much: the guest then traps at its next loop or call, also inside QuickJS's
own built-ins, where QuickJS's interrupt comes far too late. CPU time, not wall time, so a busy machine ends
nobody's turn.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

import wasmtime

_TICK_S: Final = 0.005
_IDLE_TICKS: Final = 40


class Fence:
    """Guards the turns of one thread, the one that makes it."""

    def __init__(self, engine: wasmtime.Engine) -> None:
        self._engine = engine
        self._used = _cpu_clock()
        self._lock = threading.Lock()
        self._deadline: float | None = None
        self._begun = 0.0
        self._expired = False
        self._wake = threading.Event()

    def start(self) -> None:
        """Start to watch: after the process gave up its rights, before it gives up starting threads."""
        threading.Thread(target=self._watch, name="fence", daemon=True).start()

    def begin(self, store: wasmtime.Store, limit_ms: int) -> None:
        """Start a turn in `store` that may use `limit_ms` of CPU time."""
        store.set_epoch_deadline(1)
        self._begun = self._used()
        with self._lock:
            self._expired = False
            self._deadline = self._begun + limit_ms / 1000
        if not self._wake.is_set():
            self._wake.set()

    def end(self) -> int:
        """End the turn; the CPU time that it used, in µs."""
        with self._lock:
            self._deadline = None
        return round((self._used() - self._begun) * 1e6)

    @property
    def expired(self) -> bool:
        """Whether the turn that ended last, or runs, used more than it may."""
        return self._expired

    def _watch(self) -> None:
        idle = 0
        while True:
            self._wake.wait()
            time.sleep(_TICK_S)
            with self._lock:
                if self._deadline is None:
                    idle += 1
                    if idle > _IDLE_TICKS:
                        self._wake.clear()
                    continue
                idle = 0
                if self._used() >= self._deadline:
                    self._expired = True
                    self._engine.increment_epoch()


def _cpu_clock() -> Callable[[], float]:
    """Seconds of CPU time used by the calling thread, readable from any thread; wall time where there is no
    such clock.
    """
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.monotonic
    clock = time.pthread_getcpuclockid(threading.get_ident())
    return lambda: time.clock_gettime(clock)
