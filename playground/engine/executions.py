"""Which instances are in memory, and what happens when one leaves it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from playground.core.errors import StorageError
from playground.engine.history import BufferedEvent
from playground.engine.instance_log import InstanceLog, Logs
from playground.engine.runner import Execution, RunnerFactory, Services, StopReason
from playground.engine.sleepers import Sleepers

_log = logging.getLogger("playground.engine")

_LONGEST_RETRY_MS: Final = 30_000


class Executions:
    """The executions, by instance key; at most one each."""

    def __init__(self, services: Services, logs: Logs, workflows: Mapping[str, RunnerFactory]) -> None:
        self._services = services
        self._logs = logs
        self._workflows = workflows
        self._running: dict[int, Execution] = {}
        self._waking: dict[int, asyncio.Task[None]] = {}
        self._failures: dict[int, int] = {}
        self._closing = False
        self.sleepers = Sleepers(
            services.journal, services.clock, services.timers, services.settings.horizon_ms, self.wake
        )

    def __len__(self) -> int:
        return len(self._running)

    async def all_woken(self) -> None:
        """Return when no instance is on its way into memory."""
        while self._waking:
            await asyncio.wait(list(self._waking.values()))

    def launch(self, log: InstanceLog, *, fresh: bool) -> None:
        """Execute the instance, unless it is in memory. Takes over the caller's use of `log`."""
        if log.row.key in self._running:  # the recovery has found what was created at the same time
            self._logs.give_back(log)
            return
        factory = self._workflows.get(log.row.workflow)
        if factory is None or self._closing:
            if factory is None:
                _log.warning("instance %s: no workflow is named %r", log.row.id, log.row.workflow)
            self._logs.give_back(log)
            return
        self.sleepers.cancel(log.row.key)
        self._running[log.row.key] = Execution(self._services, log, factory, self._ended, fresh=fresh)

    def wake(self, key: int) -> None:
        """Bring the instance into memory, unless it is there or has ended."""
        execution = self._running.get(key)
        if execution is not None:
            execution.rewake = execution.stopped is not None
        elif key not in self._waking and not self._closing:
            self._waking[key] = asyncio.create_task(self._wake(key), name=f"wake {key}")

    def offer(self, key: int, event: BufferedEvent) -> None:
        """Tell the instance of a committed event, and wake it for that."""
        execution = self._running.get(key)
        if execution is not None:
            execution.offer(event)
        else:
            self.wake(key)

    def stop(self, key: int, reason: StopReason) -> None:
        """Throw the instance's execution away, where it has one."""
        self.sleepers.cancel(key)
        if (execution := self._running.get(key)) is not None:
            execution.stop(reason)

    async def close(self) -> None:
        """Throw all executions away, and wait until nothing of them runs."""
        self._closing = True
        await self.sleepers.close()
        for waking in list(self._waking.values()):
            waking.cancel()
        await asyncio.gather(*self._waking.values(), return_exceptions=True)
        while self._running:
            executions = list(self._running.values())
            for execution in executions:
                execution.stop("closed")
            await asyncio.gather(*(execution.wait_ended() for execution in executions))

    async def _wake(self, key: int) -> None:
        try:
            log = await self._logs.open(key)
        except (StorageError, LookupError) as error:
            _log.warning("an instance could not be woken: %s", error)
            self._retry_later(key)
            return
        finally:
            del self._waking[key]
        if log.finished:
            self._logs.give_back(log)
        else:
            self.launch(log, fresh=False)

    def _ended(self, execution: Execution, reason: StopReason) -> None:
        log = execution.log
        key = log.row.key
        del self._running[key]
        if reason != "terminated" and not self._closing and (log.broken or reason == "closed"):
            reason = "failed"  # also where somebody else cancelled the run
        if reason == "lost" and not self._closing:
            self.launch(log, fresh=False)
            return
        self._logs.give_back(log)
        if self._closing:
            return
        if reason == "failed":
            self._retry_later(key)
            return
        self._failures.pop(key, None)
        if execution.rewake or (reason == "hibernated" and log.wake_at is None):
            self.wake(key)
        elif reason == "hibernated" and log.wake_at is not None:
            self.sleepers.arm(key, log.wake_at)

    def _retry_later(self, key: int) -> None:
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        delay = self._services.settings.storage_retry_ms << min(failures - 1, 10)
        deadline = self._services.clock.now() + min(delay, _LONGEST_RETRY_MS)
        self._services.timers.arm(deadline, lambda: self.wake(key))
