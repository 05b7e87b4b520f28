"""The clock of time slices: a thread that moves wasmtime's epoch while turns run."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

SLICE_S: Final = 0.0025
"""A turn is interrupted at the first tick after it was entered, so a slice is this long at most (and as much
longer as the system lets this thread wait).
"""
_IDLE_TICKS: Final = 40


class Epochs(Protocol):
    """wasmtime's engine, as far as it is needed here."""

    def increment_epoch(self) -> None:
        """Let every turn that runs give way."""
        ...


class Ticker:
    """Ticks between `resume` and `pause`. It goes on ticking for nobody a little longer, which costs less
    than waking it for each turn.

    While a long turn runs (`yielding`), it ticks also when something comes from the server, so that this
    need not wait for the end of the slice.
    """

    def __init__(self, epochs: Epochs, server: socket.socket | None = None) -> None:
        self._epochs = epochs
        self._running = False
        self._awake = threading.Event()
        self._lock = threading.Lock()
        self._wait = _waiting_for(server) if server is not None else _asleep
        self.yielding = False
        """Whether what runs gives way to what comes."""
        self.arrived = False
        """Whether something has come since this was set to False."""

    def start(self) -> None:
        """Start the thread: after the process gave up its rights, before it gives up starting threads."""
        threading.Thread(target=self._tick, name="ticker", daemon=True).start()

    def resume(self) -> None:
        """Turns are about to run."""
        with self._lock:
            self._running = True
            self._awake.set()

    def pause(self) -> None:
        """None do."""
        with self._lock:
            self._running = False

    def _tick(self) -> None:
        idle = 0
        while True:
            self._awake.wait()
            self._wait_for_tick()
            with self._lock:
                idle = 0 if self._running else idle + 1
                if idle > _IDLE_TICKS:
                    self._awake.clear()
                    idle = 0
            self._epochs.increment_epoch()

    def _wait_for_tick(self) -> None:
        end = time.monotonic() + SLICE_S
        while (left := end - time.monotonic()) > 0:
            if self._wait(left):
                self.arrived = True
                if self.yielding:
                    return


def _asleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _waiting_for(server: socket.socket) -> Callable[[float], bool]:
    """A wait that ends early, with True, each time when something comes."""
    if not hasattr(select, "epoll"):
        return _asleep
    arrivals = select.epoll()
    arrivals.register(server, select.EPOLLIN | select.EPOLLET)
    return lambda seconds: bool(arrivals.poll(seconds))
