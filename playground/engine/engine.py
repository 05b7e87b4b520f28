"""The engine's face: start it, create and find instances, read their logs, be told of commits."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from playground.core.clock import Clock
from playground.core.errors import WorkflowError
from playground.core.ports import Introspection, StepKey
from playground.engine.cron import Cron
from playground.engine.entries import Entry
from playground.engine.executions import Executions
from playground.engine.feed import Feed
from playground.engine.instance import Instance, InstanceStatus
from playground.engine.instance_log import Logs
from playground.engine.parts import Parts
from playground.engine.recovery import recover
from playground.engine.retention import Retention
from playground.engine.rollback import roll_back
from playground.engine.schedules import Schedule, Schedules
from playground.engine.services import RunnerFactory, Services
from playground.engine.settings import EngineSettings
from playground.engine.step import WorkflowStep
from playground.engine.subscription import Entries, EntryFilter
from playground.engine.timers import Timers
from playground.engine.workflow import Workflow
from playground.storage.journal import Journal
from playground.storage.rows import InstanceRow

__all__ = [
    "Engine",
    "EngineSettings",
    "Instance",
    "InstanceStatus",
    "InstanceSummary",
    "RunnerFactory",
    "Schedule",
    "Workflow",
]


@dataclass(frozen=True, slots=True)
class InstanceSummary:
    """One line of a list of instances. `created` is epoch ms."""

    id: str
    workflow: str
    status: str
    created: int


class Engine:
    """Durable execution over a journal. `workflows` maps names to what makes their runners.

    Between `start` and `close` it runs whatever is unfinished in the journal. `close` leaves instances as
    they are: the next engine on the same journal goes on with them. `introspection` is for tests.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        workflows: Mapping[str, RunnerFactory],
        settings: EngineSettings | None = None,
        *,
        introspection: Introspection | None = None,
    ) -> None:
        self.settings = settings if settings is not None else EngineSettings()
        self.feed = Feed()
        self._journal = journal
        self._workflows = dict(workflows)
        self._strict: dict[str, bool] = {}
        self._timers = Timers(clock)
        self._spans = Timers(clock.steady)
        services = Services(
            journal,
            clock,
            self._timers,
            self._spans,
            self.settings,
            WorkflowStep,
            roll_back,
            self._strict,
            introspection,
        )
        self._retention = Retention(journal, clock, self._timers, self.feed, self.settings)
        logs = Logs(journal, clock, self.feed, self._retention)
        self._executions = Executions(services, logs, self._workflows)
        self._schedules = Schedules(
            journal.schedules, clock, self._timers, self.settings, lambda: self._parts
        )
        self._declared: dict[str, Sequence[str]] = {}
        self._parts = Parts(
            journal,
            clock,
            logs,
            self._executions,
            self.feed,
            self.settings,
            self._retention,
            self._schedules,
        )
        self._recovery: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Arm the deadlines of what sleeps, and begin to wake what was running."""
        for stream in await self._journal.chunks.open_streams():
            self._journal.chunks.discard(stream)
        await self._executions.sleepers.start()
        self._retention.sweep()
        await self._schedules.start(self._declared)
        recovery = recover(self._journal, self._parts.clock, self._executions)
        self._recovery = asyncio.create_task(recovery, name="engine recovery")

    async def recovered(self) -> None:
        """Return when `start` has found all that was unfinished, and most of that was woken."""
        if self._recovery is not None:
            await asyncio.wait([self._recovery])

    async def close(self) -> None:
        """Stop all executions where they are, and wait for what they are committing."""
        if self._recovery is not None:
            self._recovery.cancel()
            await asyncio.gather(self._recovery, return_exceptions=True)
        await self._schedules.close()
        await self._executions.close()
        await self._retention.close()
        await self._timers.close()
        await self._spans.close()

    def register(
        self,
        name: str,
        factory: RunnerFactory,
        *,
        strict: bool | None = None,
        schedules: Sequence[str] = (),
    ) -> None:
        """Name a workflow, before `start`. `factory` is a class or function, may be async, that makes its
        runners. `strict` is for this workflow instead of the settings' value.

        `schedules` are cron expressions (see `engine/cron.py`): each firing is an instance without params, in
        the scope `""`. What is not named here any more at a later start is forgotten. Raises `WorkflowError`
        for what is no expression.
        """
        for expression in schedules:
            Cron(expression)
        self._declared[name] = tuple(schedules)
        self._workflows[name] = factory
        if strict is not None:
            self._strict[name] = strict

    @property
    def in_memory(self) -> int:
        """How many instances are being executed (those asleep are not)."""
        return len(self._executions)

    async def settled(self) -> bool:
        """Whether the instances in memory do nothing but wait, and no schedule fires right now; where that is
        so, all of it is committed when this returns.
        """
        if not self._at_rest:
            return False
        await self._executions.settle()
        return self._at_rest

    @property
    def _at_rest(self) -> bool:
        started = self._recovery is not None and self._recovery.done()
        return started and self._schedules.at_rest and self._executions.at_rest

    def workflow(self, name: str, scope: str = "") -> Workflow:
        """The handle of a registered workflow within a scope (a tenant's). Raises `LookupError` for other
        names.
        """
        if name not in self._workflows:
            raise LookupError(
                f"no workflow is named {name!r}; known are {', '.join(sorted(self._workflows))}"
            )
        return Workflow(self._parts, name, scope)

    async def history(self, scope: str, id: str, after_seq: int = 0, limit: int | None = None) -> list[Entry]:
        """An instance's entries with seq greater than `after_seq`; none where there is no such instance."""
        row = await self._journal.find_in_scope(scope, id)
        return await self._journal.history(row, after_seq, limit) if row is not None else []

    async def scope_history(
        self, scope: str, after_position: int = 0, limit: int | None = None
    ) -> list[Entry]:
        """The entries of all of a scope's instances at positions after `after_position`."""
        return await self._journal.scope_history(scope, after_position, limit)

    async def subscribe(
        self,
        scope: str,
        instance: str | None = None,
        cursor: int = 0,
        *,
        types: Collection[str] | None = None,
        step: StepKey | None = None,
    ) -> Entries:
        """Entries after `cursor`, and those that follow as they are committed: `async for entry in await …`.

        Of one instance (the cursor is a seq; they end with its last entry, or when it is deleted) or of all
        of the scope (a position; they do not end). `types` and `step` leave out all others. Raises
        `WorkflowError` `instance.not_found`.
        """
        of: tuple[int, str] | None = None
        if instance is not None:
            row = await self._journal.find_in_scope(scope, instance)
            if row is None:
                raise WorkflowError("instance.not_found")
            of = (row.key, row.id)
        return Entries(self._journal, self.feed, scope, of, cursor, EntryFilter(types, step))

    async def list(self, scope: str) -> list[InstanceSummary]:
        """A scope's instances in the order of their creation."""
        return [_summary(row) for row in await self._journal.of_scope(scope)]

    async def latest(self, scope: str, limit: int) -> builtins.list[InstanceSummary]:
        """A scope's latest instances, newest first."""
        return [_summary(row) for row in await self._journal.latest_of_scope(scope, limit)]


def _summary(row: InstanceRow) -> InstanceSummary:
    return InstanceSummary(row.id, row.workflow, row.status, row.created)
