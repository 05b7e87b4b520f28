"""What a runner is given to run ahead of the log, and what it says that it did meanwhile.

A runner that computes elsewhere begins callbacks before it hears that `step.do` was taken down, and goes on
with results that are not durable yet. What it says is appended in the order in which it says it, many entries
a commit; what is to leave its wall waits for `when_durable`. Steps that history holds it answers itself
(`hand_over`), so the gate of the execution holds nothing back.

Designs that were not taken:

* A commit before each callback, as for runners in this process. A workflow of three trivial steps costs seven
turns of its isolate and eight commits then, where it now costs one of each.
* Letting the runner go on without saying at which time. `Date.now()` outside callbacks is the time of the
last completion delivered, which a replay reads from the log; so the log takes the time that the runner went
on with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import Context
from typing import Any

from playground.core import faults
from playground.core.codec import BadEncoding, decode
from playground.core.errors import StorageError, WorkflowFatalError, record_of
from playground.core.ports import Begun, HandedOver, StepKey
from playground.core.streams import StepValue
from playground.core.values import UNDEFINED, Encoded
from playground.engine import entries as facts
from playground.engine.failures import error_preview, stored_error
from playground.engine.history import StepRecord
from playground.engine.inside import Inside, inside_callback
from playground.engine.instance_log import Stored
from playground.engine.lines import LOOSE_S
from playground.engine.names import check_step_name
from playground.engine.outputs import check_room, show
from playground.engine.retry import DEFAULT_CONFIG, StepConfig, resolve_config
from playground.engine.runner import Execution
from playground.engine.simple_step import simple_step
from playground.engine.step_answer import answered_stream, event_value, stored_value
from playground.engine.step_do import REDACTED
from playground.engine.streams import StoredStream

MOST_HANDED_BYTES = 4 << 20
"""How much of history's values goes with the call; the rest is asked for when it is needed."""


class BadStep(Exception):
    """The runner says of a step what cannot be."""


class BegunStep(Begun):
    """A step whose first attempt was begun by the runner."""

    __slots__ = ("_execution", "config")

    def __init__(self, execution: Execution, key: StepKey, config: StepConfig) -> None:
        super().__init__(key)
        self._execution = execution
        self.config = config

    def surroundings(self, of: Context) -> Context:
        surroundings = of.copy()
        surroundings.run(inside_callback.set, Inside(self._execution, self.key, 1))
        return surroundings


