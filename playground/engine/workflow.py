"""A workflow and its instances, as callers hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.core import faults
from playground.core.clock import Clock
from playground.core.codec import decode
from playground.core.errors import ErrorRecord, RemoteError, SequenceConflict, StorageError, WorkflowError
from playground.core.ids import is_event_type, is_instance_id, new_instance_id
from playground.core.ports import LogKind
from playground.core.values import UNDEFINED, Encoded, Value
from playground.engine import entries as facts
from playground.engine.entries import fact_json
from playground.engine.executions import Executions
from playground.engine.feed import Feed
from playground.engine.history import BufferedEvent
from playground.engine.instance_log import InstanceLog, Logs, Stored
from playground.engine.outputs import encode_value, show
from playground.engine.settings import ENGINE_VERSION, EngineSettings
from playground.storage.journal import InstanceExists, Journal
from playground.storage.rows import InstanceRow, NewEntry, NewInstance

_LARGEST_BATCH: Final = 100
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class InstanceStatus:
    """What `status()` answers. `output` where the status is `complete`, `error` where it is `errored`."""

    status: str
    output: Encoded | None = None
    error: ErrorRecord | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What the handles work with."""

    journal: Journal
    clock: Clock
    logs: Logs
    executions: Executions
    feed: Feed
    settings: EngineSettings


class Instance:
    """One instance. Made by `Workflow.create` and `Workflow.get`."""

    def __init__(self, parts: Parts, scope: str, key: int, id: str) -> None:
        self._parts = parts
        self._scope = scope
        self._key = key
        self.id = id

    async def status(self) -> InstanceStatus:
        """Where the instance stands, of what is committed."""
        status, value = await self._parts.journal.outcome(self._key)
        if value is None:
            return InstanceStatus(status)
        encoded = Encoded(value)
        if status == "errored":
            return InstanceStatus(status, error=decode(encoded))
        return InstanceStatus(status, output=encoded)

    async def result(self) -> Value:
        """Wait until the instance has ended; its output, decoded.

        Raises `RemoteError` with the run's error, or `WorkflowError` where it was terminated.
        """
        async with self._parts.feed.subscribe(scope=self._scope, instance=self.id) as commits:
            status = await self.status()
            while status.status not in facts.FINISHED:
                await anext(commits)
                status = await self.status()
        if status.error is not None:
            raise RemoteError(status.error)
        if status.output is None:
            raise WorkflowError(f"instance.no_result: the instance is {status.status}")
        return decode(status.output)

    async def params(self) -> Encoded:
        """What the instance was created with."""
        row = await self._parts.journal.by_key(self._key)
        if row is None:
            raise WorkflowError("instance.not_found")
        return Encoded(row.params)

    async def send_event(self, *, type: Any, payload: Any = UNDEFINED) -> None:
        """Send an event (`payload`: a value, encoded or not); durable when this returns.

        It goes to the first wait for its type, or is kept for it. A finished instance raises `WorkflowError`.
        """
        if not is_event_type(type):
            raise WorkflowError("sendEvent: type must be 1-100 of A-Z a-z 0-9 _ - and not start with -")
        parts = self._parts
        encoded = _encode(payload, parts.settings, "The event's payload")
        fact = facts.EventReceived(type, show(encoded, parts.settings))
        log = await self._append(fact, encoded.data, "instance.cannot_send_event")
        faults.point("event_committed_not_acknowledged")
        parts.executions.offer(self._key, BufferedEvent(log[0], log[1], type, encoded.data))

    async def log(self, lines: Sequence[tuple[LogKind, str, str]]) -> bool:
        """Append console lines (kind, level, message) that were written on the instance's behalf, outside of
        its run. Answers False, with nothing appended, where it has finished.
        """
        log = await self._parts.logs.open(self._key)
        try:
            if log.finished:
                return False
            stored: list[Stored] = [(facts.Log(kind, level, message), None) for kind, level, message in lines]
            await log.append(stored, wake_at=log.wake_at)
        finally:
            self._parts.logs.give_back(log)
        return True

    async def terminate(self) -> None:
        """End the instance now. A finished one raises `WorkflowError` `instance.cannot_terminate`."""
        try:
            await self._append(facts.WorkflowTerminated(), None, "instance.cannot_terminate")
        except StorageError:
            self._parts.executions.wake(self._key)
            raise

    async def pause(self) -> None:
        """Not in this release."""
        raise WorkflowError("pause() is not supported yet")

    async def resume(self) -> None:
        """Not in this release."""
        raise WorkflowError("resume() is not supported yet")

    async def restart(self) -> None:
        """Not in this release."""
        raise WorkflowError("restart() is not supported yet")

    async def _append(self, fact: facts.Fact, value: bytes | None, refusal: str) -> tuple[int, int]:
        """Append from outside the run; answers the entry's seq and time. A finished instance refuses."""
        for _ in range(_TRIES):
            log = await self._parts.logs.open(self._key)
            try:
                return await self._append_to(log, fact, value, refusal)
            except SequenceConflict:
                continue
            finally:
                self._parts.logs.give_back(log)
        raise StorageError("the instance's log moved on again and again")

    async def _append_to(
        self, log: InstanceLog, fact: facts.Fact, value: bytes | None, refusal: str
    ) -> tuple[int, int]:
        if log.finished:
            await log.settle()
            if log.broken:
                raise SequenceConflict
            raise WorkflowError(f"{refusal}: the instance is {log.status}")
        if isinstance(fact, facts.WorkflowTerminated):
            self._parts.executions.stop(self._key, "terminated")
            committed = log.append([(fact, value)], status="terminated")
        else:
            # a waiting instance is due at once, also where the server stops before it could look at the event
            wake_at = self._parts.clock.now() if log.status == "waiting" else None
            committed = log.append([(fact, value)], wake_at=wake_at)
            log.event_seq = log.next_seq - 1
        appended = (log.next_seq - 1, log.last_time)
        await committed
        return appended


