"""What the attempts of an execution used, as its runner tells it."""

from __future__ import annotations

from playground.core.ports import StepKey


class Usage:
    """CPU time in µs and growth of the runner's memory in bytes, in all; and the CPU time of the attempts
    that have no outcome.
    """

    def __init__(self) -> None:
        self.cpu_us = 0
        self.memory_bytes = 0
        self._attempts: dict[tuple[StepKey, int | None], int] = {}

    def add(self, cpu_us: int, memory_bytes: int, step: StepKey | None, attempt: int | None) -> None:
        """Something was used for an attempt of `step`, or (None) outside steps."""
        self.cpu_us += cpu_us
        self.memory_bytes += memory_bytes
        if step is not None:
            self._attempts[step, attempt] = self._attempts.get((step, attempt), 0) + cpu_us

    def cpu_ms(self, step: StepKey, attempt: int) -> float | None:
        """What the attempt used until now, when it has its outcome; None where the runner did not say."""
        used = self._attempts.pop((step, attempt), None)
        return None if used is None else round(used / 1000, 3)
