"""One instance, as callers hold it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from playground.core import faults
from playground.core.codec import decode
from playground.core.errors import ErrorRecord, RemoteError, WorkflowError, WorkflowFatalError
from playground.core.ids import is_event_type
from playground.core.ports import LogKind, StepKey
from playground.core.values import UNDEFINED, Encoded, Value
from playground.engine import entries as facts
from playground.engine import lifecycle
from playground.engine.answering import Answer, PendingWait, answer, pending_waits
from playground.engine.debug_entries import ContinueMode
from playground.engine.debugger import go_on, set_debug
from playground.engine.executions import Residence
from playground.engine.forking import Past, past_of
from playground.engine.history import BufferedEvent
from playground.engine.instance_log import InstanceLog, Stored
from playground.engine.moving import Move, move
from playground.engine.outputs import check_room, encode_value, show
from playground.engine.parts import Parts
from playground.engine.rehearsal import Rehearsal, rehearse
from playground.engine.services import RunnerFactory
from playground.engine.settings import EngineSettings
from playground.engine.skipping import skip, skip_all
from playground.engine.step_output import StepOutput, step_output
from playground.engine.subscription import Entries, EntryFilter
from playground.storage.rows import Along, EntryRow, InstanceRow, Outcome

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InstanceStatus:
    """What `status()` answers. `output` where the status is `complete`, `error` where it is `errored`,
    `rollback` where the instance was rolled back before it ended.
    """

    status: str
    output: Encoded | None = None
    error: ErrorRecord | None = None
    rollback: facts.RollbackOutcome | None = None


def status_of(outcome: Outcome) -> InstanceStatus:
    """What the journal says of an instance, as its status."""
    _, status, value, data = outcome
    encoded = Encoded(value) if value is not None else None
    if status == "complete":
        return InstanceStatus(status, output=encoded)
    rollback = facts.rollback_of(data) if data is not None else None
    error = decode(encoded) if encoded is not None else None
    return InstanceStatus(status, error=error, rollback=rollback)


class Instance:
    """One instance. Made by `Workflow.create` and `Workflow.get`."""

    def __init__(self, parts: Parts, scope: str, key: int, id: str) -> None:
        self._parts = parts
        self._scope = scope
        self._key = key
        self.id = id

    async def status(self) -> InstanceStatus:
        """Where the instance stands, of what is committed."""
        outcome = self._parts.logs.outcome(self._key) or await self._parts.journal.outcome(self._key)
        if outcome is None:
            raise WorkflowError("instance.not_found")
        return status_of(outcome)

    @property
    def residence(self) -> tuple[Residence, int]:
        """Where the instance is kept now, and how many wait for their turn to come into memory."""
        executions = self._parts.executions
        return executions.residence(self._key), executions.waiting

    def entries(self, cursor: int = 0, *, types: Collection[str] | None = None) -> Entries:
        """Its entries with a seq greater than `cursor`, and those that follow as they are committed, until
        its last; see `Engine.subscribe`.
        """
        parts, of = self._parts, (self._key, self.id)
        return Entries(parts.journal, parts.feed, self._scope, of, cursor, EntryFilter(types))

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

    async def created(self) -> int:
        """When it was created, in epoch ms."""
        row = await self._parts.journal.by_key(self._key)
        if row is None:
            raise WorkflowError("instance.not_found")
        return row.created

    async def params(self) -> Encoded:
        """What the instance was created with."""
        row = await self._parts.journal.by_key(self._key)
        if row is None:
            raise WorkflowError("instance.not_found")
        return Encoded(row.params)

    async def step_output(self, name: str, count: int = 1) -> StepOutput:
        """What the `do` of that name came to, as it is stored. Raises `WorkflowError` `instance.no_output`
        where it has not completed, or there is none.
        """
        row = await self._parts.journal.by_key(self._key)
        key = StepKey("do", name, count)
        found = await step_output(self._parts.journal, row, key) if row is not None else None
        if found is None:
            raise WorkflowError("instance.no_output: no such step has completed")
        return found

    async def event(self, seq: int) -> Encoded:
        """The payload of the event that came in with the entry `seq`. Raises `WorkflowError`
        `instance.no_event` where that is none, or was wiped by a restart.
        """
        row = await self._parts.journal.by_key(self._key)
        found = await self._parts.journal.history(row, seq - 1, 1) if row is not None else []
        if not found or found[0].seq != seq or found[0].type != facts.EventReceived.type:
            raise WorkflowError("instance.no_event: no such event has come in")
        payload = await self._parts.journal.value(self._key, seq)
        assert payload is not None
        return Encoded(payload)

    async def without_lines(self) -> list[EntryRow]:
        """Its log as it is committed, without console lines and large values."""
        row = await self._parts.journal.by_key(self._key)
        return (await self._parts.journal.for_replay(row))[0] if row is not None else []

    async def waits(self) -> list[PendingWait]:
        """The waits that nothing has come for yet, in the order in which they began."""
        row = await self._parts.journal.by_key(self._key)
        if row is None:
            raise WorkflowError("instance.not_found")
        return await pending_waits(self._parts, row)

    async def answer(
        self, *, type: str, payload: Any = UNDEFINED, wait_seq: int | None = None, along: Along | None = None
    ) -> StepKey:
        """Send an event to the wait that began in the entry `wait_seq`, or to the first one for its type;
        durable when this returns, which says which wait it is for.

        Raises `WorkflowError` `instance.not_waiting` where nothing waits for it now: then nothing was sent.
        `along` is committed with the event, or neither is.
        """
        encoded = encode_argument(payload, self._parts.settings, "The event's payload")
        given = Answer(type, encoded, wait_seq, along)
        seq, time, step = await lifecycle.change(
            self._parts, self._key, partial(answer, self._parts, given=given)
        )
        event = BufferedEvent(seq, time, type, encoded.data, step)
        self._parts.executions.offer(self._key, self._scope, event)
        return step

    async def send_event(self, *, type: Any, payload: Any = UNDEFINED, along: Along | None = None) -> None:
        """Send an event (`payload`: a value, encoded or not); durable when this returns.

        It goes to the first wait for its type, or is kept for it. A finished instance raises `WorkflowError`.
        `along` is committed with it, or neither is.
        """
        if not is_event_type(type):
            raise WorkflowError("sendEvent: type must be 1-100 of A-Z a-z 0-9 _ - and not start with -")
        parts = self._parts
        encoded = encode_argument(payload, parts.settings, "The event's payload")
        fact = facts.EventReceived(type, show(encoded, parts.settings))

        async def send(log: InstanceLog) -> tuple[int, int]:
            await lifecycle.refuse_finished(log, "instance.cannot_send_event")
            try:
                check_room(log, len(encoded), parts.settings, "The event's payload")
            except WorkflowFatalError as error:
                raise WorkflowError(f"instance.cannot_send_event: {error.message}") from None
            # a waiting instance is due at once, also where the server stops before it could look at the event
            wake_at = parts.clock.now() if log.status == "waiting" else None
            committed = log.append([(fact, encoded.data)], wake_at=wake_at, along=along)
            seq = log.event_seq = log.next_seq - 1
            time = log.last_time
            await committed
            return seq, time

        seq, time = await lifecycle.change(parts, self._key, send)
        faults.point("event_committed_not_acknowledged")
        parts.executions.offer(self._key, self._scope, BufferedEvent(seq, time, type, encoded.data))

    async def log(self, lines: Sequence[tuple[LogKind, str, str]]) -> bool:
        """Append console lines (kind, level, message) that were written on the instance's behalf, outside of
        its run. Answers False, with nothing appended, where it has finished or is gone.
        """
        stored: list[Stored] = [(facts.Log(kind, level, message), None) for kind, level, message in lines]

        async def write(log: InstanceLog) -> bool:
            if not log.finished:
                await log.append(stored, wake_at=log.wake_at)
                return True
            return False

        try:
            return await lifecycle.change(self._parts, self._key, write)
        except WorkflowError:
            return False

    async def pause(self, *, along: Along | None = None) -> None:
        """Pause the instance; durable when this returns. Nothing changes for one that has finished.

        No attempt begins any more. While callbacks are in flight it is `waitingForPause`; when they have
        ended, and their outcomes are committed, it is `paused` and occupies storage only. `along`, here and
        below, is committed with what changes, where anything does.
        """
        await self._change(partial(lifecycle.pause, along=along))

    async def resume(self, *, along: Along | None = None) -> None:
        """Go on with a paused instance; durable when this returns. Nothing changes for any other.

        The deadlines of its sleeps, retries and waits move by the length of the pause, those of `sleepUntil`
        do not. A pause that has not come yet is called off.
        """
        await self._change(partial(lifecycle.resume, along=along))

    async def skip(self, step: StepKey, *, along: Along | None = None) -> None:
        """End a sleep, or the delay before a step's next attempt, now; durable when this returns.

        Raises `WorkflowError` `instance.cannot_skip` where the step does neither, or the instance is paused.
        """
        await self._change(partial(skip, step=step, along=along))

    async def skip_all(self, *, along: Along | None = None) -> int:
        """End all sleeps and delays before attempts now, and answer how many they were; durable when this
        returns. Raises `WorkflowError` `instance.cannot_skip` where there is none, or the instance is paused.
        """
        return await self._change(partial(skip_all, along=along))

    async def debug(self, setting: facts.DebugSet, *, along: Along | None = None) -> None:
        """Set how the instance is debugged from here on (see `debug_settings.py`); what is not given stays as
        it was. Durable when this returns. A finished one raises `WorkflowError` `instance.cannot_debug`.
        """
        await self._change(partial(set_debug, setting=setting, along=along))

    async def go_on(
        self, mode: ContinueMode = "run", step: StepKey | None = None, *, along: Along | None = None
    ) -> list[StepKey]:
        """Go on where the run is stopped before steps: with all of them, or with `step` mode the first (or
        `step`) alone, and then stop before the next. Durable when this returns, which says with which. Raises
        `WorkflowError` `instance.not_stopped`.
        """
        return await self._change(partial(go_on, mode=mode, step=step, along=along))

    async def terminate(self, *, rollback: bool = False, along: Along | None = None) -> None:
        """End the instance now. A finished one raises `WorkflowError` `instance.cannot_terminate`.

        With `rollback` its steps are undone before that: it goes on `running` until the handlers are through,
        which this does not wait for.
        """
        how = lifecycle.terminate_with_rollback if rollback else lifecycle.terminate
        await self._change(partial(how, along=along))

    async def restart(self, from_step: Any = None, *, along: Along | None = None) -> None:
        """Run the instance again, with its params and its code, whatever its status.

        Durable when this returns.
        Without `from_step` its history is wiped. With `{"name", "count"?, "type"?}` (count 1 and type `"do"`
        where they are not given; `"sleep"` and `"waitForEvent"` are the others) what started before that step
        is kept, and it and all that started later runs again. An unknown step raises `WorkflowError`
        `instance.cannot_restart`.
        """
        start = lifecycle.step_of(from_step) if from_step is not None else None
        await self._change(partial(lifecycle.restart, start=start, along=along))

    async def rehearse(self, factory: RunnerFactory) -> Rehearsal:
        """Replay what is committed of it with the runner that `factory` makes; nothing is appended, and
        nobody is called. It goes on meanwhile as it would have.
        """
        return await self._change(partial(rehearse, factory=factory))

    async def move(self, wanted: Callable[[InstanceRow], Move]) -> None:
        """Have it go on with other code, which `wanted` says for its row; durable when this returns. Raises
        `WorkflowError`: see `moving.move`.
        """

        async def decide(log: InstanceLog) -> None:
            await move(self._parts, log, wanted(log.row))

        await lifecycle.change(self._parts, self._key, decide)

    async def past(self) -> Past:
        """Its whole log as it is committed, with values. Raises `WorkflowError` `instance.too_large`."""
        row = await self._parts.journal.by_key(self._key)
        if row is None:
            raise WorkflowError("instance.not_found")
        return await past_of(self._parts, row)

    async def delete(self, *, along: Along | None = None) -> None:
        """Remove the instance and all that it stores. From then on its id is unknown, and free again."""
        decide = partial(lifecycle.delete, self._parts, along=along)
        await lifecycle.change(self._parts, self._key, decide, any_version=True)

    async def _change(self, how: Callable[[Parts, InstanceLog], Awaitable[T]]) -> T:
        return await lifecycle.change(self._parts, self._key, partial(how, self._parts))


def encode_argument(value: Any, settings: EngineSettings, what: str) -> Encoded:
    """`value` in wire form. What is no value, or too large, raises `WorkflowError`."""
    try:
        return encode_value(value, settings.value_limit, what)
    except Exception as error:
        raise WorkflowError(str(error)) from error
