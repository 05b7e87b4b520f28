"""Schedules: instances that are created when a cron expression says so.

One timer stands for all of them, set to the earliest firing. What fires is stored together with the
schedule's next firing, in one transaction, and the instance's id says which firing it is, so a firing happens
once, wherever a crash comes. It is never early. Where firings were missed (the server was down, the clock was
set forth, or the server was busy for that long), the last of them happens, once, and those before it do not.
Where the clock is set back, what has fired does not fire again.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.core import faults
from playground.core.clock import Clock
from playground.core.errors import StorageError, WorkflowError
from playground.core.values import UNDEFINED, Encoded
from playground.engine.chore import Chore
from playground.engine.creation import Nursery, launch, new_instance
from playground.engine.cron import Cron
from playground.engine.outputs import encode_value
from playground.engine.settings import EngineSettings
from playground.engine.timers import Timers
from playground.storage.schedules import NewSchedule, ScheduleRow
from playground.storage.schedules import Schedules as StoredSchedules

_log = logging.getLogger("playground.engine")

_ID: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}\Z")
_AT_ONCE: Final = 100
_AGAIN_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule, as callers see it. `next` is its next firing (epoch ms), None where there is none any
    more.
    """

    id: str
    cron: str
    next: int | None


def new_schedule(
    clock: Clock,
    settings: EngineSettings,
    where: tuple[str, str],
    cron: object,
    params: Any = UNDEFINED,
    id: object = None,
    *,
    declared: bool = False,
) -> NewSchedule:
    """A schedule to store, of the scope and workflow `where`. Raises `WorkflowError`."""
    parsed = Cron(cron)
    name = id if id is not None else f"cron-{hashlib.sha256(parsed.text.encode()).hexdigest()[:12]}"
    if not isinstance(name, str) or _ID.match(name) is None:
        raise WorkflowError("schedule: an id has 1-80 of A-Z a-z 0-9 _ - and does not start with -")
    try:
        encoded = encode_value(params, settings.value_limit, "params")
    except Exception as error:
        raise WorkflowError(str(error)) from error
    following = parsed.after(clock.now())
    if following is None:
        raise WorkflowError(f"schedule: {parsed.text!r} names no moment in the next 50 years")
    return NewSchedule(*where, name, parsed.text, encoded.data, following, declared)


class Schedules:
    """Fires what is due. `parts` answers the engine's parts, once there are some."""

    def __init__(
        self,
        stored: StoredSchedules,
        clock: Clock,
        timers: Timers,
        settings: EngineSettings,
        parts: Callable[[], Nursery],
    ) -> None:
        self._stored = stored
        self._clock = clock
        self._settings = settings
        self._parts = parts
        self._firing = Chore(timers, "engine schedules", self._fire)

    async def start(self, declared: Mapping[str, Sequence[str]]) -> None:
        """Store what the program declares, expressions by workflow, forget what it declares no more, and
        begin to fire.
        """
        new = [
            new_schedule(self._clock, self._settings, ("", workflow), cron, declared=True)
            for workflow, expressions in declared.items()
            for cron in expressions
        ]
        wanted = {(one.scope, one.workflow, one.id) for one in new}
        for where in await self._stored.declared():
            if where not in wanted:
                await self._stored.withdraw(*where)
        for one in new:
            await self._stored.declare(one)
        self.fire()

    async def declare(
        self, scope: str, workflow: str, cron: object, params: Any = UNDEFINED, id: object = None
    ) -> Schedule:
        """Store a schedule. Raises `WorkflowError`."""
        new = new_schedule(self._clock, self._settings, (scope, workflow), cron, params, id)
        stored = await self._stored.declare(new)
        if stored is not None:
            self._firing.arm(stored)
        return Schedule(new.id, new.cron, stored)

    def fire(self) -> None:
        """Fire what is due, in the background."""
        self._firing.want()

    @property
    def at_rest(self) -> bool:
        """Whether nothing fires right now."""
        return self._firing.at_rest

    async def close(self) -> None:
        """Fire nothing more; what is due fires after the next start."""
        await self._firing.close()

    async def _fire(self) -> int | None:
        try:
            while due := await self._stored.due(self._clock.now(), _AT_ONCE):
                await asyncio.gather(*map(self._fire_one, due))
            return await self._stored.next_firing()
        except StorageError as error:
            _log.warning("schedules could not fire: %s", error)
        except Exception:
            _log.exception("schedules: the engine failed")
        return self._clock.now() + _AGAIN_MS

    async def _fire_one(self, schedule: ScheduleRow) -> None:
        parts = self._parts()
        cron, now = Cron(schedule.cron), self._clock.now()
        assert schedule.next is not None
        time = max(schedule.next, cron.latest(now) or 0)
        about = {"cron": schedule.cron, "scheduledTime": time}
        new = new_instance(
            parts,
            schedule.scope,
            schedule.workflow,
            f"{schedule.id}-{time}",
            Encoded(schedule.params),
            schedule=about,
        )
        faults.point("schedule_due_not_committed")
        created = await self._stored.fire(schedule, cron.after(max(time, now)), new)
        faults.point("schedule_fired_not_launched")
        if created is not None:
            launch(parts, new, created)
