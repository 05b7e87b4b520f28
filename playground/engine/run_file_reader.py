"""Reads a run's file as what it is: something that anybody may have written. See `run_file.py`.

Nothing of a file is believed. An entry must be one that an engine could have written after those before it;
what the log shows of values is made anew from the values; what is not taken over (pauses, rollbacks, …) is
passed over. So whatever gets through folds, and replays as a log of this server's does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import msgspec
from msgspec import UNSET, structs

from playground.core.codec import BadEncoding, decode
from playground.core.durations import LONGEST
from playground.core.errors import ErrorRecord, WorkflowError, WorkflowFatalError
from playground.core.ids import is_event_type, is_instance_id
from playground.core.ports import StepKey
from playground.core.values import Encoded
from playground.engine import entries as facts
from playground.engine.entries import FACTS, Fact, fact_json, well_formed
from playground.engine.excerpt import Told
from playground.engine.failures import error_preview
from playground.engine.forking import MOST_ENTRIES, Past
from playground.engine.history import fold
from playground.engine.names import check_step_name
from playground.engine.outputs import show
from playground.engine.retry import StepConfig, resolve_config
from playground.engine.run_file import FORMAT, FORMAT_VERSION
from playground.engine.settings import EngineSettings
from playground.engine.step_do import REDACTED
from playground.engine.streams import Drained, StoredStream
from playground.storage.rows import EntryRow

BAD_FILE: Final = "run_file.bad"
_LARGEST_TIME: Final = 8_640_000_000_000_000
_MOST_COUNT: Final = 1_000_000
_VALUES: Final = ("$value", "$stream", "$omitted")
_KINDS: Final[Mapping[type[Fact], str]] = {
    facts.StepStarted: "do",
    facts.StepCompleted: "do",
    facts.StepFailed: "do",
    facts.AttemptStarted: "do",
    facts.AttemptCompleted: "do",
    facts.AttemptFailed: "do",
    facts.RetrySkipped: "do",
    facts.SleepStarted: "sleep",
    facts.SleepCompleted: "sleep",
    facts.SleepSkipped: "sleep",
    facts.WaitStarted: "wait",
    facts.WaitCompleted: "wait",
    facts.WaitTimedOut: "wait",
}
"""The kinds of step that each of the facts about steps is of."""
_KEPT: Final = (facts.WorkflowStarted, facts.WorkflowRestarted, facts.EventReceived, facts.Log)


def _as_it_is(entry: Any) -> Any:
    return entry


def read_run_file(
    document: Any, settings: EngineSettings, now: int, entry_of: Callable[[Any], Any] = _as_it_is
) -> Past:
    """The past that a decoded file tells of. Times that are later than `now` (epoch ms) are taken for that.
    `entry_of` decodes an entry of it, where that is still to be done.

    Raises `WorkflowError` `run_file.bad`, which says of which entry what is wrong.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        _refuse(f'the file is no run: its format is not "{FORMAT}"')
    if document.get("formatVersion") != FORMAT_VERSION:
        _refuse(f"this server reads version {FORMAT_VERSION} of the format only")
    run, entries = document.get("run"), document.get("entries")
    if not isinstance(run, dict) or not is_instance_id(run.get("id")):
        _refuse("run.id is not the id of a run")
    created = _whole(run.get("created"), "run.created", 0, _LARGEST_TIME)
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_ENTRIES:
        _refuse(f"entries must be a list of 1 to {MOST_ENTRIES} entries")
    params = _value(document.get("params", "t" + '{"$undefined":0}'), settings, "params")
    reader = _Reader(settings, now)
    for place, entry in enumerate(entries):
        try:
            reader.read(entry_of(entry), first=place == 0)
        except WorkflowError as error:
            _refuse(f"entry {place + 1}: {error.message.removeprefix(f'{BAD_FILE}: ')}", error)
    return Past(run["id"], min(created, now), params, reader.log, fold(reader.rows()))


