"""A replay is watched as it goes: what it asks for is compared with history (`determinism.py`), and where the
two differ the log says so, or (`strict`) the instance errors.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, Protocol

from playground.core.errors import NonDeterminismError, PlaygroundError, RemoteError
from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.determinism import Comparison, Mismatch, Start
from playground.engine.entries import well_formed
from playground.engine.gate import Gate
from playground.engine.history import History, StepRecord
from playground.engine.instance_log import InstanceLog
from playground.engine.lines import LOOSE_S
from playground.engine.retry import StepConfig
from playground.engine.services import Services

PATIENCE_MS: Final = 1_000
"""How long a step that history does not hold waits for a run that is busy elsewhere to settle."""
_MOST_SHOWN: Final = 1_000
_MOST_AT_THE_END: Final = 20


class Replaying(Protocol):
    """What is watched of an execution."""

    history: History
    gate: Gate
    log: InstanceLog
    services: Services


def watch_over(execution: Replaying, break_off: Callable[[NonDeterminismError], None]) -> Watch:
    """Watch the execution's replay; `break_off(error)` is called where it is strict, and goes another way."""
    services, log = execution.services, execution.log

    def later(future: asyncio.Future[None], milliseconds: int) -> None:
        services.timers.arm(services.clock.now() + milliseconds, partial(_resolve, future))

    strict = services.strict.get(log.row.workflow, services.settings.strict)
    say = partial(log.append_loosely, flush_s=LOOSE_S)
    # a runner that answers what history holds by itself has another gate
    return Watch(execution.history, lambda: execution.gate, say, break_off if strict else None, later)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


class Watch:
    """The replay of one execution.

    `say(fact)` appends; `fail(error)` ends the instance (None: it goes on); `later(future, ms)` resolves a
    future after a while.
    """

    def __init__(
        self,
        history: History,
        gate: Callable[[], Gate],
        say: Callable[[facts.Fact], None],
        fail: Callable[[NonDeterminismError], None] | None,
        later: Callable[[asyncio.Future[None], int], None],
    ) -> None:
        steps = [record for record in history.steps.values() if record.key.kind != "rollback"]
        self._comparison = Comparison((_start(record, history) for record in steps), history.mismatches)
        self._completions = {step.completion.seq: step.key for step in steps if step.completion is not None}
        self._gate = gate
        self._say = say
        self._fail = fail
        self._later = later
        self._failed = False
        self._settling: set[asyncio.Task[None]] = set()
        gate().on_skip = self._skipped

    async def asked(self, key: StepKey, detail: StepConfig | str = "") -> None:
        """The run asks for a step. Where history does not hold it, and holds others that were not asked for
        yet, this returns when the run has settled. It does not return where the instance errors.
        """
        if self._comparison.is_over and not self._failed:
            return
        if self.replayed([key], detail if isinstance(detail, str) else detail_of(detail)):
            await self.settle()
        if self._failed:
            await asyncio.get_running_loop().create_future()

    def replayed(self, keys: Iterable[StepKey], detail: str = "") -> bool:
        """The run has asked for these steps. Whether it has gone past others, if it has settled
        (`settle`).
        """
        past = False
        for key in keys:
            self._tell(self._comparison.ask(key, detail))
            past = past or not (self._comparison.is_over or self._comparison.holds(key))
        return past

    def went_on(self, key: StepKey) -> None:
        """The run has asked for a step that history does not hold, and waits for nobody. What is missing is
        told when it has settled.
        """
        if self._comparison.is_over or not self.replayed([key]):
            return
        task = asyncio.get_running_loop().create_task(self.settle())
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    def close(self) -> None:
        """Watch no longer."""
        for task in self._settling:
            task.cancel()

    async def settle(self) -> None:
        """Wait until nothing is under way that could ask for a step, and see whether one is missing."""
        gate = self._gate()
        settled = gate.settled()
        enough: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._later(enough, PATIENCE_MS)
        await asyncio.wait((settled, enough), return_when=asyncio.FIRST_COMPLETED)
        if settled.done() and not gate.held:
            self._tell(self._comparison.beyond())

    def end(self, failure: Exception | None = None) -> NonDeterminismError | None:
        """The run has ended, or thrown. The error that it is to end with instead, if any."""
        if isinstance(failure, PlaygroundError) and not isinstance(failure, RemoteError):
            return None  # it was ended, and did not come to its end
        error = None
        for mismatch in self._comparison.end()[:_MOST_AT_THE_END]:
            error = error or self._error(mismatch)
        return error

    def _skipped(self, seqs: list[int], by: int) -> None:
        """The run has settled without asking for these completions, and is told of the one with the seq
        `by`.
        """
        if by not in self._completions:  # of a step that was new when it was asked for, and seen to then
            return
        for seq in seqs:
            if (key := self._completions.get(seq)) is not None:
                self._tell(self._comparison.passed(key))

    def _tell(self, mismatch: Mismatch | None) -> None:
        error = self._error(mismatch) if mismatch is not None else None
        if error is not None and self._fail is not None and not self._failed:
            self._failed = True
            self._fail(error)

    def _error(self, mismatch: Mismatch) -> NonDeterminismError | None:
        expected, found = _shown(mismatch.expected), _shown(mismatch.found)
        at = mismatch.place
        self._say(facts.NonDeterminismDetected(mismatch.step, expected, found, at, mismatch.instead))
        if self._fail is None:
            return None
        return NonDeterminismError(f"The replay went another way: expected {expected}, found {found}.")


def detail_of(config: StepConfig) -> str:
    """A `do`'s configuration in words."""
    delay = f"delay {config.delay}" if config.delay is not None else "delay by function"
    sensitive = ", sensitive" if config.sensitive else ""
    return f"limit {config.limit}, {delay}, {config.backoff}, timeout {config.timeout}{sensitive}"


def _start(record: StepRecord, history: History) -> Start:
    detail = ""
    if record.config is not None:
        detail = detail_of(record.config)
    elif record.event_type:
        detail = f"type {record.event_type}"
    return Start(record.started_seq, record.key, detail, history.moved.get(record.key))


def _shown(text: str) -> str:
    return well_formed(text[:_MOST_SHOWN])
