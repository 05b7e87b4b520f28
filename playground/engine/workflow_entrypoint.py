"""The base class of workflows that are written in Python."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, Self

from playground.core.ports import WorkflowEvent
from playground.engine.step import WorkflowStep


class WorkflowEntrypoint(ABC):
    """A workflow: a subclass with `async run(self, event, step)`, registered by its class.

    An object is made for each execution, so what is to last belongs in steps. `self.env` and `self.ctx` are
    what `bound` was given, None where the class itself is registered.
    """

    def __init__(self, ctx: Any = None, env: Any = None) -> None:
        self.ctx = ctx
        self.env = env

    @abstractmethod
    async def run(self, event: WorkflowEvent, step: WorkflowStep) -> Any:
        """Run from the top. What it returns is the instance's output, any value of `core.values`; what it
        raises errors the instance.
        """

    @classmethod
    def bound(cls, env: Any = None, ctx: Any = None) -> Callable[[], Self]:
        """What to register instead of the class, for runs that need something of the platform's: database
        handles, clients, settings.
        """
        return partial(cls, ctx, env)
