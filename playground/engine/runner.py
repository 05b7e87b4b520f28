"""One execution of one instance: from the top of `run` to its end, or to where it only waits.

What an execution holds is rebuilt from the log by the next one, so it may be thrown away at any moment.
`stop` does so: when the instance only waits (hibernation), is terminated, lost its isolate, or could not
commit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextvars import Context
from functools import partial
from typing import Any, Final

from playground.core import faults
from playground.core.errors import (
    IsolateLost,
    NonDeterminismError,
    SequenceConflict,
    StorageError,
    WorkflowFatalError,
)
from playground.core.ports import StepKey, StepKind
from playground.engine import entries as facts
from playground.engine.debugging import Debugging, told
from playground.engine.events import EventBuffer
from playground.engine.failures import error_preview, record_to_store, stored_error
from playground.engine.folding import folded
from playground.engine.gate import Gate
from playground.engine.history import BufferedEvent, History
from playground.engine.idleness import Idleness
from playground.engine.inside import inside_callback
from playground.engine.instance_log import InstanceLog, Stored
from playground.engine.invocation import invoke
from playground.engine.keys import Keys
from playground.engine.lines import STARTED_S, Lines
from playground.engine.naps import Naps
from playground.engine.outputs import check_room, encode_value, show
from playground.engine.pausing import Attempts
from playground.engine.recall import Recall
from playground.engine.services import RunnerFactory, Services
from playground.engine.stop_reason import StopReason
from playground.engine.timers import resolve
from playground.engine.usage import Usage
from playground.engine.watch import Watch, watch_over

_log = logging.getLogger("playground.engine")

_MOST_LOSSES: Final = 3
NEVER: Final = 1 << 62
"""A moment that does not come."""


class Execution:
    """An instance in memory. `ended` is called once, when nothing of it runs any more.

    `fresh` says that the log holds nothing but `workflow_queued`, so that nothing needs to be read.
    """

    # most executions never set these; beyond 30 of its own an object has a dictionary of its own
    do_calls = 0
    undoable = False
    """Whether a step has a rollback handler."""
    recall: Recall | None = None
    """Set while the instance is rolled back: `run` is replayed for its handlers only."""
    watch: Watch | None = None
    """Compares the replay with history."""
    debug: Debugging | None = None
    stopped: StopReason | None = None
    rewake = False
    _mismatch: NonDeterminismError | None = None
    _began = _loaded = False
    _started_passed = True
    _asking = _dos = 0
    _dos_done: asyncio.Future[None] | None = None

    def __init__(
        self,
        services: Services,
        log: InstanceLog,
        factory: RunnerFactory,
        ended: Callable[[Execution, StopReason], None],
        *,
        fresh: bool,
    ) -> None:
        self.services = services
        self.log = log
        self.history = History()
        self.time = log.row.created
        """When the last delivered completion was committed: what `Date.now()` is outside steps."""
        self.usage = Usage()
        self.attempts = Attempts()
        self.naps = Naps()
        self.unhandled: list[asyncio.Task[Any]] = []
        """Failed step tasks; those that nobody looks at until the end error the instance."""
        self.gate: Gate
        self.events: EventBuffer
        self._factory = factory
        self._ended = ended
        self._fresh = fresh
        self._early: list[BufferedEvent] = []
        self._heard: list[tuple[int, int, facts.Fact]] = []
        self.keys = Keys()
        self._asks: set[asyncio.Task[Any]] = set()
        self._lines = Lines(log, services.settings.log_lines)
        self.idleness = Idleness(log, services.clock, services.timers, services.settings, self)
        # the context of whoever created or woke the instance is none of the workflow's business
        self._task = asyncio.create_task(self._live(), context=Context())

    # -- life

    async def _live(self) -> None:
        reason: StopReason = "finished"
        self._began = True
        try:
            if self.stopped is not None:
                raise asyncio.CancelledError
            await self._load()
            if self.history.rollback is not None:
                await self.services.roll_back(self, self._run_once)
            else:
                await self._outcome()
            reason = "finished" if self.log.finished else "rollback"
        except asyncio.CancelledError:
            reason = self.stopped or "closed"
        except IsolateLost:
            reason = "lost"
        except (StorageError, SequenceConflict) as error:
            _log.warning("instance %s could not commit: %s", self.log.row.id, error)
            reason = "failed"
        except Exception:
            _log.exception("instance %s: the engine failed", self.log.row.id)
            reason = "failed"
        reason = self.stopped or reason
        self.stopped = reason
        await self._clean_up()
        self._ended(self, reason)

    async def _load(self) -> None:
        if not self._fresh:
            await self.log.settle()  # what was said while it was not here is read
            self.history = await folded(*await self.services.journal.for_replay(self.log.row))
            self._lines.repeated = self.history.run_lines
            self.undoable = any(step.rollback for step in self.history.steps.values())
        completions = [
            step.completion.seq for step in self.history.steps.values() if step.completion is not None
        ]
        self.debug = self.history.debug
        for _, time, fact in (heard for heard in self._heard if heard[0] > self.history.last_seq):
            self.debug = told(self.debug, fact, time)
        self.gate = Gate(completions)
        self.events = EventBuffer(self.history)
        self._loaded = True
        if self.history.steps and self.history.rollback is None:
            self.watch = watch_over(self, self._break_off)
        for event in self._early:
            self.events.offer(event)
        if not self.history.started:
            self._started_passed = False
            self.log.status = "running"
            self.log.append_loosely(facts.WorkflowStarted(), STARTED_S)

    async def _outcome(self) -> None:
        """Run the workflow to its end, and say so; or that it is to be rolled back."""
        limit = self.services.settings.value_limit
        try:
            output = encode_value(await self._run_once(), limit, "The workflow's output")
            check_room(self.log, len(output), self.services.settings, "The workflow's output")
            await self._finish_steps()
            for task in self.unhandled:
                if not getattr(task, "observed", False) and (error := task.exception()) is not None:
                    raise error
            if self.watch is not None and (mismatch := self.watch.end()) is not None:
                raise mismatch
        except asyncio.CancelledError:
            if self._mismatch is None or self.stopped is not None:
                raise
            self._task.uncancel()
            failure: Exception = self._mismatch
        except IsolateLost as error:
            if error.wanted or self.may_be_lost():
                raise
            failure = error
        except Exception as error:
            if self.stopped is not None:
                raise asyncio.CancelledError from error
            await self._finish_steps()
            failure = (self.watch.end(error) if self.watch is not None else None) or error
        else:
            faults.point("run_returned_not_committed")
            completed = facts.WorkflowCompleted(output=show(output, self.services.settings))
            await self.finish((completed, output.data), status="complete")
            return
        record = record_to_store(failure)
        stored, shown = stored_error(record, limit), error_preview(record)
        if not self.undoable:
            await self.finish((facts.WorkflowErrored(shown), stored), status="errored")
            return
        self.log.rolling_back = True
        await self.commit((facts.RollbackStarted(shown), stored))
        faults.point("rollback_started_committed")

    def _break_off(self, error: NonDeterminismError) -> None:
        self._mismatch = error
        self._task.cancel()

    async def _run_once(self) -> Any:
        return await invoke(self._factory, self.log.row, self.services.make_step(self))

    async def finish(self, *last: Stored, status: str) -> None:
        """Append the instance's last entries; or pause, where that is due."""
        if self.attempts.pause_due(self.log.status):
            paused = self.log.append([(facts.WorkflowPaused(), None)], status="paused")
            self.stop("paused")
            await paused
        if self.stopped is not None:
            raise asyncio.CancelledError
        await self.log.append(last, status=status)

    async def _finish_steps(self) -> None:
        await asyncio.sleep(0)  # what was started last has not begun yet
        while self._dos:
            self._dos_done = asyncio.get_running_loop().create_future()
            await self._dos_done

    def may_be_lost(self) -> bool:
        """The isolate is lost: whether to try again, because something was committed since the last times."""
        log = self.log
        log.flush()
        log.lost = log.lost + 1 if log.lost_at_seq == log.next_seq else 1
        log.lost_at_seq = log.next_seq
        return log.lost < _MOST_LOSSES

    async def _clean_up(self) -> None:
        self.idleness.close()
        if self._loaded:
            self.gate.close()
        if self.watch is not None:
            self.watch.close()
        self.log.flush()
        asks = [task for task in self._asks if not task.done()]
        for task in asks:
            task.cancel()
        if asks:
            await asyncio.wait(asks)
        await self.log.settle()

    def stop(self, reason: StopReason, *, cancel: bool = True) -> None:
        """Throw the execution away. It appends nothing more; `ended` is called when all has unwound."""
        if self.stopped is None:
            self.stopped = reason
            self.idleness.close()
            if self._began and cancel:  # a task that is cancelled before it begins does not clean up
                self._task.cancel()

    async def wait_ended(self) -> None:
        """Return when nothing of it runs any more."""
        await asyncio.wait([self._task])

    @property
    def last_event(self) -> int:
        """The seq of the last event that it has heard of."""
        return self.events.last_seq

    def offer(self, event: BufferedEvent) -> None:
        """An event was committed."""
        if self.stopped is not None:
            self.rewake = True
        elif self._loaded:
            self.events.offer(event)
            self.idleness.look()
        else:
            self._early.append(event)

    def hear(self, seq: int, time: int, fact: facts.Fact) -> None:
        """Somebody has appended that of how the instance is debugged."""
        if self._loaded:
            self.debug = told(self.debug, fact, time)
            self.naps.stir()
        else:
            self._heard.append((seq, time, fact))

    # -- what steps use

    def key(self, kind: StepKind, name: str, count: int | None = None) -> StepKey:
        """The key of this call: how often the kind and name were asked for, from 1, or as the runner
        counts.
        """
        return self.keys.next(kind, name, count)

    def ask_begins(self) -> None:
        """A step is asked for. Raises where the execution was stopped, or the step is nested in another's
        callback.
        """
        if self.stopped is not None:
            raise asyncio.CancelledError
        inside = inside_callback.get()
        if inside is not None and inside.execution is self:
            raise WorkflowFatalError("A step cannot be started inside the callback of another step")
        task = asyncio.current_task()
        if task is not None and task is not self._task:
            self._asks.add(task)
        self._asking += 1
        self.idleness.begin()
        self.gate.stir()

    def ask_ends(self) -> None:
        """The step has its answer."""
        task = asyncio.current_task()
        if task is not None:
            self._asks.discard(task)
        self._asking -= 1
        self.idleness.end()

    def do_begins(self) -> None:
        """A `do` is asked for; the instance does not end before it does."""
        self._dos += 1

    def do_ends(self) -> None:
        """A `do` has ended."""
        self._dos -= 1
        if not self._dos and self._dos_done is not None and not self._dos_done.done():
            self._dos_done.set_result(None)

    async def commit(self, *stored: Stored, streams: Sequence[tuple[int, int]] = ()) -> tuple[int, int]:
        """Append and wait for the commit; answers the seq and the time of the last entry.

        A commit that fails stops the execution: nothing may go on from what is not durable.
        """
        log = self.log
        while log.status == "waitingForPause" and not self.attempts.ended_by(stored):
            await self.attempts.pause_called_off()
        if self.stopped is not None or log.finished:
            raise asyncio.CancelledError
        if log.status == "waiting":
            stored = ((facts.WorkflowRunning(), None), *stored)
        self.attempts.note(stored)
        status = "running"
        if log.status == "waitingForPause":
            status = log.status if self.attempts else "paused"
            if status == "paused":
                faults.point("pause_due_not_committed")
                stored = (*stored, (facts.WorkflowPaused(), None))
        try:
            waiter = log.append(stored, status=status, streams=streams)
            if status == "paused":
                self.stop("paused")
            committed = (log.next_seq - 1, log.last_time)
            await waiter
        except (StorageError, SequenceConflict) as error:
            _log.warning("instance %s could not commit: %s", log.row.id, error)
            # cancelled as well as raised, it would be so once more, and never get through its cleaning up
            self.stop("failed", cancel=asyncio.current_task() is not self._task)
            raise asyncio.CancelledError from error
        if not self._started_passed:
            self._started_passed = True
            faults.point("workflow_started_committed")
        return committed

    async def deliver(self, seq: int, time: int) -> None:
        """Wait until it is the turn of the completion `seq`, committed at `time`."""
        if self._asking > 1 or not self.gate.open:
            await self.gate.enter(seq)
        if self.recall is not None and self.recall.complete:
            await self.stay_asked()
        self.time = time

    async def stay_asked(self) -> None:
        """Never answer what was asked for: until the execution is thrown away."""
        with self.idleness.waiting(never := asyncio.get_running_loop().create_future(), NEVER):
            await never

    async def wait_until(self, deadline: int, early: asyncio.Future[None] | None = None) -> None:
        """Wait, durably, for the clock to show `deadline`, or for `early` to resolve."""
        if self.services.clock.now() >= deadline:
            return
        due = early if early is not None else asyncio.get_running_loop().create_future()
        timer = self.services.timers.arm(deadline, partial(resolve, due))
        try:
            with self.idleness.waiting(due, deadline):
                await due
        finally:
            timer.cancel()

    def log_line(self, fact: facts.Log, *, outside_steps: bool) -> None:
        """Append a console line, unless it is one of those that a replay repeats."""
        if self.stopped is None and not self.log.finished:
            self._lines.append(fact, outside_steps=outside_steps)

    def hold(self) -> None:
        """The runner is busy where the engine cannot see it."""
        self.gate.hold()
        self.idleness.hold()

    def release(self) -> None:
        """One `hold` is over."""
        self.gate.release()
        self.idleness.release()
