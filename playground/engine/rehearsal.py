"""A rehearsal: an instance's history, replayed by other code, with nothing written and nobody called.

The code is run as a replay runs it, over a copy of the history that stands still: what history holds is
answered, what it does not hold (and what is still open there) is asked for and stays so. No callback is
called, nothing is appended, no timer of the instance is armed; the instance itself goes on as it would have.

It is over when the code has ended, or when nothing is under way in it and it waits for a step.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from playground.core.errors import IsolateLost, PlaygroundError, RemoteError, SequenceConflict
from playground.core.ports import StepKey
from playground.core.values import Encoded
from playground.engine import entries as facts
from playground.engine.determinism import THE_END, describe
from playground.engine.events import EventBuffer
from playground.engine.failures import error_preview, record_to_store
from playground.engine.folding import folded
from playground.engine.gate import Gate
from playground.engine.history import History, StepRecord
from playground.engine.instance_log import InstanceLog, Stored
from playground.engine.invocation import invoke
from playground.engine.outputs import encode_value, show
from playground.engine.parts import Parts
from playground.engine.recall import Recall, Undoing
from playground.engine.retry import StepConfig
from playground.engine.runner import Execution
from playground.engine.services import RunnerFactory, Services
from playground.engine.stop_reason import StopReason
from playground.engine.watch import Watch, detail_of

Verdict = Literal["match", "new", "differs", "missing"]

LONGEST_S: Final = 20.0
"""How long code may take to come to rest."""
_MOMENT_S: Final = 0.02
_MOST_LINES: Final = 200
_MOST_STEPS: Final = 1_000


@dataclass(frozen=True, slots=True)
class RehearsedStep:
    """What became of one step. `match`: history holds it, and the code asked for it; `new`: history does not
    hold it; `differs`: the code asked for something else in its place; `missing`: it asked for it no more.
    `open` is a step that history holds the beginning of.
    """

    key: StepKey
    verdict: Verdict
    open: bool = False
    expected: str | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The code came to its end: with an output (a preview), or with an error."""

    output: Any = None
    error: facts.ErrorPreview | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a rehearsal came to. `seq` is the last entry that it knows of (lines do not count), `status`
    where the instance stood then. `ends` where the code came to its end; `error` where it could not be run.
    """

    seq: int
    status: str
    steps: Sequence[RehearsedStep]
    ends: End | None = None
    error: PlaygroundError | None = None
    lines: Sequence[tuple[str, str]] = ()

    @property
    def first_difference(self) -> RehearsedStep | None:
        """The first step of history that the code does not ask for as it was."""
        return next((step for step in self.steps if step.verdict in ("differs", "missing")), None)

    def allows(self, start: StepKey | None) -> bool:
        """Whether the instance may go on with the code: where it agrees with all of history, or with all
        that is before the step `start`, which is history's.
        """
        if self.error is not None:
            return False
        if start is None:
            return self.first_difference is None
        for step in self.steps:
            if step.key == start and step.verdict != "new":
                return True
            if step.verdict in ("differs", "missing"):
                return False
        return False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An instance's history as it was committed at a moment, up to the entry `seq`. `next_seq` is where its
    log stood then.
    """

    seq: int
    next_seq: int
    status: str
    history: History


async def snapshot(parts: Parts, log: InstanceLog) -> Snapshot:
    """What is committed of the instance now, with all that it had said until then."""
    log.flush()
    await log.settle()
    at, status = log.next_seq, log.status
    rows, _lines = await parts.journal.for_replay(log.row)
    history = await folded(rows)
    if log.broken:
        raise SequenceConflict
    return Snapshot(rows[-1].seq, at, status, history)


class FrozenLog(InstanceLog):
    """The log of an instance that is rehearsed: nothing is appended to it."""

    def __init__(self, parts: Parts, of: InstanceLog) -> None:
        super().__init__(of.row, parts.journal, parts.clock, parts.feed, parts.retention)
        self.status = "running"

    def append(self, *given: Any, **named: Any) -> asyncio.Future[range]:
        raise AssertionError("a rehearsal appends nothing")

    def append_loosely(self, fact: facts.Fact, flush_s: float) -> None:
        """Said, and not written."""

    def note(self, facts: Sequence[Stored], time: int, flush_s: float) -> None:
        raise AssertionError("a rehearsal has no notes")


class _Answers(Recall):
    """Has `run` replayed without running ahead. Which steps are answered is decided by `_Witness`."""

    def __init__(self) -> None:
        super().__init__(())

    @property
    def complete(self) -> bool:
        return False

    def goes_on(self, key: StepKey, record: StepRecord | None, undoing: Undoing | None = None) -> bool:
        return True


class _Witness(Watch):
    """Notes what is asked for, and lets nothing pass that history does not answer."""

    def __init__(self, rehearsing: _Rehearsing) -> None:
        self.asks: list[StepKey] = []
        self.told: dict[int, facts.NonDeterminismDetected] = {}
        self.pending = 0
        super().__init__(rehearsing.history, lambda: rehearsing.gate, self._hear, None, _never)
        self._rehearsing = rehearsing

    def _hear(self, fact: facts.Fact) -> None:
        assert isinstance(fact, facts.NonDeterminismDetected)
        self.told[fact.place] = fact

    async def asked(self, key: StepKey, detail: StepConfig | str = "") -> None:
        rehearsing = self._rehearsing
        self.asks.append(key)
        record = rehearsing.history.steps.get(key)
        # what a step came to stands, however it would be configured now; one that is open is begun anew
        stands = record is not None and record.completion is not None and not rehearsing.is_strict
        said = detail if isinstance(detail, str) else detail_of(detail)
        if self.replayed([key], "" if stands else said):
            rehearsing.beyond = True
        if record is None or record.completion is None:
            self.pending += 1
            await rehearsing.stay_asked()

    def at_rest(self) -> None:
        """The code waits for a step: what it has gone past is missing."""
        self._tell(self._comparison.beyond())


