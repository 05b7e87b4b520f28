"""Ending sleeps, and the delays before steps' next attempts, before their time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from playground.core import faults
from playground.core.errors import WorkflowError
from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.history import History
from playground.engine.instance_log import InstanceLog, Stored
from playground.engine.lifecycle import refuse_finished
from playground.engine.looking import look
from playground.engine.parts import Parts
from playground.storage.rows import Along


async def skip(parts: Parts, log: InstanceLog, *, step: StepKey, along: Along | None = None) -> None:
    """Make the step's deadline now; durable when this returns. Raises `instance.cannot_skip`."""
    await _find_asleep(parts, log, step)
    await _skip(parts, log, [step], along)


async def skip_all(parts: Parts, log: InstanceLog, *, along: Along | None = None) -> int:
    """Make all deadlines of sleeps and retry delays now; durable when this returns, which says how many they
    were. Raises `instance.cannot_skip` where there is none.
    """
    steps = await _find_all_asleep(parts, log)
    await _skip(parts, log, steps, along)
    return len(steps)


async def _skip(parts: Parts, log: InstanceLog, steps: Sequence[StepKey], along: Along | None) -> None:
    key = log.row.key
    skipped: list[Stored] = [
        (facts.SleepSkipped(step) if step.kind == "sleep" else facts.RetrySkipped(step), None)
        for step in steps
    ]
    # a waiting instance is due at once, also where the server stops before it could go on
    wake_at = parts.clock.now() if log.status == "waiting" else None
    committed = log.append(skipped, wake_at=wake_at, along=along)
    # until it is told, the execution must not say that it waits for the deadline that was
    log.skipping += 1

    def tell(done: asyncio.Future[range]) -> None:
        log.skipping -= 1
        if _is_durable(done):
            for step in steps:
                parts.executions.skip(key, log.row.scope, step)

    # also where whoever asked is gone meanwhile
    committed.add_done_callback(tell)
    await committed
    faults.point("skip_committed_not_acknowledged")


def _is_durable(committed: asyncio.Future[range]) -> bool:
    return committed.cancelled() or committed.exception() is None


async def _find_asleep(parts: Parts, log: InstanceLog, step: StepKey) -> None:
    """Return at a moment at which the step sleeps, or waits for its next attempt; else raise."""

    async def claimed() -> bool | None:
        await _refuse_at_rest(log)
        return parts.executions.claim_nap(log.row.key, step) or None

    if not await look(parts, log, claimed, lambda history: _sleeps(history, step, parts.clock.now())):
        raise WorkflowError(
            f'instance.cannot_skip: "{step.name}" neither sleeps nor waits for its next attempt'
        )


async def _find_all_asleep(parts: Parts, log: InstanceLog) -> list[StepKey]:
    """The steps that sleep, or wait for their next attempt, at one moment; raises where none does."""

    async def claimed() -> list[StepKey] | None:
        await _refuse_at_rest(log)
        return parts.executions.naps(log.row.key) or None

    def asleep(history: History) -> list[StepKey]:
        now = parts.clock.now()
        return [step for step in history.steps if _sleeps(history, step, now)]

    if steps := await look(parts, log, claimed, asleep):
        return steps
    raise WorkflowError("instance.cannot_skip: nothing sleeps or waits for its next attempt")


async def _refuse_at_rest(log: InstanceLog) -> None:
    await refuse_finished(log, "instance.cannot_skip")
    if log.status in facts.PAUSED:
        raise WorkflowError("instance.cannot_skip: the instance is paused; resume it first")


def _sleeps(history: History, step: StepKey, now: int) -> bool:
    record = history.steps.get(step)
    if record is None or record.completion is not None:
        return False
    if history.rollback is not None and step.kind != "rollback":
        return False
    if step.kind == "sleep":
        return record.until > now
    return not record.open_attempt and record.retry_at is not None and record.retry_at > now
