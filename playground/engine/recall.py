"""Rollback handlers: what a step gives, and how a replay of `run` brings them back.

Handlers are code, so the log does not hold them. An instance that is rolled back replays `run` against its
history until it has asked for the steps that are to be undone; whatever history does not hold stays pending,
and `run` goes no further than it must.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from playground.core.errors import WorkflowFatalError
from playground.core.ports import RollbackHandler, StepKey
from playground.core.values import UNDEFINED
from playground.engine.history import StepRecord
from playground.engine.retry import DelayFunction, StepConfig, resolve_config


@dataclass(frozen=True, slots=True)
class Undoing:
    """How a step is undone."""

    handler: RollbackHandler
    config: StepConfig
    delay_function: DelayFunction | None


def resolve_rollback(name: str, options: object) -> Undoing | None:
    """Check a step's rollback options, `{rollback, rollbackConfig?}`. Raises `WorkflowFatalError`."""
    if options is None or options is UNDEFINED:
        return None
    handler = options.get("rollback") if isinstance(options, Mapping) else None
    if not isinstance(options, Mapping) or not callable(handler):
        raise WorkflowFatalError(f'Rollback for "{name}" must be a function')
    config, function = resolve_config(name, options.get("rollbackConfig"), "Rollback config")
    return Undoing(cast(RollbackHandler, handler), config, function)


class Recall:
    """The handlers of one replay. `wanted` are the steps whose handlers are needed."""

    def __init__(self, wanted: Iterable[StepKey]) -> None:
        self._wanted = set(wanted)
        self._found: dict[StepKey, Undoing] = {}
        self._waiting: asyncio.Future[None] | None = None
        self._over = False

    @property
    def complete(self) -> bool:
        """Whether `run` has brought all handlers. From then on it is told nothing more: what it has asked for
        since then stays pending, so others of its steps would seem to have come first.
        """
        return not self._wanted

    def goes_on(self, key: StepKey, record: StepRecord | None, undoing: Undoing | None = None) -> bool:
        """`run` asks for that step: whether it is answered, from history."""
        if undoing is not None and key in self._wanted:
            self._wanted.discard(key)
            self._found[key] = undoing
            self._wake()
        return bool(self._wanted) and record is not None and record.completion is not None

    def end(self) -> None:
        """`run` has ended: there are no others."""
        self._over = True
        self._wake()

    async def handler(self, key: StepKey, still: Callable[[asyncio.Future[None]], None]) -> Undoing | None:
        """The handler of that step; None where `run` does not bring it. `still(future)` resolves the future
        when `run` has done nothing for a while, and will not.
        """
        while key not in self._found and not self._over:
            self._waiting = asyncio.get_running_loop().create_future()
            still(self._waiting)
            await self._waiting
            if self._waiting is not None:
                break
        self._waiting = None
        return self._found.pop(key, None)

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
