"""What can happen to an instance that is debugged: see `entries.py`, which has all kinds of facts, and
`debugging.py`, what they come to.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec
from msgspec import UNSET, UnsetType

from playground.core.ports import StepKey
from playground.engine.breakpoints import Breakpoint
from playground.engine.fact import Fact

Pace = float | Literal["skip"]
"""How many times faster waits go by (1: as they are), or that they are skipped."""
FaultKind = Literal["fail", "timeout", "crawl"]
ContinueMode = Literal["step", "run"]


class Fault(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What befalls the next `times` attempts of the `do` steps named `step` (None: of any).

    `fail`: the attempt throws an error of that `name` and `message` instead of calling the callback.
    `timeout`: it fails at once as one does that takes too long. `crawl`: the callback is called `delay_ms`
    later.
    """

    kind: FaultKind
    times: int = 1
    step: str | None = None
    name: str | None = None
    message: str | None = None
    delay_ms: int | None = None


class DebugSet(Fact, frozen=True):
    """Somebody has set how the instance is debugged; what is not given stays as it was. Also within
    `workflow_queued` and `workflow_restarted`. Rejected on a finished instance.

    A step is stopped before where `breakpoints` have its name, or with `every_step`. `faults` are counted
    anew. `pins` are outputs, JSON by the names of `do` steps whose callbacks are not called then.
    """

    type: ClassVar[str] = "debug_set"
    pace: Pace | UnsetType = UNSET
    breakpoints: list[Breakpoint] | UnsetType = UNSET
    every_step: bool | UnsetType = UNSET
    faults: list[Fault] | UnsetType = UNSET
    pins: dict[str, Any] | UnsetType = UNSET


class BreakpointReached(Fact, frozen=True):
    """The run has asked for a step that it had not asked for before, and stops there. `step_started` (or its
    like) follows once `debug_continued` names the step.
    """

    type: ClassVar[str] = "breakpoint_reached"
    step: StepKey


class DebugContinued(Fact, frozen=True):
    """Somebody has let these steps go on. With mode `step` the next new one is stopped before, with `run`
    only those with a breakpoint. Rejected where the run is stopped before none of them.
    """

    type: ClassVar[str] = "debug_continued"
    mode: ContinueMode
    steps: list[StepKey]
