"""Which instances are in memory, and what happens when one leaves it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final, Literal

from playground.core import faults
from playground.core.errors import SequenceConflict, StorageError
from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.admission import Admission
from playground.engine.history import BufferedEvent
from playground.engine.instance_log import InstanceLog, Logs
from playground.engine.runner import Execution
from playground.engine.services import RunnerFactory, Services
from playground.engine.settings import ENGINE_VERSION, newer_rules
from playground.engine.sleepers import Sleepers
from playground.engine.stop_reason import StopReason

_log = logging.getLogger("playground.engine")

_LONGEST_RETRY_MS: Final = 30_000
_MOMENT_S: Final = 0.01
_AFTER_QUEUED: Final = 2
"""The next seq of an instance whose log holds nothing but its first entry."""
_FINAL: Final = frozenset({"terminated", "deleted"})
"""Whoever stops an execution for one of these sees to it that it is run again, where that is called for."""


Residence = Literal["memory", "turn", "loading", "storage"]
"""Where an instance is: in memory, waiting for its turn to come there, on its way, or in storage alone."""


class Executions:
    """The executions, by instance key; at most one each."""

    def __init__(self, services: Services, logs: Logs, workflows: Mapping[str, RunnerFactory]) -> None:
        self._services = services
        self._logs = logs
        self._workflows = workflows
        self._running: dict[int, Execution] = {}
        self._waking: dict[int, asyncio.Task[None] | None] = {}
        """On their way into memory: None where it is not their turn yet."""
        self._admission = Admission()
        self._launching: set[int] = set()
        """Fresh ones, whose turn it is not yet."""
        self._places: dict[int, int] = {}
        self._failures: dict[int, int] = {}
        self._closing = False
        self.sleepers = Sleepers(
            services.journal, services.clock, services.timers, services.settings.horizon_ms, self.wake
        )

    def __len__(self) -> int:
        return len(self._running)

    @property
    def services(self) -> Services:
        """What every execution uses."""
        return self._services

    @property
    def at_rest(self) -> bool:
        """Whether no instance is on its way into memory, and those that are there only wait."""
        return not (self._waking or self._admission.waiting) and all(
            one.idleness.at_rest for one in self._running.values()
        )

    async def settle(self) -> None:
        """Return when all that the executions have appended until now is committed."""
        await asyncio.gather(*(execution.log.settle() for execution in self._running.values()))

    async def all_woken(self) -> None:
        """Return when no instance is on its way into memory."""
        while self._waking:
            tasks = [task for task in self._waking.values() if task is not None]
            if tasks:
                await asyncio.wait(tasks)
            else:
                await asyncio.sleep(_MOMENT_S)

    def launch(self, log: InstanceLog, *, fresh: bool) -> None:
        """Execute the instance when it is its turn, unless it is in memory, paused or over then. Takes over
        the caller's use of `log`.
        """
        self._launching.add(log.row.key)
        self._admission.ask(log.row.scope, lambda place: self._launch(log, place, fresh=fresh))

    def residence(self, key: int) -> Residence:
        """Where the instance is kept now."""
        if key in self._running:
            return "memory"
        if key in self._launching or (key in self._waking and self._waking[key] is None):
            return "turn"
        return "loading" if key in self._waking else "storage"

    @property
    def waiting(self) -> int:
        """How many instances wait for their turn to come into memory."""
        return self._admission.waiting

    def _launch(self, log: InstanceLog, place: int, *, fresh: bool) -> None:
        self._launching.discard(log.row.key)
        pausing = log.status == "waitingForPause" and log.row.engine_version <= ENGINE_VERSION
        if pausing and log.row.key not in self._running and not self._closing:
            self._pause_now(log)
        # the recovery may have found what was created at the same time
        if log.row.key in self._running or log.finished or log.status == "paused" or log.broken:
            self._logs.give_back(log)
            self._admission.leave(place)
            return
        factory = self._workflows.get(log.row.workflow)
        newer = log.row.engine_version > ENGINE_VERSION
        if factory is None or newer or self._closing:
            if newer:
                _log.error("instance %s is not run: %s", log.row.id, newer_rules(log.row.engine_version))
            elif factory is None:
                _log.warning("instance %s: no workflow is named %r", log.row.id, log.row.workflow)
            self._logs.give_back(log)
            self._admission.leave(place)
            return
        self.sleepers.cancel(log.row.key)
        self._places[log.row.key] = place
        fresh = fresh and log.next_seq == _AFTER_QUEUED  # else something has befallen it while it waited
        self._running[log.row.key] = Execution(self._services, log, factory, self._ended, fresh=fresh)

    def wake(self, key: int, scope: str) -> None:
        """Bring the instance into memory when it is its turn among those of all scopes, unless it is there or
        has ended.
        """
        execution = self._running.get(key)
        if execution is not None:
            execution.rewake = execution.stopped is not None
        elif key not in self._waking and not self._closing:
            self._waking[key] = None
            self._admission.ask(scope, lambda place: self._begin_to_wake(key, scope, place))

    def _begin_to_wake(self, key: int, scope: str, place: int) -> None:
        self._waking[key] = asyncio.create_task(self._wake(key, scope, place), name=f"wake {key}")

    def offer(self, key: int, scope: str, event: BufferedEvent) -> None:
        """Tell the instance of a committed event, and wake it for that."""
        execution = self._running.get(key)
        if execution is not None:
            execution.offer(event)
        else:
            self.wake(key, scope)

    def claim_nap(self, key: int, step: StepKey) -> bool:
        """Whether the instance is in memory, waits there for the step's sleep or retry delay, and nobody else
        is about to skip that.
        """
        execution = self._running.get(key)
        return execution is not None and execution.stopped is None and execution.naps.claim(step)

    def skip(self, key: int, scope: str, step: StepKey) -> None:
        """The step's sleep or retry delay is over: go on."""
        execution = self._running.get(key)
        if execution is not None and execution.stopped is None:
            execution.naps.skip(step)
        else:
            self.wake(key, scope)

    def naps(self, key: int) -> list[StepKey]:
        """Claim all sleeps and retry delays that the instance, where it is in memory, waits for there."""
        execution = self._running.get(key)
        return execution.naps.claim_all() if execution is not None and execution.stopped is None else []

    def hear(self, key: int, seq: int, time: int, fact: facts.Fact) -> None:
        """That was appended of how the instance is debugged."""
        execution = self._running.get(key)
        if execution is not None and execution.stopped is None:
            execution.hear(seq, time, fact)

    def held(self, key: int) -> list[StepKey] | None:
        """The steps that the instance is stopped before; None where that is not known here."""
        execution = self._running.get(key)
        if execution is None or execution.stopped is not None or execution.debug is None:
            return None
        return list(execution.debug.held)

    def has_attempts(self, key: int) -> bool:
        """Whether a callback of the instance is in flight."""
        execution = self._running.get(key)
        return execution is not None and execution.stopped is None and len(execution.attempts) > 0

    def resume(self, key: int, scope: str) -> None:
        """The instance's pause is over, or was called off: go on."""
        execution = self._running.get(key)
        if execution is not None and execution.stopped is None:
            execution.attempts.call_off()
        else:
            self.wake(key, scope)

    def stop(self, key: int, reason: StopReason) -> None:
        """Throw the instance's execution away, where it has one."""
        self.sleepers.cancel(key)
        if (execution := self._running.get(key)) is not None:
            execution.stop(reason)

    async def close(self) -> None:
        """Throw all executions away, and wait until nothing of them runs."""
        self._closing = True
        await self.sleepers.close()
        self._admission.close()
        waking = [task for task in self._waking.values() if task is not None]
        for task in waking:
            task.cancel()
        await asyncio.gather(*waking, return_exceptions=True)
        self._waking.clear()
        while self._running:
            executions = list(self._running.values())
            for execution in executions:
                execution.stop("closed")
            await asyncio.gather(*(execution.wait_ended() for execution in executions))

    async def _wake(self, key: int, scope: str, place: int) -> None:
        try:
            log = await self._logs.open(key)
            # a restart that is on its way would not be in the history that is read now
            await log.settle()
        except LookupError:  # it was deleted meanwhile
            self._failures.pop(key, None)
            self._admission.leave(place)
            return
        except StorageError as error:
            _log.warning("an instance could not be woken: %s", error)
            self._admission.leave(place)
            self._retry_later(key, scope)
            return
        finally:
            del self._waking[key]
        self._launch(log, place, fresh=False)

    def _pause_now(self, log: InstanceLog) -> None:
        """What was in flight when the pause was asked for is lost: nothing is left to wait for."""
        faults.point("pause_due_not_committed")

        def committed(waiter: asyncio.Future[range]) -> None:
            if not waiter.cancelled() and waiter.exception() is not None:
                self._retry_later(log.row.key, log.row.scope)

        try:
            log.append([(facts.WorkflowPaused(), None)], status="paused").add_done_callback(committed)
        except (StorageError, SequenceConflict):
            self._retry_later(log.row.key, log.row.scope)

    def _ended(self, execution: Execution, reason: StopReason) -> None:
        log = execution.log
        key = log.row.key
        del self._running[key]
        self._admission.leave(self._places.pop(key))
        if reason not in _FINAL and not self._closing and (log.broken or reason == "closed"):
            reason = "failed"  # also where somebody else cancelled the run
        if reason in ("lost", "rollback") and not self._closing:
            self.launch(log, fresh=False)
            return
        self._logs.give_back(log)
        if self._closing:
            return
        if reason == "failed":
            self._retry_later(key, log.row.scope)
            return
        self._failures.pop(key, None)
        if execution.rewake or (reason == "hibernated" and log.wake_at is None):
            self.wake(key, log.row.scope)
        elif reason == "hibernated" and log.wake_at is not None:
            self.sleepers.arm(key, log.row.scope, log.wake_at)

    def _retry_later(self, key: int, scope: str) -> None:
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        delay = self._services.settings.storage_retry_ms << min(failures - 1, 10)
        deadline = self._services.clock.now() + min(delay, _LONGEST_RETRY_MS)
        self._services.timers.arm(deadline, lambda: self.wake(key, scope))
