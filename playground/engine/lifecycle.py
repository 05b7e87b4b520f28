"""What may be done to an instance from outside its run: pause, resume, terminate.

Each is decided where the log stands at the moment of its append, with nothing awaited in between, so that two
of them, or one of them and the run itself, cannot both be right about the same moment. An append that comes
too late (`SequenceConflict`) is decided anew.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from playground.core import faults
from playground.core.codec import encode
from playground.core.errors import SequenceConflict, StorageError, WorkflowError
from playground.engine import entries as facts
from playground.engine.failures import error_preview
from playground.engine.history import fold
from playground.engine.instance_log import InstanceLog
from playground.engine.parts import Parts
from playground.engine.rollback import TERMINATED
from playground.engine.runner import StopReason

T = TypeVar("T")

_TRIES: Final = 5


async def change(parts: Parts, key: int, decide: Callable[[InstanceLog], Awaitable[T]]) -> T:
    """Have `decide` append to the instance's log, again where the log has moved on.

    Raises `WorkflowError` `instance.not_found` where the instance is gone.
    """
    for _ in range(_TRIES):
        try:
            log = await parts.logs.open(key)
        except LookupError as error:
            raise WorkflowError("instance.not_found") from error
        try:
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


async def pause(parts: Parts, log: InstanceLog) -> None:
    """Pause now, or when the callbacks in flight have ended; nothing to do where that is so already, or the
    instance has finished.
    """
    if log.finished or log.status in facts.PAUSED:
        await settled(log)
        return
    key = log.row.key
    if parts.executions.has_attempts(key):
        await log.append([(facts.WorkflowPausing(), None)], status="waitingForPause")
        faults.point("pausing_committed_not_acknowledged")
        return
    await _stop(parts, log, "paused", facts.WorkflowPaused())


async def resume(parts: Parts, log: InstanceLog) -> None:
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
    committed = log.append([(facts.WorkflowResumed(paused_ms), None)], status="running")
    # also where whoever asked is gone meanwhile
    committed.add_done_callback(lambda _: parts.executions.resume(key))
    await committed
    faults.point("resumed_committed_not_acknowledged")


async def terminate(parts: Parts, log: InstanceLog) -> None:
    """End the instance now. A finished one raises `instance.cannot_terminate`."""
    await refuse_finished(log, "instance.cannot_terminate")
    await _stop(parts, log, "terminated", facts.WorkflowTerminated())


async def terminate_with_rollback(parts: Parts, log: InstanceLog) -> None:
    """Undo the steps that started, then end the instance; durable, and not over, when this returns. One that
    has finished or is rolled back already raises `instance.cannot_terminate`.
    """
    await refuse_finished(log, "instance.cannot_terminate")
    key = log.row.key
    rows, _ = await parts.journal.for_replay(log.row)
    if log.finished or log.broken:
        raise SequenceConflict
    if log.rolling_back or fold(rows).rollback is not None:
        raise WorkflowError("instance.cannot_terminate: the instance is rolled back already")
    parts.executions.stop(key, "rollback")
    log.rolling_back = True
    stored = encode(TERMINATED).data
    try:
        started = facts.RollbackStarted(error_preview(TERMINATED), terminated=True)
        await log.append([(started, stored)], status="running")
    finally:
        parts.executions.wake(key)


async def _stop(parts: Parts, log: InstanceLog, status: StopReason, fact: facts.Fact) -> None:
    """Throw the execution away and append `fact`; where that cannot be committed, execute it again."""
    parts.executions.stop(log.row.key, status)
    try:
        await log.append([(fact, None)], status=status)
    except StorageError:
        parts.executions.wake(log.row.key)
        raise
