"""Isolates that do what a script says, on a clock of their own."""

from __future__ import annotations

import json

from playground.isolates.process.instance import Died
from playground.isolates.process.scheduler import Ended, Scheduler

SLICE_US = 2500
LIMIT_US = 1_000_000


class Machine:
    """One CPU, whose time goes on only when something runs on it, and a scheduler for it."""

    def __init__(self) -> None:
        self.now_us = 0
        self.scheduler = Scheduler(self.seconds, self.seconds)
        self.ended: list[tuple[int, Ended]] = []
        self.isolates: dict[int, FakeIsolate] = {}
        self.begun: list[tuple[int, int]] = []
        self.ran: list[int] = []

    def seconds(self) -> float:
        return self.now_us / 1e6

    def open(self, number: int, tenant: str | None = None, limit_us: int = LIMIT_US) -> None:
        def make() -> FakeIsolate:
            isolate = self.isolates[number] = FakeIsolate(self, number)
            return isolate

        self.scheduler.open(number, tenant or f"tenant {number}", limit_us, make)

    def submit(self, number: int, turn: int, *, us: int = 100, dies: str | None = None) -> None:
        """Queue a turn that needs so much CPU time."""
        assert self.scheduler.submit(number, turn, json.dumps({"turn": turn, "us": us, "dies": dies}))

    def step(self) -> list[Ended]:
        ended = [one for one in self.scheduler.step() if isinstance(one, Ended)]
        self.ended += [(self.now_us, one) for one in ended]
        return ended

    def run(self, most_us: int = 10**12) -> None:
        """Run until nothing is left, or for so long."""
        end = self.now_us + most_us
        while not self.scheduler.idle and self.now_us < end:
            self.step()

    def order(self) -> list[tuple[int, int]]:
        """(isolate, turn) as they ended."""
        return [(one.isolate, one.turn) for _, one in self.ended]

    def end_of(self, number: int, turn: int) -> int:
        """When that turn ended, in µs."""
        return next(at for at, one in self.ended if (one.isolate, one.turn) == (number, turn))


class FakeIsolate:
    """Its turns need as much CPU time as their message says."""

    def __init__(self, machine: Machine, number: int) -> None:
        self._machine = machine
        self._number = number
        self._turn = 0
        self._left_us = 0
        self._dies: str | None = None
        self.cpu_us = 0
        self.closed = False
        self.in_turn = False

    def begin(self, message: str) -> None:
        assert not self.in_turn
        assert not self.closed
        script = json.loads(message)
        self.in_turn = True
        self.cpu_us = 0
        self._turn, self._left_us, self._dies = script["turn"], script["us"], script["dies"]
        self._machine.begun.append((self._number, self._turn))

    def slice(self) -> bool:
        assert self.in_turn
        assert not self.closed
        used = min(self._left_us, SLICE_US)
        self.cpu_us += used
        self._left_us -= used
        self._machine.now_us += used
        self._machine.ran.append(self._number)
        if self._left_us == 0 and self._dies is not None:
            raise Died("MEMORY_LIMIT", self._dies)
        return self._left_us == 0

    def take(self) -> str:
        assert self.in_turn
        assert not self.closed
        self.in_turn = False
        return f"[{self._turn}]"

    def said_so_far(self) -> str:
        return "[]"

    @property
    def owner(self) -> int:
        return 0

    def close(self) -> None:
        assert not self.closed
        self.closed = True
