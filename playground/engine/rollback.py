"""Rollback: the handlers of the steps that started are called, the latest first, each as a durable step.

`rollback_started` is the point of no return: an instance that has it runs no step any more, in whichever
process. Each execution after it replays `run` for the handlers (`recall.py`), and calls those that have no
outcome in the log. The chain ends with the instance's last entry, in one commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from playground.core.codec import decode, encode
from playground.core.errors import ErrorRecord, IsolateLost, RemoteError, SequenceConflict, StorageError
from playground.core.ports import StepContext, StepKey, Undo
from playground.core.streams import StepValue
from playground.core.values import UNDEFINED, Encoded
from playground.engine import entries as facts
from playground.engine.failures import error_preview, stored_error
from playground.engine.history import StepRecord
from playground.engine.instance_log import Stored
from playground.engine.recall import Recall
from playground.engine.retry import DEFAULT_CONFIG
from playground.engine.runner import Execution
from playground.engine.step_answer import answered_stream, memoised_error, stored_value
from playground.engine.step_do import Attempted
from playground.engine.streams import StoredStream

TERMINATED: Final = ErrorRecord("Terminated", "The instance is terminated.")
"""The error that handlers are given where nothing failed."""

_MOST_HANDLERS: Final = 1_000
"""How many handlers one execution holds. Where there are more, the next one calls those before them."""
_NOTHING: Final = encode(UNDEFINED)
_MISSING: Final = ErrorRecord(
    "RollbackMissing", "run() did not ask for this step any more, so its rollback handler is not known."
)


async def roll_back(execution: Execution, run: Callable[[], Awaitable[object]]) -> None:
    """Go on with the rollback that history holds, to the instance's last entry; or until another execution
    has to go on. `run` starts the workflow.
    """
    started = execution.history.rollback
    assert started is not None
    stored = started.error
    if stored is None:
        stored = await stored_value(execution, started.seq)
    error = decode(Encoded(stored))
    assert isinstance(error, ErrorRecord)
    todo = _to_undo(execution)
    now = todo[:_MOST_HANDLERS]
    recall = execution.recall = Recall(record.key for record in now)
    replaying = asyncio.create_task(_replay(execution, run, recall))
    execution.ask_begins()
    try:
        failure = await _undo(_Chain(execution, recall, error), now)
    finally:
        execution.ask_ends()
        replaying.cancel()
        await asyncio.wait([replaying])
    if failure is None and len(todo) > len(now):
        return
    outcome: facts.RollbackOutcome
    last: facts.Fact
    if failure is None:
        outcome, last = facts.RollbackOutcome("complete"), facts.RollbackCompleted()
    else:
        outcome = facts.RollbackOutcome("failed", error_preview(failure))
        last = facts.RollbackFailed(error_preview(failure))
    if started.terminated:
        await execution.finish((last, None), (facts.WorkflowTerminated(outcome), None), status="terminated")
    else:
        errored = facts.WorkflowErrored(error_preview(error), outcome)
        await execution.finish((last, None), (errored, stored), status="errored")


def _to_undo(execution: Execution) -> list[StepRecord]:
    """The steps whose handlers have not succeeded yet, the latest start first."""
    steps = execution.history.steps
    started = [record for record in steps.values() if record.rollback]
    started.sort(key=lambda record: -record.started_seq)
    return [record for record in started if not _is_undone(steps.get(_own_key(record.key)))]


def _is_undone(own: StepRecord | None) -> bool:
    return own is not None and own.completion is not None and not own.completion.failed


def _own_key(key: StepKey) -> StepKey:
    return StepKey("rollback", key.name, key.count)


async def _replay(execution: Execution, run: Callable[[], Awaitable[object]], recall: Recall) -> None:
    """Have `run` ask for its steps again."""
    try:
        await run()
    except IsolateLost as error:
        if error.wanted or execution.may_be_lost():
            execution.stop("lost")
    except (StorageError, SequenceConflict):
        execution.stop("failed")
    except Exception:  # why the instance is rolled back is known, and this may well be that error again
        return
    finally:
        recall.end()


async def _undo(chain: _Chain, records: list[StepRecord]) -> ErrorRecord | None:
    """Undo one after the other. Answers why one could not be."""
    for record in records:
        try:
            await chain.undo(record)
        except RemoteError as error:
            return error.record()
    return None


class _Chain:
    """What the handlers are called with and where they come from."""

    def __init__(self, execution: Execution, recall: Recall, error: ErrorRecord) -> None:
        self._execution = execution
        self._recall = recall
        self._error = error

    async def undo(self, record: StepRecord) -> None:
        """Call the step's handler, until it succeeds. Raises `RemoteError` where it fails for good."""
        execution = self._execution
        key = _own_key(record.key)
        own = execution.history.steps.get(key)
        if own is not None and own.completion is not None:
            raise memoised_error(own.completion.value or await stored_value(execution, own.completion.seq))
        undoing = await self._recall.handler(record.key, self._standing_still)
        if undoing is None:
            stored = stored_error(_MISSING, execution.services.settings.value_limit)
            await execution.commit((facts.RollbackStepFailed(key, error_preview(_MISSING)), stored))
            raise memoised_error(stored)
        config = own.config if own is not None and own.config is not None else undoing.config
        # read here: that is none of the handler's time, and where it fails, none of its failures
        value = await self._value(record)

        async def call(context: StepContext) -> Encoded:
            step = StepContext(record.key, record.attempts, (record.config or DEFAULT_CONFIG).as_json())
            await undoing.handler(Undo(step, self._error, self._output(record, value), context))
            return _NOTHING

        await _Handler(execution, key, config, call, undoing.delay_function, own).run()

    async def _value(self, record: StepRecord) -> bytes | None:
        """What the step has come to, as it is stored."""
        completion = record.completion
        if completion is None or completion.failed:
            return None
        return completion.value or await stored_value(self._execution, completion.seq)

    def _output(self, record: StepRecord, value: bytes | None) -> StepValue:
        if value is None or record.completion is None:
            return _NOTHING
        if not record.completion.stream:
            return Encoded(value)
        return answered_stream(self._execution, StoredStream.of(value))

    def _standing_still(self, future: asyncio.Future[None]) -> None:
        """Resolve `future` when `run` has done nothing for a while."""
        execution = self._execution
        gate, services = execution.gate, execution.services

        def settled(_: asyncio.Future[None]) -> None:
            seen = gate.stirs

            def look() -> None:
                if future.done():
                    return
                if gate.stirs != seen or gate.held:
                    self._standing_still(future)
                else:
                    future.set_result(None)

            services.timers.arm(services.clock.now() + services.settings.hibernate_after_idle_ms, look)

        # it had its turns of the event loop first, however short the while is
        gate.settled().add_done_callback(settled)


class _Handler(Attempted):
    """One handler that has no outcome yet. `run` does not wait for it, so nothing is delivered."""

    def _started(self) -> facts.Fact:
        return facts.RollbackStepStarted(self._key, self._config.as_json())

    def _succeeded(self, value: Encoded) -> Stored:
        return facts.RollbackStepCompleted(self._key), None

    def _gave_up(self, record: ErrorRecord, stored: bytes) -> Stored:
        return facts.RollbackStepFailed(self._key, error_preview(record)), stored

    async def _deliver(self, seq: int, time: int) -> None:
        return
