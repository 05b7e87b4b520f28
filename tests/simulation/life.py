"""One life of the server: an event loop, an engine on it, and callers that use it until it ends or dies."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from playground.core import faults
from playground.core.errors import StorageError
from playground.core.ports import WorkflowEvent
from playground.engine.engine import Engine, EngineSettings
from playground.engine.entries import FINISHED
from playground.engine.feed import DELETED, Feed
from playground.engine.step import WorkflowStep
from playground.storage.database import Database
from playground.storage.journal import Journal
from playground.storage.lock import FileLock
from playground.storage.writer import Writer
from tests.simulation.callers import Callers
from tests.simulation.checks import check_ended
from tests.simulation.disk import Failure, SimulatedConnection
from tests.simulation.scripts import Follower
from tests.simulation.virtual_time import SimulatedClock, VirtualLoop, VirtualTime
from tests.simulation.world import Violated, World, must

POINTS = sorted(faults.POINTS - {"run_received", "version_stored"})
_LATEST_SHIFT_S = 3600.0
_MOST_ROUNDS = 100
_DISTURBANCES = 30
_WIPED = """
SELECT 1 FROM entries JOIN instances ON key = instance_key AND base_seq = seq
WHERE id = ? AND position > ? AND type = 'workflow_restarted'
"""
_LONGEST_PURGE_S = 600.0


class Crash(KeyboardInterrupt):
    """The server dies. Like Ctrl-C it leaves the event loop from wherever it is raised."""


class Life:
    """From a start of the server to its end. A `calm` one meets no faults."""

    def __init__(self, random: Random, world: World, time: VirtualTime, *, calm: bool) -> None:
        self._random = random
        self._world = world
        self._time = time
        self._calm = calm
        self._clock = SimulatedClock(time)
        self._unreliable = 0.0 if calm else random.choice((0.0, 0.0, 0.01, 0.05))
        self._loop = VirtualLoop(time)
        self._loop.set_exception_handler(self._unhandled)
        self._failures: list[str] = []
        self._stop = asyncio.Event()
        self._connections: list[SimulatedConnection] = []
        self._engine: Engine
        self._database: Database

    def live(self) -> bool:
        """Live; answers whether everything that the world wants has come to its end."""
        self._world.alive = True
        self._world.starts.append(self._clock.now())
        self._world.check_rollbacks()
        errors = _Errors()
        logger = logging.getLogger("playground.engine")
        logger.addHandler(errors)
        level = logger.level
        logger.setLevel(logging.ERROR)
        logging.getLogger("playground.storage").disabled = True  # its disk fails as it should
        main = self._loop.create_task(self._main())
        try:
            with self._checked_feed():
                if not self._calm:
                    self._plan_crash()
                try:
                    ended = self._loop.run_until_complete(main)
                except Crash:
                    ended = False
                    self._world.disturbances += 1
                finally:
                    self._world.latest = max(self._world.latest, self._clock.highest)
                    self._bury()
        finally:
            faults.disarm()
            logger.removeHandler(errors)
            logger.setLevel(level)
            logging.getLogger("playground.storage").disabled = False
            self._loop.close()
        must(not self._failures, "nothing is left unhandled", *self._failures)
        must(not errors.messages, "the engine meets no error of its own", *errors.messages)
        return ended

    # -- faults

    def _plan_crash(self) -> None:
        random = self._random
        kind = random.choice(("point", "point", "time", "stop", "none"))
        if kind == "point":
            left = random.choice((1, 1, 2, 3, 5, 9))

            def die() -> None:
                nonlocal left
                left -= 1
                if left == 0:
                    self._die()

            faults.arm(random.choice(POINTS), die)
        elif kind == "time":
            self._loop.call_later(10 ** random.uniform(-4, 4.5), self._die)
        elif kind == "stop":
            self._loop.call_later(10 ** random.uniform(-4, 4.5), self._stop.set)

    def _die(self) -> None:
        if self._world.alive:
            self._world.alive = False
            for connection in self._connections:
                connection.severed = True
            raise Crash

    def _choose(self, writes: bool) -> Failure | None:
        random = self._random
        if not self._unreliable or random.random() >= self._unreliable:
            return None
        self._world.disturbances += 1
        if not writes:
            return "read failed"
        failure: Failure = random.choice(("full", "full", "locked", "sync failed", "lied"))
        if failure in ("sync failed", "lied"):  # such a server writes nothing more; somebody restarts it
            self._loop.call_later(random.uniform(0, 5), self._die)
        return failure

    async def _disturb(self) -> None:
        """Wake what needs no waking, and set the clock."""
        random = self._random
        # not in every life: a wake that nobody needs may hide one that somebody forgot
        for _ in range(0 if self._calm or random.random() < 0.5 else _DISTURBANCES):
            await asyncio.sleep(10 ** random.uniform(-3, 4))
            if random.random() < 0.3 and self._time.seconds < _LATEST_SHIFT_S:
                self._clock.shift_ms += random.choice((-600_000, -1000, 1000, 600_000))
            for row in self._world.disk.rows("SELECT key, scope FROM instances ORDER BY key"):
                if random.random() < 0.3:
                    self._engine._executions.wake(row["key"], row["scope"])

    # -- life

    async def _main(self) -> bool:
        self._open()
        try:
            await self._engine.start()
        except StorageError:  # it says so, and somebody starts it again
            return False
        working = asyncio.create_task(self._work())
        stopping = asyncio.create_task(self._stop.wait())
        disturbing = asyncio.create_task(self._disturb())
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
        ended = working.done()
        for task in (working, stopping, disturbing):
            task.cancel()
        results = await asyncio.gather(working, stopping, disturbing, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
                raise result
        if not ended:
            self._world.disturbances += 1
            await self._close()
        return ended

    async def _work(self) -> None:
        async with self._engine.feed.subscribe(scope="") as commits:
            workflow = self._engine.workflow("script")
            callers = Callers(self._world, self._time, workflow)
            plans = self._world.plans.values()
            await asyncio.gather(*(callers.call(plan) for plan in plans))
            while self._world.unfinished():
                await anext(commits)
        # what was removed is purged, and nobody is told of that
        give_up = self._time.seconds + _LONGEST_PURGE_S
        while self._world.disk.rows("SELECT 1 FROM instances WHERE purge = 2"):
            must(self._time.seconds < give_up, "what was removed is purged")
            await asyncio.sleep(0.5)

    def _open(self) -> None:
        disk = self._world.disk
        self._connections = [SimulatedConnection(disk, self._random, self._choose) for _ in range(2)]
        writer = Writer(self._connections[0])
        path = Path("simulated.db")
        self._database = Database(path, FileLock(path), writer, self._connections[1])
        world, random = self._world, self._random
        plans = world.plans

        class Scripted:
            async def run(self, event: WorkflowEvent, step: WorkflowStep) -> Any:
                plan = plans[event.instance_id]
                follower = Follower(world, plan.id, plan.script, step)
                plan.traces.setdefault(world.era(plan.id), []).append(follower.trace)
                # what seems to stand still when it is replayed for its handlers has none
                await asyncio.sleep(
                    random.choice((0.0, 0.0, 0.003 if settings.hibernate_after_idle_ms else 0))
                )
                return await follower.run()

        settings = EngineSettings(
            hibernate_after_idle_ms=random.choice((0, 5, 1000)),
            horizon_ms=random.choice((600_000, 20_000_000)),
        )
        self._engine = Engine(Journal(self._database), self._clock, {"script": Scripted}, settings)

    def _bury(self) -> None:
        """Let what is left of the server unwind. Nothing of it reaches the world any more."""
        self._world.alive = False
        for connection in self._connections:
            connection.severed = True
        faults.disarm()
        for _ in range(_MOST_ROUNDS):
            rest = asyncio.all_tasks(self._loop)
            if not rest:
                return
            for task in rest:
                task.cancel()
            try:
                self._loop.run_until_complete(_turns())
            except (Crash, Violated):  # who waits for a task that has ended so hears of it, too
                continue
        raise Violated(f"what is cancelled ends: {asyncio.all_tasks(self._loop)}")

    async def _close(self) -> None:
        """Stop the server in good order."""
        await self._engine.close()
        await self._database.close()

    # -- what is watched

    @contextmanager
    def _checked_feed(self) -> Iterator[None]:
        publish = Feed.publish

        def checked(feed: Feed, scope: str, instance: str, position: int, status: str) -> None:
            if self._world.alive:
                self._check_published(instance, position, status)
            publish(feed, scope, instance, position, status)

        with patch.object(Feed, "publish", checked):
            yield

    def _check_published(self, instance: str, position: int, status: str) -> None:
        disk = self._world.disk
        gone = disk.rows("SELECT 1 FROM removed WHERE id = ?", instance)
        if status == DELETED:
            must(gone, "nothing is removed before that is durable", instance)
            return
        rows = disk.rows("SELECT type, data FROM entries WHERE position = ?", position)
        if not rows:  # it may have gone in the very same commit, or been wiped by a restart in that
            wiped = disk.rows(_WIPED, instance, position)
            must(gone or wiped, "nothing is published before it is durable", instance, position)
            return
        type = rows[0]["type"]
        half = type in ("rollback_completed", "rollback_failed")
        must(not half, "a rollback and its instance end at once", instance)
        if type == "sleep_completed":
            self._check_sleep(instance, json.loads(rows[0]["data"])["step"]["name"])
        if status in FINISHED and self._world.plans[instance].may_go:
            check_ended(self._world, self._world.plans[instance])

    def _check_sleep(self, instance: str, name: str) -> None:
        mine = [each for each in self._world.log(instance) if each.get("step", {}).get("name") == name]
        if mine and all(each["type"] != "sleep_skipped" for each in mine):
            must(self._clock.highest >= mine[0]["until"], "no timer is early", instance, name)

    def _unhandled(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Crash) or not self._world.alive:
            return
        self._failures.append(f"{context.get('message')} {error!r}")


async def _turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class _Errors(logging.Handler):
    """Keeps what the engine logs as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.getMessage()} {record.exc_info[1] if record.exc_info else ''}")
