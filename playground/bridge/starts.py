"""Runs on their way: what a `fetch` handler logs goes into the log of the run that it creates, and what it
creates is debugged as whoever started it said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final, Protocol, cast

from playground.bridge.binding import WorkflowInstanceLike, WorkflowLike
from playground.core.ports import LogKind
from playground.core.values import UNDEFINED
from playground.engine.debug_entries import DebugSet
from playground.engine.version_entries import Lineage
from playground.isolates.code import LogLine


class LoggedInstance(WorkflowInstanceLike, Protocol):
    """An instance whose log takes lines from outside its run."""

    async def log(self, lines: Sequence[tuple[LogKind, str, str]]) -> bool: ...


class LoggedWorkflow(WorkflowLike, Protocol):
    """An engine's handle whose instances take lines."""

    async def create(
        self,
        id: Any = None,
        params: Any = UNDEFINED,
        retention: Any = None,
        debug: DebugSet | None = None,
        lineage: Lineage | None = None,
    ) -> LoggedInstance: ...
    async def create_batch(
        self,
        batch: Sequence[Mapping[str, Any]],
        debug: DebugSet | None = None,
        lineage: Mapping[str, Lineage] = ...,
    ) -> Sequence[LoggedInstance]: ...
    async def get(self, id: Any) -> LoggedInstance: ...


class Start:
    """One run on its way. Lines wait here until there is an instance to take them."""

    def __init__(self, run_id: str, debug: DebugSet | None = None, lineage: Lineage | None = None) -> None:
        self.debug = debug
        """How all is debugged that the handler creates."""
        self.lineage = {run_id: lineage} if lineage is not None else {}
        """Where the run comes from that the handler is to create, by its id."""
        self.instance: LoggedInstance | None = None
        self._lines: list[LogLine] = []

    def add(self, line: LogLine) -> None:
        """The handler has logged a line."""
        self._lines.append(line)

    async def created(self, instance: LoggedInstance) -> None:
        """The handler has created its run."""
        self.instance = instance
        await self.flush()

    async def flush(self) -> None:
        """Hand over the lines that wait. Those of a run that is over already are let go."""
        if self.instance is None or not self._lines:
            return
        lines, self._lines = self._lines, []
        await self.instance.log([(_kind(line), line.level, line.message) for line in lines])


_started: Final[ContextVar[Start | None]] = ContextVar("started", default=None)
"""The run on its way on whose behalf something is done: what a handler asks for is done in its context."""


class Starts:
    """The runs on their way, by tenant and id."""

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, str], Start] = {}

    def begin(
        self, tenant: str, run_id: str, debug: DebugSet | None = None, lineage: Lineage | None = None
    ) -> Start:
        """A handler is about to be called, by whoever calls this."""
        start = self._under_way[tenant, run_id] = Start(run_id, debug, lineage)
        _started.set(start)
        return start

    async def end(self, tenant: str, run_id: str) -> None:
        """The handler has answered, or failed."""
        await self._under_way.pop((tenant, run_id)).flush()

    def watch(self, tenant: str, workflow: LoggedWorkflow) -> WorkflowLike:
        """`workflow` as it is, but for telling the starts under way of the instances that are created."""
        return _Watched(self._under_way, tenant, workflow)


class _Watched:
    def __init__(
        self, under_way: Mapping[tuple[str, str], Start], tenant: str, workflow: LoggedWorkflow
    ) -> None:
        self._under_way = under_way
        self._tenant = tenant
        self._workflow = workflow

    async def create(self, id: Any = None, params: Any = UNDEFINED, retention: Any = None) -> LoggedInstance:
        start = _started.get()
        given: dict[str, Any] = {} if start is None or start.debug is None else {"debug": start.debug}
        if start is not None and isinstance(id, str) and id in start.lineage:
            given["lineage"] = start.lineage[id]
        instance = await self._workflow.create(id, params, retention, **given)
        await self._tell(instance)
        return instance

    async def create_batch(self, batch: Sequence[Mapping[str, Any]]) -> Sequence[LoggedInstance]:
        start = _started.get()
        given: dict[str, Any] = {} if start is None or start.debug is None else {"debug": start.debug}
        if start is not None and start.lineage:
            given["lineage"] = start.lineage
        instances = await self._workflow.create_batch(batch, **given)
        for instance in instances:
            await self._tell(instance)
        return instances

    async def get(self, id: Any) -> LoggedInstance:
        return await self._workflow.get(id)

    async def _tell(self, instance: LoggedInstance) -> None:
        if (start := self._under_way.get((self._tenant, instance.id))) is not None:
            await start.created(instance)


def _kind(line: LogLine) -> LogKind:
    return cast(LogKind, line.kind) if line.kind in ("exception", "notice") else "log"
