"""Which callback the current code runs in."""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple

from playground.core.ports import StepKey


class Inside(NamedTuple):
    """An attempt of a step of an execution."""

    execution: object
    step: StepKey
    attempt: int


inside_callback: ContextVar[Inside | None] = ContextVar("inside_callback", default=None)
"""Set while a step's callback runs, also for the tasks that it starts."""
