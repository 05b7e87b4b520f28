"""Which attempts of an execution are in flight, and what waits while its instance is about to pause.

A pause that is asked for while callbacks are in flight comes when the last of them has its outcome. Until
then outcomes are all that is committed: whatever else the run asks for waits here, and is thrown away with
the execution when the pause has come, or goes on where it is called off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.instance_log import Stored


class Attempts:
    """The attempts in flight of one execution: appended as started (perhaps not committed yet), without an
    outcome.
    """

    def __init__(self) -> None:
        self._in_flight: set[StepKey] = set()
        self._late: set[StepKey] = set()
        self._called_off: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._in_flight)

    def note(self, stored: Iterable[Stored], *, pausing: bool = False) -> None:
        """These facts are appended. A runner that runs ahead may begin attempts while the instance is about
        to pause (`pausing`), before it can know of that: nobody waits for them.
        """
        for fact, _ in stored:
            if isinstance(fact, facts.AttemptStarted):
                (self._late if pausing else self._in_flight).add(fact.step)
            elif isinstance(fact, (facts.AttemptCompleted, facts.AttemptFailed)):
                self._in_flight.discard(fact.step)
                self._late.discard(fact.step)

    def pause_due(self, status: str) -> bool:
        """Whether the pause that an instance of that status is about to come to has nothing to wait for."""
        return status == "waitingForPause" and not self._in_flight

    def ended_by(self, stored: Sequence[Stored]) -> bool:
        """Whether these facts are the outcome of an attempt in flight, and begin no other."""
        return any(
            isinstance(fact, (facts.AttemptCompleted, facts.AttemptFailed))
            and fact.step in self._in_flight | self._late
            for fact, _ in stored
        ) and not any(isinstance(fact, facts.AttemptStarted) for fact, _ in stored)

    async def pause_called_off(self) -> None:
        """Return when the pause that was about to come is called off."""
        if self._called_off is None:
            self._called_off = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._called_off)

    def call_off(self) -> None:
        """The pause does not come: let go of what waits for that."""
        self._in_flight |= self._late
        self._late.clear()
        if self._called_off is not None:
            self._called_off.set_result(None)
            self._called_off = None