@dataclass(slots=True)
class _Step:
    """How far a step has come."""

    place: int
    config: StepConfig | None = None
    event_type: str = ""
    attempt: int = 0
    is_open: bool = False
    retrying: bool = False
    over: bool = False


@dataclass(slots=True)
class _Event:
    type: str
    shown: Any
    omitted: str | None
    taken: bool = False


@dataclass(slots=True)
class _Reader:
    settings: EngineSettings
    now: int
    log: list[Told] = field(default_factory=list)
    _steps: dict[StepKey, _Step] = field(default_factory=dict)
    _events: dict[int, _Event] = field(default_factory=dict)
    _takers: dict[StepKey, int] = field(default_factory=dict)
    _seq: int = 0
    _lines: int = 0

    def rows(self) -> list[EntryRow]:
        """The log as rows, to be folded."""
        return [
            EntryRow(each.seq, "", each.seq, each.time, each.fact.type, fact_json(each.fact), each.value)
            for each in self.log
        ]

    def read(self, entry: Any, *, first: bool) -> None:
        if not isinstance(entry, dict):
            _refuse("it is no object")
        self._seq = _whole(entry.get("seq"), "seq", self._seq + 1, 1 << 53)
        time = min(_whole(entry.get("time"), "time", 0, _LARGEST_TIME), self.now)
        kind = FACTS.get(entry["type"]) if isinstance(entry.get("type"), str) else None
        if kind is None:
            _refuse("its type is not one that this server knows")
        if first and kind not in (facts.WorkflowQueued, facts.WorkflowRestarted):
            _refuse("a log begins with workflow_queued or workflow_restarted")
        if first or (kind not in _KEPT and kind not in _KINDS):
            return
        about = {key: value for key, value in entry.items() if key not in ("seq", "time", "type", "instance")}
        given = {key: about.pop(key) for key in _VALUES if key in about}
        if len(given) > 1:
            _refuse("it has more than one value")
        if isinstance(about.get("step"), dict) and about["step"].get("kind") == "rollback":
            return
        try:
            fact = msgspec.convert(about, kind)
        except (msgspec.ValidationError, RecursionError) as error:
            _refuse(str(error)[:300], error)
        told = self._told(fact, time, given)
        if told is not None:
            self.log.append(told)

    # -- one kind after the other

    def _told(self, fact: Fact, time: int, given: dict[str, Any]) -> Told | None:
        if isinstance(fact, facts.WorkflowStarted):
            return Told(self._seq, time, fact)
        if isinstance(fact, facts.WorkflowRestarted):
            return self._restarted(fact, time)
        if isinstance(fact, facts.EventReceived):
            return self._event(fact, time, given)
        if isinstance(fact, facts.Log):
            return self._line(fact, time)
        key = _key(fact)
        if isinstance(fact, (facts.StepStarted, facts.SleepStarted, facts.WaitStarted)):
            return self._begun(key, fact, time)
        step = self._steps.get(key)
        if step is None or step.over:
            _refuse(f'step "{key.name}" {"has not begun" if step is None else "is over"}')
        if isinstance(fact, facts.AttemptStarted):
            if fact.attempt != step.attempt + 1:
                _refuse(f"attempt {fact.attempt} does not follow attempt {step.attempt}")
            step.attempt, step.is_open = fact.attempt, True
            return Told(self._seq, time, structs.replace(fact, fault=None, fault_at=None))
        if isinstance(fact, (facts.AttemptCompleted, facts.AttemptFailed)):
            return self._attempt_ended(step, fact, time)
        if isinstance(fact, (facts.SleepSkipped, facts.RetrySkipped)):
            return Told(self._seq, time, fact)
        step.over = True
        return self._ended(key, step, fact, time, given)

    def _restarted(self, fact: facts.WorkflowRestarted, time: int) -> Told:
        """What follows the step from which it began anew is not the run's any more."""
        start = fact.start
        if not isinstance(start, StepKey) or start not in self._steps:
            _refuse("it begins anew from a step that there is not")
        cut = self._steps[start].place
        self._steps = {key: step for key, step in self._steps.items() if step.place < cut}
        for key, seq in list(self._takers.items()):
            if key not in self._steps:
                del self._takers[key]
                self._events[seq].taken = False
        return Told(self._seq, time, facts.WorkflowRestarted("", 0, start=start))

    def _event(self, fact: facts.EventReceived, time: int, given: dict[str, Any]) -> Told:
        if not is_event_type(fact.event_type):
            _refuse("eventType is no type of an event")
        value, omitted = self._given(given)
        if value is None and omitted is None:
            _refuse("an event has a $value")
        shown = show(value, self.settings) if value is not None else UNSET
        self._events[self._seq] = _Event(fact.event_type, shown, omitted)
        to = fact.to if fact.to in self._steps else None
        checked = facts.EventReceived(fact.event_type, shown, to)
        return Told(self._seq, time, checked, value.data if value is not None else None, None, omitted)

    def _line(self, fact: facts.Log, time: int) -> Told | None:
        self._lines += 1
        if self._lines > self.settings.log_lines:
            return None
        if isinstance(fact.step, StepKey) and fact.step not in self._steps:
            return None
        message, level = well_formed(fact.message[: self.settings.log_limit]), well_formed(fact.level[:32])
        return Told(self._seq, time, structs.replace(fact, message=message, level=level))

    def _begun(self, key: StepKey, fact: Any, time: int) -> Told:
        if key in self._steps:
            _refuse(f'step "{key.name}" has begun before')
        if len(self._steps) >= self.settings.step_limit * 2:
            _refuse("it has more steps than a run may have")
        step = self._steps[key] = _Step(self._seq)
        if isinstance(fact, facts.StepStarted):
            step.config = _config(key, fact.config)
            return Told(self._seq, time, facts.StepStarted(key, step.config.as_json(), fact.rollback))
        _whole(fact.until, "until", 0, self.now + LONGEST)
        if isinstance(fact, facts.WaitStarted):
            if not is_event_type(fact.event_type):
                _refuse("eventType is no type of an event")
            step.event_type = fact.event_type
        return Told(self._seq, time, fact)

    def _attempt_ended(self, step: _Step, fact: Any, time: int) -> Told:
        if fact.attempt != step.attempt or not step.is_open:
            _refuse(f"attempt {fact.attempt} is not under way")
        step.is_open = False
        if isinstance(fact, facts.AttemptFailed):
            if fact.retry_at is not None:
                _whole(fact.retry_at, "retryAt", 0, self.now + LONGEST)
            given = fact.error
            name, message = well_formed(given.name[:256]), well_formed(given.message[:8_192])
            fact = structs.replace(fact, error=facts.ErrorPreview(name, message, _cut(given.stack)))
        return Told(self._seq, time, fact)

    def _ended(self, key: StepKey, step: _Step, fact: Fact, time: int, given: dict[str, Any]) -> Told:
        if isinstance(fact, facts.SleepCompleted):
            return Told(self._seq, time, fact)
        if isinstance(fact, facts.WaitCompleted):
            return self._taken(key, step, fact, time)
        value, omitted = self._given(given)
        if isinstance(fact, facts.StepCompleted):
            return self._completed(key, step, fact, time, given, value, omitted)
        record = decode(value) if value is not None else None
        if not isinstance(record, ErrorRecord):
            _refuse("its $value is no error")
        assert isinstance(fact, (facts.StepFailed, facts.WaitTimedOut))
        assert value is not None
        return Told(self._seq, time, structs.replace(fact, error=error_preview(record)), value.data)

    def _taken(self, key: StepKey, step: _Step, fact: facts.WaitCompleted, time: int) -> Told:
        event = self._events.get(fact.event)
        if event is None or event.taken or event.type != step.event_type:
            _refuse("it takes an event that is not there for it")
        event.taken = True
        self._takers[key] = fact.event
        return Told(self._seq, time, facts.WaitCompleted(key, event.type, fact.event, event.shown))

    def _completed(
        self,
        key: StepKey,
        step: _Step,
        fact: facts.StepCompleted,
        time: int,
        given: dict[str, Any],
        value: Encoded | None,
        omitted: str | None,
    ) -> Told:
        assert step.config is not None
        hidden = step.config.sensitive
        if "$stream" in given:
            data = _bytes(given["$stream"])
            if len(data) > self.settings.stream_limit:
                _refuse("its $stream is too long")
            drained = Drained(StoredStream(0, len(data)), data[: 4 * self.settings.preview_limit + 4])
            shown: Any = REDACTED if hidden else drained.shown(self.settings.preview_limit)
            told = facts.StepCompleted(
                key, len(data), shown, "text" if drained.is_text else "binary", fact.pinned
            )
            return Told(self._seq, time, told, None, [data])
        if value is None and omitted is None:
            _refuse("a step that has completed has a $value")
        size = len(value) if value is not None else 0
        shown = UNSET if value is None else REDACTED if hidden else show(value, self.settings)
        told = facts.StepCompleted(key, size, shown, pinned=fact.pinned)
        return Told(self._seq, time, told, value.data if value is not None else None, None, omitted)

    def _given(self, given: dict[str, Any]) -> tuple[Encoded | None, str | None]:
        if "$value" in given:
            return _value(given["$value"], self.settings, "$value"), None
        omitted = given.get("$omitted")
        return None, str(omitted)[:80] if omitted is not None else None