class Ahead:
    """See `core.ports.Ahead`."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._rows: list[StepRecord] = []
        self.asked: list[StepKey] = []
        """The steps that the runner answered from history, in the order in which it was asked for them."""

    # -- history

    def hand_over(self) -> HandedOver:
        """What the runner starts from. From here on it answers what history holds."""
        execution = self._execution
        steps = execution.history.steps.values()
        ended = [step for step in steps if step.completion is not None]
        ended.sort(key=_seq)
        self._rows = ended
        execution.gate = execution.gate.without_history()
        execution.do_calls = sum(1 for step in ended if step.key.kind == "do")
        log, settings = execution.log, execution.services.settings
        left = MOST_HANDED_BYTES
        rows: list[tuple[str, int, str | None, int]] = []
        for step in ended:
            text = _text(step) if left > 0 else None
            left -= len(text) if text is not None else 0
            completion = step.completion
            assert completion is not None
            rows.append((_name(step.key), completion.time, text, int(completion.failed)))
        return HandedOver(
            now=execution.services.clock.now(),
            left=max(0, settings.step_limit - execution.do_calls),
            # where the isolate was lost and nothing was committed since, it is seen which attempt does that
            eager=log.lost_at_seq != log.next_seq
            and execution.services.introspection is None
            and not (execution.debug is not None and execution.debug.concerns_steps),
            rows=rows,
            open=[_name(step.key) for step in steps if step.completion is None and step.key.kind == "do"],
        )

    def replayed(self, order: Sequence[int]) -> None:
        """The runner was asked for steps of history: pairs of a row and of how many from there on."""
        for first, count in zip(order[::2], order[1::2], strict=True):
            if not 0 <= first < first + count <= len(self._rows):
                raise BadStep("a step that history does not hold")
            if len(self.asked) + count > len(self._rows):
                raise BadStep("a step that was asked for before")
            keys = [step.key for step in self._rows[first : first + count]]
            self.asked += keys
            if self._execution.watch is not None:
                self._execution.watch.replayed(keys)

    async def stored(self, row: object) -> StepValue:
        """The value of a row that was not handed over."""
        if type(row) is not int or not 0 <= row < len(self._rows):
            raise BadStep("a step that history does not hold")
        execution, step = self._execution, self._rows[row]
        completion = step.completion
        assert completion is not None
        value = completion.value
        if value is None:
            value = await stored_value(execution, completion.event or completion.seq)
        if completion.event is not None:
            return event_value(value, step.event_type, completion.event_time)
        if completion.stream:
            return answered_stream(execution, StoredStream.of(value))
        return Encoded(value)

    # -- steps

    def begin(self, name: object, count: int, config: Encoded | None, at: float) -> BegunStep:
        """The runner has begun the first attempt of a step. Raises `WorkflowFatalError` where it may not
        have.
        """
        execution = self._execution
        checked = check_step_name(name)
        resolved = DEFAULT_CONFIG if config is None else _resolved(checked, config)
        limit = execution.services.settings.step_limit
        if execution.do_calls >= limit:
            raise WorkflowFatalError(f"The limit of {limit} steps has been reached")
        key = StepKey("do", checked, count)
        if key in execution.history.steps or execution.recall is not None:
            raise WorkflowFatalError(f'The step "{checked}" has begun before')
        if execution.debug is not None and execution.debug.concerns(checked):
            execution.stop("lost")  # that was set since the run began: the next one asks first
            raise WorkflowFatalError(f'The step "{checked}" may not begin by itself')
        execution.key("do", checked, count)
        if execution.watch is not None:
            execution.watch.went_on(key)
        execution.do_calls += 1
        begun = BegunStep(execution, key, resolved)
        if execution.attempts.pause_due(execution.log.status):
            self.flush()  # what was waited for has ended: this attempt is thrown away with the execution
        if not self._is_over:
            time = self._time(at)
            shown = _DEFAULT_JSON if resolved is DEFAULT_CONFIG else resolved.as_json()
            self._note(time, (facts.StepStarted(key, shown), None), (facts.AttemptStarted(key, 1), None))
            if faults.armed():
                self._pass_later("workflow_started_committed", "attempt_started_committed")
        return begun

    def complete(self, begun: BegunStep, value: Encoded, at: float, cpu_us: int | None) -> None:
        """The attempt came to `value`, and the runner has gone on with it. Raises `BadStep` for what it
        cannot have gone on with.
        """
        if self._is_over:
            return
        execution = self._execution
        settings = execution.services.settings
        try:
            if len(value) > settings.value_limit:
                raise BadStep("a result that is too large to go on with")
            check_room(execution.log, len(value), settings, "The result")
            shown: Any = REDACTED if begun.config.sensitive else show(value, settings)
        except BadEncoding as error:
            raise BadStep(str(error)) from error
        except WorkflowFatalError:  # it has no room for that; the next execution says so before it goes on
            execution.log.flush()
            execution.log.lost_at_seq = execution.log.next_seq
            execution.stop("lost")
            return
        faults.point("callback_returned_not_committed")
        time = execution.time = max(execution.time, self._time(at))
        key = begun.key
        cpu_ms = None if cpu_us is None else round(cpu_us / 1000, 3)
        completed = facts.StepCompleted(key, len(value), shown)
        self._note(time, (facts.AttemptCompleted(key, 1, cpu_ms), None), (completed, value.data))
        if faults.armed():
            self._pass_later("step_committed_not_acknowledged")

    def did(
        self,
        name: object,
        count: int,
        config: Encoded | None,
        at: float,
        value: Encoded,
        done_at: float,
        cpu_us: int | None,
    ) -> BegunStep | None:
        """The runner has begun a step and gone on with what it came to: `begin` and `complete` at once. None
        where that is not simple, and nothing was done. Raises `WorkflowFatalError` for a bad name or config.
        """
        execution = self._execution
        log, settings, size = execution.log, execution.services.settings, len(value.data)
        if (
            log.status != "running"
            or log.broken
            or execution.stopped is not None
            or execution.watch is not None
            or execution.recall is not None
            or execution.debug is not None
            or execution.do_calls >= settings.step_limit
            or size > settings.value_limit
            or log.value_bytes + log.draining + size > settings.instance_limit
            or faults.armed()
        ):
            return None
        checked = check_step_name(name)
        resolved = DEFAULT_CONFIG if config is None else _resolved(checked, config)
        key = StepKey("do", checked, count)
        if key in execution.history.steps:
            return None
        shown: Any = REDACTED if resolved.sensitive else show(value, settings)
        execution.keys.add(key)
        execution.do_calls += 1
        now = execution.services.clock.now()
        begun_at = int(min(max(at, execution.time), now)) if at == at else now
        ended_at = int(min(max(done_at, execution.time), now)) if done_at == done_at else now
        execution.time = max(execution.time, ended_at)
        cpu_ms = None if cpu_us is None else round(cpu_us / 1000, 3)
        entries = simple_step(key, resolved, begun_at, execution.time, cpu_ms, value.data, shown)
        log.take_down(entries, size, LOOSE_S)
        return BegunStep(execution, key, resolved)

    def fail(self, begun: BegunStep, error: Exception) -> None:
        """The attempt has ended the isolate, for which there is no other attempt."""
        if self._is_over:
            return
        execution, record = self._execution, record_of(error)
        shown = error_preview(record)
        stored = stored_error(record, execution.services.settings.value_limit)
        now = execution.services.clock.now()
        cpu_ms = execution.usage.cpu_ms(begun.key, 1)
        failed = facts.AttemptFailed(begun.key, 1, shown, cpu_ms=cpu_ms)
        self._note(now, (failed, None), (facts.StepFailed(begun.key, shown), stored))
        self.flush()

    # -- commits

    def flush(self) -> None:
        """Append what was said until now. A pause that waited for the attempts comes with it."""
        execution = self._execution
        log = execution.log
        if self._is_over:
            return
        try:
            if execution.attempts.pause_due(log.status):
                faults.point("pause_due_not_committed")
                log.append([(facts.WorkflowPaused(), None)], status="paused")
                execution.stop("paused")
            else:
                log.flush()
        except StorageError:
            execution.stop("failed")

    def when_durable(self, action: Callable[[], None]) -> None:
        """Call `action` once all that was said until now is durable; at once, where it is. Never, where it
        cannot be made durable, or the execution was thrown away: what the runner says since then is not taken
        down, so nothing may depend on it.
        """
        log = self._execution.log
        if log.has_notes:
            self.flush()
        if self._execution.stopped in _OVER_BY_ITSELF:
            log.after_notes(action)

    @property
    def _is_over(self) -> bool:
        execution = self._execution
        return execution.stopped is not None or execution.log.finished or execution.log.broken

    def _time(self, at: float) -> int:
        """The time that the runner says, if it can be: not before the last completion, nor later than now."""
        now = self._execution.services.clock.now()
        return int(min(max(at, self._execution.time), now)) if at == at else now

    def _note(self, time: int, *stored: Stored) -> None:
        execution = self._execution
        log = execution.log
        execution.attempts.note(stored, pausing=log.status == "waitingForPause")
        if log.status == "waiting":
            stored = ((facts.WorkflowRunning(), None), *stored)
            log.status = "running"
        log.note(stored, time, LOOSE_S)

    def _pass_later(self, *points: str) -> None:
        def pass_all() -> None:
            for point in points:
                faults.point(point)

        self._execution.log.after_notes(pass_all)


def _seq(step: StepRecord) -> int:
    assert step.completion is not None
    return step.completion.seq


def _name(key: StepKey) -> str:
    return f"{key.kind}{key.count}:{key.name}"


def _text(step: StepRecord) -> str | None:
    """A completion's value as it goes with the call; None where it is to be asked for."""
    completion = step.completion
    assert completion is not None
    if step.key.kind == "sleep":
        return _UNDEFINED
    if completion.value is None or completion.stream:
        return None
    value = completion.value
    if completion.event is not None:
        value = event_value(value, step.event_type, completion.event_time).data
    try:
        return value.decode()
    except UnicodeDecodeError:  # halves of surrogate pairs
        return None


def _resolved(name: str, config: Encoded) -> StepConfig:
    try:
        given = decode(config)
    except BadEncoding as error:
        raise WorkflowFatalError(f'Step config for "{name}" is in an invalid format') from error
    return resolve_config(name, UNDEFINED if given is None else given)[0]


_DEFAULT_JSON = DEFAULT_CONFIG.as_json()
_OVER_BY_ITSELF = (None, "finished", "rollback")
"""Why an execution is stopped whose run was not thrown away: what goes on in the isolate may go out."""
_UNDEFINED = 't{"$undefined":0}'