def _never(future: asyncio.Future[None], milliseconds: int) -> None:
    """Nothing waits for what goes on elsewhere."""


@dataclass(slots=True)
class _Outcome:
    output: Encoded | None = None
    failure: Exception | None = None
    lines: list[tuple[str, str]] = field(default_factory=list)


class _Rehearsing(Execution):
    """The one execution of a rehearsal."""

    beyond = False
    """Whether the code asked for a step that history does not hold."""

    def __init__(self, services: Services, log: FrozenLog, factory: RunnerFactory, history: History) -> None:
        super().__init__(services, log, factory, _nobody, fresh=True)
        self.idleness.close()  # it neither says that it waits nor leaves
        self.history = history
        completions = [step.completion.seq for step in history.steps.values() if step.completion is not None]
        self.gate = Gate(completions)
        self.events = EventBuffer(History())
        self.recall = _Answers()
        self.witness = _Witness(self)
        self.watch = self.witness
        self.outcome = _Outcome()
        self.is_strict = services.strict.get(log.row.workflow, services.settings.strict)
        self._loaded = True

    async def _live(self) -> None:
        self._began = True
        try:
            step = self.services.make_step(self)
            output = await invoke(self._factory, self.log.row, step)
            for task in self.unhandled:
                if not getattr(task, "observed", False) and (error := task.exception()) is not None:
                    raise error
            self.outcome.output = encode_value(
                output, self.services.settings.value_limit, "The workflow's output"
            )
        except Exception as error:
            self.outcome.failure = error
        except asyncio.CancelledError:
            if self.stopped is None:  # the code's own, or its isolate's
                self.outcome.failure = IsolateLost("the code stopped")
        finally:
            await self._clean_up()

    async def come_to_rest(self) -> bool:
        """Return when there is nothing more to be seen: True where the code has ended."""
        while not self._task.done():
            settled = self.gate.settled()
            await asyncio.wait((self._task, settled), return_when=asyncio.FIRST_COMPLETED)
            if not self._task.done():
                if self.witness.pending:
                    return False
                await asyncio.sleep(_MOMENT_S)  # it waits for something of its own
        return True

    async def end(self) -> None:
        """Throw it away."""
        self.stop("closed")
        await self.wait_ended()

    def log_line(self, fact: facts.Log, *, outside_steps: bool) -> None:
        if outside_steps and self.stopped is None and len(self.outcome.lines) < _MOST_LINES:
            self.outcome.lines.append((fact.level, fact.message))


def _nobody(execution: Execution, reason: StopReason) -> None:
    """Nobody waits for its end."""


async def rehearse(parts: Parts, log: InstanceLog, factory: RunnerFactory) -> Rehearsal:
    """Replay the instance's history with `factory`'s runner, and say where it goes another way."""
    seen = await snapshot(parts, log)
    history = seen.history
    history.rollback = None
    history.debug = None  # what is stopped before, pinned or made to fail is so in the run alone
    rehearsing = _Rehearsing(parts.executions.services, FrozenLog(parts, log), factory, history)
    ended = False
    error: PlaygroundError | None = None
    try:
        async with asyncio.timeout(LONGEST_S):
            ended = await rehearsing.come_to_rest()
    except TimeoutError:
        error = PlaygroundError(f"The code did not come to rest within {LONGEST_S:g} s")
    finally:
        if not ended:
            if error is None and rehearsing.beyond:
                rehearsing.witness.at_rest()
            await rehearsing.end()
    outcome = rehearsing.outcome
    failure = outcome.failure
    if ended and isinstance(failure, PlaygroundError) and not isinstance(failure, RemoteError):
        error = failure
    ends = None
    if ended and error is None:
        rehearsing.witness.end(failure)
        ends = _end(outcome, parts)
    steps = _verdicts(history, rehearsing.witness)
    return Rehearsal(seen.seq, seen.status, steps, ends, error, outcome.lines)


def _end(outcome: _Outcome, parts: Parts) -> End:
    if outcome.failure is not None:
        return End(error=error_preview(record_to_store(outcome.failure)))
    assert outcome.output is not None
    return End(output=show(outcome.output, parts.settings))


def _verdicts(history: History, witness: _Witness) -> list[RehearsedStep]:
    """The steps of history in their order, and each new one before that in whose place it was found."""
    asked = set(witness.asks)
    new = {key: None for key in witness.asks if key not in history.steps}
    steps: list[RehearsedStep] = []
    known = [record for record in history.steps.values() if record.key.kind != "rollback"]
    for record in sorted(known, key=lambda each: each.started_seq):
        if record.started_seq in history.mismatches and record.key not in asked:
            continue  # no replay asks for it: it went another way before
        told = witness.told.get(record.started_seq)
        is_open = record.completion is None
        if told is None:
            if record.key in asked:
                steps.append(RehearsedStep(record.key, "match", is_open))
            else:
                expected = describe(record.key)
                steps.append(RehearsedStep(record.key, "missing", is_open, expected))
            continue
        instead = told.instead
        replaced = instead is not None and instead not in history.steps
        if instead is not None and instead in new:
            del new[instead]
            steps += _new([instead])
        verdict: Verdict = "differs" if replaced or record.key in asked else "missing"
        found = None if told.found == THE_END else told.found
        steps.append(RehearsedStep(record.key, verdict, is_open, told.expected, found))
    return (steps + _new(new))[:_MOST_STEPS]


def _new(keys: Iterable[StepKey]) -> list[RehearsedStep]:
    return [RehearsedStep(key, "new", found=describe(key)) for key in keys]
