"""`step.sleep`, `step.sleepUntil` and `step.waitForEvent`."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from playground.core import faults
from playground.core.durations import DAY, LONGEST, BadDuration, parse_duration
from playground.core.errors import ErrorRecord, RemoteError, WorkflowFatalError, WorkflowTimeoutError
from playground.core.ids import is_event_type
from playground.core.ports import StepKey
from playground.core.values import UNDEFINED, Encoded
from playground.engine import entries as facts
from playground.engine.breaks import stop_before
from playground.engine.events import Waiter
from playground.engine.failures import error_preview, stored_error
from playground.engine.history import BufferedEvent, StepRecord
from playground.engine.instance_log import Stored
from playground.engine.introspected import skips
from playground.engine.names import check_step_name
from playground.engine.outputs import show
from playground.engine.pacing import nap
from playground.engine.runner import Execution
from playground.engine.step_answer import answer_of, event_value, memoised_error, stored_value

DEFAULT_WAIT_MS: Final = DAY


async def sleep(execution: Execution, name: object, duration: object, count: int | None = None) -> None:
    """Sleep for `duration` from when it is first reached. See `core.ports.JournaledStep.sleep`."""
    checked = check_step_name(name)
    try:
        milliseconds = parse_duration(duration)
    except BadDuration as error:
        raise WorkflowFatalError(f'Sleep "{checked}": {error}') from error
    await _sleep(execution, checked, execution.services.clock.now() + milliseconds, count, may_be_past=True)


async def sleep_until(
    execution: Execution, name: object, when: object, count: int | None = None, at: float | None = None
) -> None:
    """Sleep until a moment. One in the past raises an `Error`, where the sleep is reached for the first
    time.

    What is past is told by the run's own time, that of the last completion (`at`, where a run that answers
    from history itself has said so). By the clock a moment that the run took from its time could have passed
    since, where a crash came in between.
    """
    checked = check_step_name(name)
    time = execution.time if at is None else min(math.floor(at), execution.services.clock.now())
    await _sleep(execution, checked, _moment(checked, when), count, may_be_past=False, time=time)


def _moment(name: str, when: object) -> int:
    if isinstance(when, datetime) and when.tzinfo is not None:
        return math.ceil(when.timestamp() * 1000)
    if isinstance(when, (int, float)) and not isinstance(when, bool) and math.isfinite(when):
        return math.ceil(when)
    raise WorkflowFatalError(f'Sleep "{name}" must be until a valid Date or a number of epoch ms')


async def _sleep(
    execution: Execution, name: str, until: int, count: int | None, *, may_be_past: bool, time: int = 0
) -> None:
    execution.ask_begins()
    try:
        key = execution.key("sleep", name, count)
        record = execution.history.steps.get(key)
        now = execution.services.clock.now() if may_be_past else time
        if record is None:
            # it leaves no trace, so each replay is refused it again, and has not gone another way by that
            _check_new(name, until, now, may_be_past=may_be_past)
        if execution.recall is not None and not execution.recall.goes_on(key, record):
            await execution.stay_asked()
        if execution.watch is not None:
            await execution.watch.asked(key)
        if record is not None and record.completion is not None:
            await execution.deliver(record.completion.seq, record.completion.time)
            return
        if record is None:
            if execution.debug is not None:
                await stop_before(execution, key)
                until += execution.services.clock.now() - now if may_be_past else 0
            _, since = await execution.commit((facts.SleepStarted(key, until, fixed=not may_be_past), None))
            faults.point("sleep_started_committed")
        else:
            since, until = record.started_time, record.until
        paced = not skips(execution, key) and await nap(execution, key, since, until)
        faults.point("sleep_due_not_committed")
        over: list[Stored] = [(facts.SleepSkipped(key, "pace"), None)] if paced else []
        committed = await execution.commit(*over, (facts.SleepCompleted(key), None))
        faults.point("sleep_committed_not_acknowledged")
        await execution.deliver(*committed)
    finally:
        execution.ask_ends()


def _check_new(name: str, until: int, now: int, *, may_be_past: bool) -> None:
    if until < now and not may_be_past:
        raise RemoteError(
            ErrorRecord("Error", f'Sleep "{name}" cannot be until a moment in the past ({now - until}ms ago)')
        )
    if until - now > LONGEST:
        raise WorkflowFatalError(f'Sleep "{name}": a sleep is at most 365 days')


async def wait_for_event(
    execution: Execution, name: object, options: object, count: int | None = None
) -> Encoded:
    """Wait for an event of `options["type"]`. See `core.ports.JournaledStep.wait_for_event`."""
    checked = check_step_name(name)
    type, timeout = _wait_options(checked, options)
    execution.ask_begins()
    try:
        key = execution.key("wait", checked, count)
        record = execution.history.steps.get(key)
        if execution.recall is not None and not execution.recall.goes_on(key, record):
            await execution.stay_asked()
        if execution.watch is not None:
            await execution.watch.asked(key, f"type {type}")
        if record is not None and record.completion is not None:
            return await _answer(execution, record)
        return await _Wait(execution, key, type, timeout, record).run()
    finally:
        execution.ask_ends()


def _wait_options(name: str, options: object) -> tuple[str, int]:
    if not isinstance(options, Mapping):
        raise WorkflowFatalError(f'waitForEvent "{name}" needs {{ type, timeout? }}')
    for unknown in options:
        if unknown not in ("type", "timeout"):
            raise WorkflowFatalError(f'waitForEvent "{name}": {str(unknown)[:80]} is not a known key')
    type = options.get("type")
    if not isinstance(type, str) or not is_event_type(type):
        raise WorkflowFatalError(
            f'waitForEvent "{name}": type must be 1-100 of A-Z a-z 0-9 _ - and not start with -'
        )
    timeout = options.get("timeout", UNDEFINED)
    try:
        return type, DEFAULT_WAIT_MS if timeout is UNDEFINED else parse_duration(timeout)
    except BadDuration as error:
        raise WorkflowFatalError(f'waitForEvent "{name}": timeout: {error}') from error


async def _answer(execution: Execution, record: StepRecord) -> Encoded:
    """What history holds: the event that was taken, or the timeout."""
    completion = record.completion
    assert completion is not None
    if completion.failed or completion.event is None:
        return await answer_of(execution, completion)
    payload = completion.value
    if payload is None:
        payload = await stored_value(execution, completion.event)
    await execution.deliver(completion.seq, completion.time)
    completion.value = None
    return event_value(payload, record.event_type, completion.event_time)


class _Wait:
    """One wait that has not ended."""

    def __init__(
        self, execution: Execution, key: StepKey, type: str, timeout: int, record: StepRecord | None
    ) -> None:
        self._execution = execution
        self._key = key
        self._type = type
        self._timeout = timeout
        self._record = record

    async def run(self) -> Encoded:
        execution = self._execution
        over = skips(execution, self._key)
        if self._record is None:
            if execution.debug is not None:
                await stop_before(execution, self._key)
            until = execution.services.clock.now() + self._timeout
            waiter = execution.events.begin(self._key, self._type, 0 if over else until)
            await execution.commit((facts.WaitStarted(self._key, self._type, until), None))
            faults.point("wait_started_committed")
        else:
            self._type = self._record.event_type
            waiter = execution.events.begin(self._key, self._type, self._record.until)
        try:
            if waiter.event is None and not over:
                waiter.taken = asyncio.get_running_loop().create_future()
                await execution.wait_until(waiter.until, waiter.taken)
            if waiter.event is not None:
                return await self._take(waiter.event)
            return await self._time_out(waiter)
        finally:
            execution.events.end(waiter)

    async def _take(self, event: BufferedEvent) -> Encoded:
        execution = self._execution
        faults.point("event_taken_not_committed")
        payload = event.payload
        if payload is None:
            payload = await stored_value(execution, event.seq)
        shown = show(Encoded(payload), execution.services.settings)
        committed = await execution.commit(
            (facts.WaitCompleted(self._key, self._type, event.seq, shown), None)
        )
        faults.point("wait_committed_not_acknowledged")
        await execution.deliver(*committed)
        return event_value(payload, self._type, event.time)

    async def _time_out(self, waiter: Waiter) -> Encoded:
        execution = self._execution
        execution.events.end(waiter)
        started = self._record
        timeout = self._timeout
        if started is not None:
            timeout = waiter.until - started.postponed - started.started_time
        record = WorkflowTimeoutError(f"Execution timed out after {timeout}ms").record()
        stored = stored_error(record, execution.services.settings.value_limit)
        committed = await execution.commit((facts.WaitTimedOut(self._key, error_preview(record)), stored))
        faults.point("wait_committed_not_acknowledged")
        await execution.deliver(*committed)
        raise memoised_error(stored)
