"""`step.do`: attempts until one succeeds, each durable before it begins and after it ends."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, NoReturn, TypeVar

from msgspec.structs import replace

from playground.core import faults
from playground.core.codec import decode
from playground.core.durations import BadDuration, parse_duration
from playground.core.errors import (
    ErrorRecord,
    IsolateLost,
    NonRetryableDelayError,
    StorageError,
    WorkflowFatalError,
    WorkflowTimeoutError,
    record_of,
)
from playground.core.ports import Begun, StepCallback, StepContext, StepKey
from playground.core.streams import StepValue, Stream
from playground.core.values import Encoded
from playground.engine import entries as facts
from playground.engine.breaks import stop_before
from playground.engine.debug_entries import Fault
from playground.engine.failures import INTERRUPTED, ends_the_step, error_preview, stored_error
from playground.engine.history import StepRecord
from playground.engine.injected import befall
from playground.engine.inside import Inside, inside_callback
from playground.engine.instance_log import Stored
from playground.engine.introspected import replacement, skips
from playground.engine.names import check_step_name
from playground.engine.outputs import check_room, encode_value, show
from playground.engine.pacing import nap
from playground.engine.recall import resolve_rollback
from playground.engine.retry import DELAY_ANSWER_MS, DelayFunction, StepConfig, resolve_config, retry_delay
from playground.engine.runner import Execution
from playground.engine.step_answer import answered_stream, memoised_error, result_of
from playground.engine.streams import Drained, StreamDeleted, drain

T = TypeVar("T")

REDACTED: Final = "[REDACTED]"


async def do(
    execution: Execution,
    name: object,
    config: object,
    callback: StepCallback | None,
    rollback: object,
    *,
    count: int | None = None,
    begun: Begun | None = None,
) -> StepValue:
    """Run `callback` durably, or answer what it came to before. See `core.ports.JournaledStep.do`."""
    checked = check_step_name(name)
    if not callable(callback):
        raise WorkflowFatalError(f'Step "{checked}" requires a callback function')
    resolved, delay_function = resolve_config(checked, config)
    undoing = resolve_rollback(checked, rollback)
    execution.ask_begins()
    execution.do_begins()
    try:
        if begun is not None:
            first = Attempted(execution, begun.key, resolved, callback, delay_function, None)
            first.begun = begun
            return await first.run()
        execution.do_calls += 1
        limit = execution.services.settings.step_limit
        if execution.do_calls > limit:
            raise WorkflowFatalError(f"The limit of {limit} steps has been reached")
        key = execution.key("do", checked, count)
        record = execution.history.steps.get(key)
        execution.undoable = execution.undoable or undoing is not None
        if execution.recall is not None and not execution.recall.goes_on(key, record, undoing):
            await execution.stay_asked()
        if execution.watch is not None:
            await execution.watch.asked(key, resolved)
        if record is not None and record.completion is not None:
            return await result_of(execution, record.completion)
        if record is not None and record.config is not None:
            resolved = record.config
        elif execution.debug is not None:
            await stop_before(execution, key)
        step = Attempted(execution, key, resolved, callback, delay_function, record)
        step.undoable = undoing is not None
        return await step.run()
    finally:
        execution.do_ends()
        execution.ask_ends()


class _TimedOut(Exception):
    """What was awaited took too long."""


class Attempted:
    """One `do` that has no result yet; or what else is attempted until it succeeds (a rollback handler, see
    `rollback.py`).
    """

    undoable = False
    """Whether it has a rollback handler."""
    begun: Begun | None = None
    """The first attempt, where that was begun, and said to be, before."""
    _fault: Fault | None = None
    """What befalls the attempt that is under way."""

    def __init__(
        self,
        execution: Execution,
        key: StepKey,
        config: StepConfig,
        callback: StepCallback,
        delay_function: DelayFunction | None,
        record: StepRecord | None,
    ) -> None:
        self._execution = execution
        self._key = key
        self._config = config
        self._callback = callback
        self._delay_function = delay_function
        self._record = record

    async def run(self) -> StepValue:
        opening, attempt = await self._resume() if self.begun is None else ([], 0)
        while True:
            attempt += 1
            if self.begun is None or attempt > 1:
                debug = self._execution.debug
                if debug is not None and debug.pins_output(self._key):
                    return await self._pinned(opening, debug.pins[self._key.name])
                opening.append((self._attempt_started(attempt), None))
                await self._execution.commit(*opening)
                faults.point("attempt_started_committed")
            try:
                value = await self._attempt(attempt)
            except IsolateLost as error:
                self._execution.stop("lost")
                raise asyncio.CancelledError from error
            except Exception as error:
                opening = await self._failed(error, attempt)
                continue
            faults.point("callback_returned_not_committed")
            if isinstance(value, Drained):
                return await self._streamed(value, attempt)
            return await self._completed(value, attempt)

    async def _resume(self) -> tuple[list[tuple[facts.Fact, bytes | None]], int]:
        """What to append before the next attempt, and how many there were. Fails the step where there is no
        next.
        """
        record = self._record
        if record is None:
            return [(self._started(), None)], 0
        opening = []
        if record.retry_at is not None:
            opening = await self._nap(record.failed_time, record.retry_at)
        if not record.open_attempt:
            return opening, record.attempts
        # one attempt more than the configuration allows, where the last was interrupted and not the one
        # before
        allowed = self._config.limit + 1 + (0 if record.interrupted else 1)
        shown = error_preview(INTERRUPTED)
        if record.attempts >= allowed:
            last = facts.AttemptFailed(self._key, record.attempts, shown, interrupted=True)
            await self._give_up(last, INTERRUPTED)
        # a crash is nobody's fault once; a callback that loses its isolate each time is slowed down
        delay = self._backoff(None, record.attempts) if record.interrupted else 0
        retry_at = self._execution.services.clock.now() + delay
        failed = facts.AttemptFailed(self._key, record.attempts, shown, delay, retry_at, interrupted=True)
        if delay == 0:
            return [(failed, None)], record.attempts
        _, failed_at = await self._execution.commit((failed, None))
        return await self._nap(failed_at, retry_at), record.attempts

    def _attempt_started(self, attempt: int) -> facts.AttemptStarted:
        """What is appended of an attempt, and what is to befall it."""
        debug = self._execution.debug
        at = debug.fault_of(self._key) if debug is not None else None
        if debug is None or at is None:
            self._fault = None
            return facts.AttemptStarted(self._key, attempt)
        self._fault = debug.faults[at]
        debug.befell(at)
        return facts.AttemptStarted(self._key, attempt, self._fault.kind, at)

    async def _attempt(self, attempt: int) -> Encoded | Drained:
        """Call the callback once, with the timeout. Raises what it raises."""
        config = self._config
        context = StepContext(self._key, attempt, config.as_json())
        token = inside_callback.set(Inside(self._execution, self._key, attempt))
        try:
            return await self._within(config.timeout, self._result(context))
        except _TimedOut:
            raise WorkflowTimeoutError(f"Execution timed out after {config.timeout}ms") from None
        finally:
            inside_callback.reset(token)

    async def _result(self, context: StepContext) -> Encoded | Drained:
        value = await self._called(context)
        log, services = self._execution.log, self._execution.services
        what = f'The result of step "{self._key.name}"'
        if isinstance(value, Stream):
            try:
                return await drain(value, log, services.journal.chunks, services.settings, what)
            except StreamDeleted:
                raise
            except StorageError as error:  # no failure of the attempt: another execution tries again
                self._execution.stop("failed")
                raise asyncio.CancelledError from error
        encoded = encode_value(value, services.settings.value_limit, what)
        check_room(log, len(encoded), services.settings, what)
        return encoded

    def _called(self, context: StepContext) -> Awaitable[StepValue]:
        begun = self.begun
        if begun is not None and begun.outcome is not None and context.attempt == 1:
            return begun.outcome()
        callback = replacement(self._execution, context) or self._callback
        if self._fault is None:
            return callback(context)
        services = self._execution.services
        now = services.clock.steady.now()
        return befall(
            self._fault, context, self._config.timeout, services.spans, now, partial(callback, context)
        )

    async def _within(self, milliseconds: int, answer: Awaitable[T]) -> T:
        """What `answer` comes to; raises `_TimedOut` where that takes longer.

        It is awaited in this very task. An isolate that dies says so to callbacks first and to the run then,
        so that what a callback did to it is on record before the run is thrown away; a task in between would
        be too late.
        """
        task = asyncio.current_task()
        assert task is not None
        timed_out = False

        def time_out() -> None:
            nonlocal timed_out
            timed_out = True
            task.cancel()

        services = self._execution.services
        timer = services.spans.arm(services.clock.steady.now() + milliseconds, time_out)
        try:
            value = await answer
        except asyncio.CancelledError:
            if not timed_out or task.uncancel() > 0:
                raise
            raise _TimedOut from None
        finally:
            timer.cancel()
        if timed_out:
            task.uncancel()
            raise _TimedOut
        return value

    async def _nap(self, since: int, until: int) -> list[tuple[facts.Fact, bytes | None]]:
        """Wait for the next attempt; what is to be appended before it."""
        paced = await nap(self._execution, self._key, since, until)
        return [(facts.RetrySkipped(self._key, "pace"), None)] if paced else []

    def _started(self) -> facts.Fact:
        return facts.StepStarted(self._key, self._config.as_json(), self.undoable)

    def _succeeded(self, value: Encoded) -> Stored:
        settings = self._execution.services.settings
        output: Any = REDACTED if self._config.sensitive else show(value, settings)
        return facts.StepCompleted(self._key, len(value), output), value.data

    def _gave_up(self, record: ErrorRecord, stored: bytes) -> Stored:
        return facts.StepFailed(self._key, error_preview(record)), stored

    async def _pinned(self, opening: list[tuple[facts.Fact, bytes | None]], output: Any) -> Encoded:
        """End the step with the output that somebody has set."""
        execution, settings = self._execution, self._execution.services.settings
        value = encode_value(output, settings.value_limit, f'The pinned output of step "{self._key.name}"')
        completed, stored = self._succeeded(value)
        assert isinstance(completed, facts.StepCompleted)
        committed = await execution.commit(*opening, (replace(completed, pinned=True), stored))
        await self._deliver(*committed)
        return value

    async def _deliver(self, seq: int, time: int) -> None:
        await self._execution.deliver(seq, time)

    async def _completed(self, value: Encoded, attempt: int) -> Encoded:
        execution = self._execution
        committed = await execution.commit(
            (facts.AttemptCompleted(self._key, attempt, execution.usage.cpu_ms(self._key, attempt)), None),
            self._succeeded(value),
        )
        faults.point("step_committed_not_acknowledged")
        await self._deliver(*committed)
        return value

    async def _streamed(self, drained: Drained, attempt: int) -> Stream:
        execution, stored = self._execution, drained.stored
        services = execution.services
        output = REDACTED if self._config.sensitive else drained.shown(services.settings.preview_limit)
        kind: Any = "text" if drained.is_text else "binary"
        ended = facts.AttemptCompleted(self._key, attempt, execution.usage.cpu_ms(self._key, attempt))
        completed = facts.StepCompleted(self._key, stored.size, output, kind)
        try:
            committed = await execution.commit((ended, None), (completed, stored.encoded()), streams=[stored])
        except BaseException:
            services.journal.chunks.discard(stored.number)
            raise
        faults.point("step_committed_not_acknowledged")
        await execution.deliver(*committed)
        return answered_stream(execution, stored)

    async def _failed(self, error: Exception, attempt: int) -> list[tuple[facts.Fact, bytes | None]]:
        """Record a failed attempt and wait for the next, for which it answers what `_nap` does; where there
        is none, fail the step.
        """
        record = record_of(error)
        failed = facts.AttemptFailed(self._key, attempt, error_preview(record))
        if attempt > self._config.limit or ends_the_step(error, record):
            await self._give_up(self._billed(failed), record)
        try:
            delay = await self._delay(record, attempt)
        except NonRetryableDelayError as broken:
            await self._give_up(self._billed(failed), broken.record())
        delay = 0 if skips(self._execution, self._key) else delay
        retry_at = self._execution.services.clock.now() + delay
        failed = replace(self._billed(failed), retry_delay_ms=delay, retry_at=retry_at)
        _, failed_at = await self._execution.commit((failed, None))
        faults.point("attempt_failed_committed")
        return await self._nap(failed_at, retry_at)

    def _billed(self, failed: facts.AttemptFailed) -> facts.AttemptFailed:
        return replace(failed, cpu_ms=self._execution.usage.cpu_ms(self._key, failed.attempt))

    async def _give_up(self, failed: facts.AttemptFailed, record: ErrorRecord) -> NoReturn:
        execution = self._execution
        stored = stored_error(record, execution.services.settings.value_limit)
        committed = await execution.commit((failed, None), self._gave_up(record, stored))
        faults.point("step_committed_not_acknowledged")
        await self._deliver(*committed)
        raise memoised_error(stored)

    async def _delay(self, record: ErrorRecord, attempt: int) -> int:
        """Ms until the next attempt."""
        function = self._delay_function
        base = self._config.delay
        if base is None and function is not None:
            base = await self._ask(function, record, attempt)
        return self._backoff(base, attempt)

    def _backoff(self, base: int | None, attempt: int) -> int:
        if base is None:
            base = self._config.delay if self._config.delay is not None else 1000
        return retry_delay(self._config, base, attempt)

    async def _ask(self, function: Callable[..., Any], record: ErrorRecord, attempt: int) -> int:
        """Ask the tenant's delay function, which has 5 s to answer."""
        context = {
            "step": {"name": self._key.name, "count": self._key.count},
            "attempt": attempt,
            "config": self._config.as_json(),
        }
        try:
            answer = function({"ctx": context, "error": record})
            if inspect.isawaitable(answer):
                answer = await self._within(DELAY_ANSWER_MS, answer)
            return parse_duration(decode(answer) if isinstance(answer, Encoded) else answer)
        except IsolateLost as error:
            self._execution.stop("lost")
            raise asyncio.CancelledError from error
        except Exception as error:
            message = _why_no_delay(error)
            raise NonRetryableDelayError(
                f'The delay function for step "{self._key.name}-{self._key.count}" threw an error: {message}'
            ) from error


def _why_no_delay(error: Exception) -> str:
    if isinstance(error, _TimedOut):
        return f"it did not answer within {DELAY_ANSWER_MS}ms"
    return str(error) if isinstance(error, BadDuration) else record_of(error).message
