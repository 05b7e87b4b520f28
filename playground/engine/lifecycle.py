"""What may be done to an instance from outside its run: pause, resume, terminate, restart, delete.

Each is decided where the log stands at the moment of its append, with nothing awaited in between, so that two
of them, or one of them and the run itself, cannot both be right about the same moment. An append that comes
too late (`SequenceConflict`) is decided anew. What is given to go `along` is committed with that append, and
where there is nothing to do it is not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

from msgspec import UNSET

from playground.core import faults
from playground.core.codec import encode
from playground.core.errors import SequenceConflict, StorageError, WorkflowError
from playground.core.ports import StepKey, StepKind
from playground.core.values import UNDEFINED, Encoded
from playground.engine import entries as facts
from playground.engine.failures import error_preview
from playground.engine.folding import folded
from playground.engine.instance_log import InstanceLog
from playground.engine.kept import Kept, kept
from playground.engine.outputs import show
from playground.engine.parts import Parts
from playground.engine.rollback import TERMINATED
from playground.engine.settings import ENGINE_VERSION, newer_rules
from playground.engine.stop_reason import StopReason
from playground.storage.rows import Along, Restart

T = TypeVar("T")

_TRIES: Final = 5
_LOOKS: Final = 10
_KINDS: Final[Mapping[str, StepKind]] = {"do": "do", "sleep": "sleep", "waitForEvent": "wait"}


async def change(
    parts: Parts, key: int, decide: Callable[[InstanceLog], Awaitable[T]], *, any_version: bool = False
) -> T:
    """Have `decide` append to the instance's log, again where the log has moved on.

    Raises `WorkflowError` `instance.not_found` where the instance is gone, and (but with `any_version`)
    `instance.newer` where its rules of replay are later than this engine's.
    """
    for _ in range(_TRIES):
        try:
            log = await parts.logs.open(key)
        except LookupError as error:
            raise WorkflowError("instance.not_found") from error
        try:
            if log.row.engine_version > ENGINE_VERSION and not any_version:
                raise WorkflowError(f"instance.newer: {newer_rules(log.row.engine_version)}")
            return await decide(log)
        except SequenceConflict:
            continue
        finally:
            parts.logs.give_back(log)
    raise StorageError("the instance's log moved on again and again")


async def settled(log: InstanceLog) -> str:
    """The status, once all that was appended is committed. `SequenceConflict` where that has failed."""
    await log.settle()
    if log.broken:
        raise SequenceConflict
    return log.status


async def refuse_finished(log: InstanceLog, refusal: str) -> None:
    """Raise `WorkflowError` where the instance has finished, and that is committed."""
    if log.finished:
        raise WorkflowError(f"{refusal}: the instance is {await settled(log)}")


async def pause(parts: Parts, log: InstanceLog, *, along: Along | None = None) -> None:
    """Pause now, or when the callbacks in flight have ended; nothing to do where that is so already, or the
    instance has finished.
    """
    if log.finished or log.status in facts.PAUSED:
        await settled(log)
        return
    key = log.row.key
    if parts.executions.has_attempts(key):
        await log.append([(facts.WorkflowPausing(), None)], status="waitingForPause", along=along)
        faults.point("pausing_committed_not_acknowledged")
        return
    await _stop(parts, log, "paused", facts.WorkflowPaused(), along)


async def resume(parts: Parts, log: InstanceLog, *, along: Along | None = None) -> None:
    """Go on, with the deadlines moved; nothing to do where the instance is not paused nor about to be."""
    key = log.row.key
    paused_ms = 0
    if log.status == "paused":
        await settled(log)
        since = await parts.journal.last_time(key, facts.WorkflowPaused.type)
        if log.status != "paused" or log.broken or since is None:
            raise SequenceConflict
        paused_ms = max(0, parts.clock.now() - since)
    elif log.status != "waitingForPause":
        await settled(log)
        return
    committed = log.append([(facts.WorkflowResumed(paused_ms), None)], status="running", along=along)
    # also where whoever asked is gone meanwhile
    committed.add_done_callback(lambda _: parts.executions.resume(key, log.row.scope))
    await committed
    faults.point("resumed_committed_not_acknowledged")


async def terminate(parts: Parts, log: InstanceLog, *, along: Along | None = None) -> None:
    """End the instance now. A finished one raises `instance.cannot_terminate`."""
    await refuse_finished(log, "instance.cannot_terminate")
    await _stop(parts, log, "terminated", facts.WorkflowTerminated(), along)


async def terminate_with_rollback(parts: Parts, log: InstanceLog, *, along: Along | None = None) -> None:
    """Undo the steps that started, then end the instance; durable, and not over, when this returns. One that
    has finished or is rolled back already raises `instance.cannot_terminate`.
    """
    await refuse_finished(log, "instance.cannot_terminate")
    key = log.row.key
    rows, _ = await parts.journal.for_replay(log.row)
    history = await folded(rows)
    if log.finished or log.broken:
        raise SequenceConflict
    if log.rolling_back or history.rollback is not None:
        raise WorkflowError("instance.cannot_terminate: the instance is rolled back already")
    parts.executions.stop(key, "rollback")
    log.rolling_back = True
    stored = encode(TERMINATED).data
    try:
        started = facts.RollbackStarted(error_preview(TERMINATED), terminated=True)
        await log.append([(started, stored)], status="running", along=along)
    finally:
        parts.executions.wake(key, log.row.scope)


def step_of(wanted: Any) -> StepKey:
    """The step that `restart` is to begin with, from `{"name", "count"?, "type"?}`."""
    if not isinstance(wanted, Mapping) or not wanted.keys() <= {"name", "count", "type"}:
        raise WorkflowError("instance.cannot_restart: from must be { name, count?, type? }")
    given = {key: value for key, value in wanted.items() if value is not UNDEFINED}
    name, count, type = given.get("name"), given.get("count", 1), given.get("type", "do")
    if not isinstance(name, str):
        raise WorkflowError("instance.cannot_restart: from.name must be a string")
    is_whole = isinstance(count, int) or (isinstance(count, float) and count.is_integer())
    if not is_whole or isinstance(count, bool) or count < 1:
        raise WorkflowError("instance.cannot_restart: from.count must be a whole number from 1")
    kind = _KINDS.get(type) if isinstance(type, str) else None
    if kind is None:
        raise WorkflowError(f"instance.cannot_restart: from.type must be one of {', '.join(_KINDS)}")
    return StepKey(kind, name, int(count))


async def restart(
    parts: Parts, log: InstanceLog, *, start: StepKey | None, along: Along | None = None
) -> None:
    """Begin anew, from the top or from a step. The old execution is thrown away first."""
    key = log.row.key
    lines = 0
    streams: list[int] = []
    try:
        if start is not None:
            lines = await look_back(parts, log, start)
        elif log.value_bytes > len(log.row.params):
            streams = await parts.journal.chunks.of_instance(key)
        stays = await kept(parts.journal, log) if start is None else Kept()
        parts.executions.stop(key, "restarted")
        params = show(Encoded(log.row.params), parts.settings)
        begin = UNSET if start is None else start
        fact = facts.WorkflowRestarted(log.row.workflow, log.row.created, params, begin, lines, *stays)
        how: Restart = "from the top" if start is None else "from a step"
        committed = log.append([(fact, None)], status="queued", restart=how, along=along)
    except BaseException:
        parts.executions.wake(key, log.row.scope)
        raise
    # also where whoever asked is gone meanwhile
    committed.add_done_callback(lambda _: parts.executions.wake(key, log.row.scope))
    await committed
    faults.point("restarted_committed_not_acknowledged")
    if start is None:
        parts.retention.sweep(streams)


async def look_back(parts: Parts, log: InstanceLog, start: StepKey) -> int:
    """How many lines `run` had logged when it came to the step; returns at a moment at which the log holds
    still.
    """
    for _ in range(_LOOKS):
        await settled(log)
        seq = log.next_seq
        rows, counted = await parts.journal.for_replay(log.row)
        history = await folded(rows, counted)
        record = history.steps.get(start)
        if record is None:
            raise WorkflowError(f'instance.cannot_restart: no step "{start.name}" of that count and type')
        seqs = await parts.journal.lines_before(log.row, record.started_seq)
        if log.next_seq == seq and not log.broken:
            return sum(1 for each in seqs if not any(each in part for part in history.left_out))
        parts.executions.stop(log.row.key, "restarted")
    raise SequenceConflict


async def delete(parts: Parts, log: InstanceLog, *, along: Along | None = None) -> None:
    """Remove the instance; its execution is thrown away first."""
    key = log.row.key
    parts.executions.stop(key, "deleted")
    log.broken = True  # nobody appends any more
    try:
        removed = await parts.retention.remove(key, along)
    except StorageError:
        parts.executions.wake(key, log.row.scope)
        raise
    faults.point("deleted_not_acknowledged")
    if not removed:
        raise WorkflowError("instance.not_found")


async def _stop(
    parts: Parts, log: InstanceLog, status: StopReason, fact: facts.Fact, along: Along | None
) -> None:
    """Throw the execution away and append `fact`; where that cannot be committed, execute it again."""
    parts.executions.stop(log.row.key, status)
    try:
        await log.append([(fact, None)], status=status, along=along)
    except StorageError:
        parts.executions.wake(log.row.key, log.row.scope)
        raise
