"""The engine that is compared with the model: over files, on a manual clock, run from outside of its loop."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from playground.core.clock import ManualClock
from playground.core.codec import decode
from playground.core.errors import IsolateLost, RemoteError, WorkflowError
from playground.core.ports import StepContext, WorkflowEvent
from playground.engine.engine import Engine, EngineSettings, Instance
from playground.engine.step import Rollback, WorkflowStep
from playground.storage.database import Database
from playground.storage.journal import Journal
from tests.kept import entry, kept
from tests.property import model

T = TypeVar("T")

PATIENCE_S = 5.0
PATIENCE_CPU_S = 2.0
"""How long to wait for the engine to agree: some time, in which this process also had the machine."""

_ENDS = {
    "step_completed", "step_failed", "sleep_completed", "wait_completed", "wait_timed_out",
    "rollback_step_completed", "rollback_step_failed",
}  # fmt: skip


class Server:
    """An engine whose steps end as they are told to, from outside."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.scripts: dict[str, tuple[tuple[model.Op, ...], bool]] = {}
        self.in_flight: dict[str, tuple[model.Call, asyncio.Future[str]]] = {}
        """By instance: what runs, and what will tell it how to end."""
        self.calls: Counter[tuple[str, int, int, int]] = Counter()
        self.undo_calls: Counter[tuple[str, int, int]] = Counter()
        self.generation: Counter[str] = Counter()
        """How often each instance was restarted, or made again."""
        self._folder = Path(tempfile.mkdtemp(prefix="playground-model-"))
        self._lives = 0
        self._runner = asyncio.Runner()
        self._database: Database
        self._engine: Engine
        self.do(self._open())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run the loop until `work` is done."""
        return self._runner.run(work)

    def close(self) -> None:
        """Stop it, and remove its files."""
        self.do(self._close())
        self._runner.close()
        shutil.rmtree(self._folder)

    def kill(self) -> None:
        """Go on with what is on the disk now, as if the process had been killed."""
        before, self._lives = self._life, self._lives + 1
        self._life.mkdir()
        for file in before.glob("engine.db*"):
            if not file.name.endswith((".lock", "-shm")):
                shutil.copy(file, self._life)
        self.do(self._close())

    def reopen(self) -> None:
        """Start again."""
        self.do(self._open())

    def stop(self) -> None:
        """Stop in good order."""
        self.do(self._close())

    async def create(self, id: str, ops: tuple[model.Op, ...], throws: bool) -> None:
        self.scripts[id] = ops, throws
        await self._engine.workflow("scripted").create(id)

    async def delete(self, id: str) -> None:
        await (await self.instance(id)).delete()
        self.generation[id] += 1

    async def knows(self, id: str) -> bool:
        """Whether there is such an instance."""
        try:
            await self.instance(id)
        except WorkflowError:
            return False
        return True

    async def instance(self, id: str) -> Instance:
        return await self._engine.workflow("scripted").get(id)

    async def end_attempt(self, id: str, how: str) -> None:
        """Have the attempt in flight return ("ok"), throw ("fail") or lose its isolate ("lost")."""
        self.in_flight.pop(id)[1].set_result(how)

    async def settle(self, expected: dict[str, model.Instance]) -> None:
        """Wait until all instances are as the model says. Raises where that does not happen."""
        deadline = time.monotonic() + PATIENCE_S
        cpu_deadline = time.process_time() + PATIENCE_CPU_S
        for id, instance in expected.items():
            wanted = _wanted(instance)
            while (seen := await self._seen(id)) != wanted:
                if time.monotonic() > deadline and time.process_time() > cpu_deadline:
                    log = [(entry.type, entry.data) for entry in await self._engine.history("", id)]
                    raise AssertionError(f"{id} is\n  {seen}\nand not\n  {wanted}\n{instance}\n{log}")
                await asyncio.sleep(0.0005)

    async def _seen(self, id: str) -> dict[str, Any]:
        # the status after the log: before it, it could be that of before what the log says
        log = await self._engine.history("", id)
        status = await self._engine.workflow("scripted").status(id)
        mine = kept(entry(each.seq, each.type, each.time, each.data) for each in log)
        types = Counter(each["type"] for each in mine)
        call = self.in_flight.get(id)
        return {
            "status": status.status,
            "ends": sum(types[type] for type in _ENDS),
            "attempts": types["attempt_started"],
            "events": types["event_received"],
            "in flight": call[0] if call is not None and not call[1].done() else None,
            "output": decode(status.output) if status.output is not None else None,
            "rollback": status.rollback.outcome if status.rollback is not None else None,
        }

    @property
    def _life(self) -> Path:
        return self._folder / f"life-{self._lives}"

    async def _open(self) -> None:
        self._database = await Database.open(self._life / "engine.db")
        server = self

        class Scripted:
            async def run(self, event: WorkflowEvent, step: WorkflowStep) -> Any:
                return await server._run(event.instance_id, step)

        settings = EngineSettings(hibernate_after_idle_ms=700, horizon_ms=5000)
        self._engine = Engine(Journal(self._database), self.clock, {"scripted": Scripted}, settings)
        await self._engine.start()

    async def _close(self) -> None:
        await self._engine.close()
        await self._database.close()

    async def _run(self, id: str, step: WorkflowStep) -> list[object]:
        ops, throws = self.scripts[id]
        outputs = [await self._step(id, number, op, step) for number, op in enumerate(ops)]
        if throws:
            raise ValueError("told to throw")
        return outputs

    async def _step(self, id: str, number: int, op: model.Op, step: WorkflowStep) -> object:
        async def callback(context: StepContext) -> str:
            call = (id, self.generation[id], number, context.attempt)
            self.calls[call] += 1
            assert self.calls[call] == 1, f"attempt {call} was made twice"
            return await self._ends(id, ("do", number, context.attempt))

        async def undo(rollback: Rollback) -> None:
            handler = (id, self.generation[id], number)
            self.undo_calls[handler] += 1  # the engine's own count must be the same
            await self._ends(id, ("undo", number, self.undo_calls[handler]))

        try:
            match op:
                case model.Do():
                    retries = {"limit": op.limit, "delay": op.delay, "backoff": "constant"}
                    config = {"retries": retries, "timeout": model.ATTEMPT_TIMEOUT_MS}
                    if op.undo is None:
                        return await step.do(f"op {number}", config, callback)
                    retries = {"limit": op.undo.limit, "delay": op.undo.delay, "backoff": "constant"}
                    undoing = {"retries": retries, "timeout": model.ATTEMPT_TIMEOUT_MS}
                    return await step.do(
                        f"op {number}", config, callback, rollback=undo, rollback_config=undoing
                    )
                case model.Sleep():
                    await step.sleep(f"op {number}", op.milliseconds)
                    return "slept"
                case model.Wait():
                    event = await step.wait_for_event(f"op {number}", type=op.type, timeout=op.timeout)
                    return event["payload"]
        except RemoteError as error:
            return "timed out" if error.name == "WorkflowTimeoutError" else "failed"

    async def _ends(self, id: str, call: model.Call) -> str:
        """Do as the test says, when it does."""
        end = asyncio.get_running_loop().create_future()
        self.in_flight[id] = (call, end)
        how = await end
        if how == "fail":
            raise ValueError("told to fail")
        if how == "lost":
            raise IsolateLost
        return f"v{call[2]}"


def _wanted(instance: model.Instance) -> dict[str, Any]:
    return {
        "status": instance.status,
        "ends": len(instance.outputs) + instance.undo_ends,
        "attempts": instance.total_attempts,
        "events": len(instance.events),
        "in flight": instance.call,
        "output": instance.outputs if instance.status == "complete" else None,
        "rollback": instance.rollback,
    }
