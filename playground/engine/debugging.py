"""How an instance is debugged: what its log says of that, folded. A replay begins with it, and is told of
each further fact as it is appended.
"""

from __future__ import annotations

import asyncio
import math
from typing import Any, Final

from msgspec import UNSET

from playground.core.ports import StepKey
from playground.engine.breakpoints import Breakpoints
from playground.engine.debug_entries import BreakpointReached, DebugContinued, DebugSet, Fault, Pace
from playground.engine.fact import Fact

_NO_PINS: Final[dict[str, Any]] = {}


class Debugging:
    """What is set, what of it is used up, and the steps that the run is stopped before."""

    def __init__(self) -> None:
        self.pace: Pace = 1
        self.breakpoints = Breakpoints()
        self.every_step = False
        self.faults: list[Fault] = []
        self.left: list[int] = []
        """How many attempts each of `faults` still befalls."""
        self.pins: dict[str, Any] = _NO_PINS
        self.held: dict[StepKey, None] = {}
        """The steps that the run is stopped before, in the order in which it came to them."""
        self._passed: set[StepKey] = set()
        self._since = 0
        self._waiting: dict[StepKey, asyncio.Future[None]] = {}

    # -- what the log says

    def set(self, setting: DebugSet, time: int) -> None:
        """Somebody has set something, at `time` (epoch ms)."""
        if setting.pace is not UNSET:
            self.pace = setting.pace
            self._since = time
        if setting.breakpoints is not UNSET:
            self.breakpoints = Breakpoints(setting.breakpoints)
        if setting.every_step is not UNSET:
            self.every_step = setting.every_step
        if setting.faults is not UNSET:
            self.faults = setting.faults
            self.left = [fault.times for fault in setting.faults]
        if setting.pins is not UNSET:
            self.pins = setting.pins

    def reached(self, key: StepKey) -> None:
        """The run is stopped before that step."""
        if key not in self._passed:
            self.held[key] = None

    def continued(self, fact: DebugContinued) -> None:
        """Steps were let go."""
        self.every_step = fact.mode == "step"
        for key in fact.steps:
            self.held.pop(key, None)
            self._passed.add(key)
            if (waiting := self._waiting.get(key)) is not None and not waiting.done():
                waiting.set_result(None)

    def befell(self, fault: int) -> None:
        """The fault of that place among `faults` has befallen an attempt."""
        if fault < len(self.left):
            self.left[fault] -= 1

    def resumed(self, time: int) -> None:
        """The instance was paused until then; its clock stood still."""
        self._since = time

    def begin_anew(self) -> None:
        """The instance is restarted: it is stopped before nothing."""
        self.held.clear()
        self._passed.clear()

    def as_set(self) -> DebugSet:
        """What is set, in one."""
        return DebugSet(self.pace, self.breakpoints.given, self.every_step, self.faults, self.pins)

    # -- what follows

    def stops(self, key: StepKey) -> bool:
        """Whether the run is to stop before that step, which has not begun."""
        if key in self.held:
            return True
        return key not in self._passed and (self.every_step or self.breakpoints.has(key.name))

    def let_go(self, key: StepKey) -> asyncio.Future[None]:
        """Resolves when somebody lets the step go on."""
        waiting = self._waiting[key] = asyncio.get_running_loop().create_future()
        return waiting

    def fault_of(self, key: StepKey) -> int | None:
        """Which of `faults` befalls the next attempt of that step."""
        if key.kind != "do":
            return None
        for at, fault in enumerate(self.faults):
            if self.left[at] > 0 and fault.step in (None, key.name):
                return at
        return None

    def pins_output(self, key: StepKey) -> bool:
        """Whether the step has a pinned output."""
        return key.kind == "do" and key.name in self.pins

    def concerns(self, name: str) -> bool:
        """Whether a new `do` of that name is not simply to begin."""
        if self.every_step or self.breakpoints.has(name) or name in self.pins:
            return True
        key = StepKey("do", name, 1)
        return self.fault_of(key) is not None

    @property
    def concerns_steps(self) -> bool:
        """Whether a new `do` may not simply be to begin."""
        return self.every_step or bool(self.breakpoints or self.pins) or any(self.left)

    def due(self, since: int, until: int) -> int:
        """When a wait that began at `since` for the moment `until` is over, at this pace (epoch ms)."""
        began = max(since, self._since)
        if self.pace == 1 or began >= until:
            return until
        if self.pace == "skip":
            return began
        return min(until, began + math.ceil((until - began) / self.pace))


def told(debug: Debugging | None, fact: Fact, time: int) -> Debugging | None:
    """`debug` after a fact that was appended at `time`; None for as long as nothing was set."""
    if not isinstance(fact, (DebugSet, BreakpointReached, DebugContinued)):
        return debug
    debug = debug or Debugging()
    if isinstance(fact, DebugSet):
        debug.set(fact, time)
    elif isinstance(fact, BreakpointReached):
        debug.reached(fact.step)
    else:
        debug.continued(fact)
    return debug
