"""The clock of time slices: a thread that moves wasmtime's epoch while turns run."""

from __future__ import annotations

import threading
import time
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
    """

    def __init__(self, epochs: Epochs) -> None:
        self._epochs = epochs
        self._running = False
        self._awake = threading.Event()
        self._lock = threading.Lock()

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
            time.sleep(SLICE_S)
            with self._lock:
                idle = 0 if self._running else idle + 1
                if idle > _IDLE_TICKS:
                    self._awake.clear()
                    idle = 0
            self._epochs.increment_epoch()