class Workflow:
    """A registered workflow within a scope. Ids are unique per workflow and scope."""

    def __init__(self, parts: Parts, name: str, scope: str) -> None:
        self._parts = parts
        self.name = name
        self.scope = scope

    async def create(self, id: Any = None, params: Any = UNDEFINED) -> Instance:
        """Create an instance (`params`: a value, encoded or not; `id`: a UUID where it is None).

        Durable when this returns. Raises `WorkflowError` for an id that is invalid or taken.
        """
        created = await self._create([(id, params)])
        return created[0]

    async def create_batch(self, batch: Sequence[Mapping[str, Any]]) -> list[Instance]:
        """Create 1–100 instances from `{"id"?, "params"?}`, all or (where one is refused) none."""
        if not batch:
            raise WorkflowError("createBatch() needs at least 1 instance")
        if len(batch) > _LARGEST_BATCH:
            raise WorkflowError(f"createBatch() takes at most {_LARGEST_BATCH} instances, not {len(batch)}")
        return await self._create([(item.get("id"), item.get("params", UNDEFINED)) for item in batch])

    async def get(self, id: Any) -> Instance:
        """The instance of that id, or `WorkflowError` `instance.not_found`."""
        row = None
        if is_instance_id(id):
            row = await self._parts.journal.find(self.scope, self.name, id)
        if row is None:
            raise WorkflowError("instance.not_found")
        return Instance(self._parts, self.scope, row.key, row.id)

    async def _create(self, wanted: Sequence[tuple[Any, Any]]) -> list[Instance]:
        parts = self._parts
        new = [self._new(id, params) for id, params in wanted]
        try:
            created = await parts.journal.create(new)
        except InstanceExists as error:
            raise WorkflowError("instance.already_exists") from error
        faults.point("instance_created_not_acknowledged")
        instances = []
        for item, (key, position) in zip(new, created, strict=True):
            row = InstanceRow(
                key,
                item.scope,
                item.workflow,
                item.id,
                "queued",
                item.created,
                item.params,
                2,
                None,
                item.engine_version,
                len(item.params),
            )
            parts.feed.publish(item.scope, item.id, position, "queued")
            parts.executions.launch(parts.logs.adopt(row), fresh=True)
            instances.append(Instance(parts, self.scope, key, item.id))
        return instances

    def _new(self, id: Any, params: Any) -> NewInstance:
        if id is None or id is UNDEFINED:
            id = new_instance_id()
        elif not is_instance_id(id):
            raise WorkflowError(
                "Workflow instance has invalid id: 1-100 of A-Z a-z 0-9 _ -, not starting with -"
            )
        settings = self._parts.settings
        encoded = _encode(params, settings, "params")
        now = self._parts.clock.now()
        fact = facts.WorkflowQueued(self.name, show(encoded, settings))
        entry = NewEntry(now, fact.type, fact_json(fact))
        return NewInstance(self.scope, self.name, id, now, encoded.data, ENGINE_VERSION, entry)


def _encode(value: Any, settings: EngineSettings, what: str) -> Encoded:
    try:
        return encode_value(value, settings.value_limit, what)
    except Exception as error:
        raise WorkflowError(str(error)) from error