def _key(fact: Fact) -> StepKey:
    key: StepKey = fact.step  # type: ignore[attr-defined]
    if key.kind != _KINDS[type(fact)]:
        _refuse(f"it is about a step of kind {_KINDS[type(fact)]}")
    try:
        check_step_name(key.name)
    except WorkflowFatalError as error:
        _refuse(error.message, error)
    _whole(key.count, "step.count", 1, _MOST_COUNT)
    return key


def _config(key: StepKey, config: dict[str, Any]) -> StepConfig:
    given = dict(config)
    retries = given.get("retries")
    by_function = isinstance(retries, dict) and "delay" not in retries
    if by_function and isinstance(retries, dict):
        given["retries"] = {**retries, "delay": 0}
    try:
        resolved, _ = resolve_config(key.name, given)
    except WorkflowFatalError as error:
        _refuse(error.message, error)
    return StepConfig(
        resolved.limit,
        None if by_function else resolved.delay,
        resolved.backoff,
        resolved.timeout,
        resolved.sensitive,
    )


def _value(given: Any, settings: EngineSettings, what: str) -> Encoded:
    if isinstance(given, str):
        data = given.encode("utf-8", "surrogatepass")
    elif isinstance(given, dict) and given.keys() == {"base64"}:
        data = _bytes(given["base64"])
    else:
        _refuse(f'{what} must be the text of a value, or {{ "base64" }}')
    if len(data) > settings.value_limit + 4096:
        _refuse(f"{what} is too large: the limit is {settings.value_limit} bytes")
    value = Encoded(data)
    try:
        decode(value)
    except BadEncoding as error:
        _refuse(f"{what} is no value: {error}", error)
    return value


def _bytes(given: Any) -> bytes:
    try:
        return base64.b64decode(given, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        _refuse("it holds something that is not base64", error)


def _cut(stack: str | None) -> str | None:
    return well_formed(stack[:16_384]) if stack is not None else None


def _whole(value: Any, what: str, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        _refuse(f"{what} must be a whole number from {least} to {most}")
    return int(value)


def _refuse(why: str, cause: Exception | None = None) -> NoReturn:
    raise WorkflowError(f"{BAD_FILE}: {why}") from cause
