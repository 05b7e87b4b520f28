"""Ending a sleep, or the delay before a step's next attempt, before its time."""

from __future__ import annotations

import asyncio
from typing import Final

from playground.core import faults
from playground.core.errors import SequenceConflict, WorkflowError
from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.history import History, fold
from playground.engine.instance_log import InstanceLog
from playground.engine.lifecycle import refuse_finished, settled
from playground.engine.parts import Parts

_LOOKS: Final = 10


async def skip(parts: Parts, log: InstanceLog, *, step: StepKey) -> None:
    """Make the step's deadline now; durable when this returns. Raises `instance.cannot_skip`."""
    key = log.row.key
    await _find_asleep(parts, log, step)
    fact = facts.SleepSkipped(step) if step.kind == "sleep" else facts.RetrySkipped(step)
    # a waiting instance is due at once, also where the server stops before it could go on
    wake_at = parts.clock.now() if log.status == "waiting" else None
    committed = log.append([(fact, None)], wake_at=wake_at)
    # until it is told, the execution must not say that it waits for the deadline that was
    log.skipping += 1

    def tell(done: asyncio.Future[range]) -> None:
        log.skipping -= 1
        if _is_durable(done):
            parts.executions.skip(key, log.row.scope, step)

    # also where whoever asked is gone meanwhile
    committed.add_done_callback(tell)
    await committed
    faults.point("skip_committed_not_acknowledged")


def _is_durable(committed: asyncio.Future[range]) -> bool:
    return committed.cancelled() or committed.exception() is None


async def _find_asleep(parts: Parts, log: InstanceLog, step: StepKey) -> None:
    """Return at a moment at which the step sleeps, or waits for its next attempt; else raise."""
    for _ in range(_LOOKS):
        await refuse_finished(log, "instance.cannot_skip")
        if log.status in facts.PAUSED:
            raise WorkflowError("instance.cannot_skip: the instance is paused; resume it first")
        if parts.executions.claim_nap(log.row.key, step):
            return
        await settled(log)
        seq = log.next_seq
        rows, _ = await parts.journal.for_replay(log.row)
        if not _sleeps(fold(rows), step, parts.clock.now()):
            raise WorkflowError(
                f'instance.cannot_skip: "{step.name}" neither sleeps nor waits for its next attempt'
            )
        if log.next_seq == seq and not log.broken and log.status not in facts.PAUSED:
            return
    raise SequenceConflict


def _sleeps(history: History, step: StepKey, now: int) -> bool:
    record = history.steps.get(step)
    if record is None or record.completion is not None:
        return False
    if history.rollback is not None and step.kind != "rollback":
        return False
    if step.kind == "sleep":
        return record.until > now
    return not record.open_attempt and record.retry_at is not None and record.retry_at > now
