"""A step, as a workflow in Python awaits it."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from typing import Any, TypeVar

T = TypeVar("T")


class StepTask(asyncio.Task[T]):
    """A step that was started. Runs whether or not it is awaited; `observed` once anyone looks at its
    outcome.
    """

    observed = False

    def __await__(self) -> Generator[Any, None, T]:
        self.observed = True
        return super().__await__()

    def add_done_callback(self, *arguments: Any, **named: Any) -> None:
        self.observed = True
        super().add_done_callback(*arguments, **named)

    def result(self) -> T:
        self.observed = True
        return super().result()
