"""Workflows that a seed makes up, and the runner that follows them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal, Protocol

from playground.core.errors import IsolateLost, NonRetryableError, RemoteError
from playground.core.ports import StepContext, StepKey
from playground.engine.step import Rollback, WorkflowStep
from playground.engine.step_task import StepTask

Outcome = Literal["ok", "fail", "fatal", "hang", "lost"]

EVENT_TYPES = ("go", "stop")


@dataclass(frozen=True, slots=True)
class Do:
    """A step. Attempt n does what `outcomes[n - 1]` says (the last one, where there are no more)."""

    name: str
    outcomes: tuple[tuple[Outcome, int], ...]
    limit: int
    delay: int
    timeout: int
    undo: Do | None = None
    """How its rollback handler goes, where it has one."""

    def outcome(self, attempt: int) -> tuple[Outcome, int]:
        """What this attempt comes to, and after how many ms."""
        return self.outcomes[min(attempt, len(self.outcomes)) - 1]


@dataclass(frozen=True, slots=True)
class Sleep:
    name: str
    milliseconds: int
    until: bool


@dataclass(frozen=True, slots=True)
class Wait:
    name: str
    type: str
    timeout: int


@dataclass(frozen=True, slots=True)
class Parallel:
    """Branches that are all awaited."""

    branches: tuple[tuple[Op, ...], ...]


@dataclass(frozen=True, slots=True)
class Race:
    """Steps of which the first decides what comes next; the others are awaited later, or never."""

    steps: tuple[Do | Sleep | Wait, ...]
    abandon: bool


Op = Do | Sleep | Wait | Parallel | Race


@dataclass(frozen=True, slots=True)
class Script:
    """A whole workflow. `raises` says that it throws at its end."""

    ops: tuple[Op, ...]
    raises: bool

    def steps(self) -> dict[str, Do]:
        """All its `do` steps by name."""
        found: dict[str, Do] = {}
        pending: list[Op] = list(self.ops)
        while pending:
            op = pending.pop()
            if isinstance(op, Do):
                found[op.name] = op
            elif isinstance(op, Parallel):
                pending.extend(each for branch in op.branches for each in branch)
            elif isinstance(op, Race):
                pending.extend(op.steps)
        return found


class World(Protocol):
    """What is outside of the server and sees what its workflows do."""

    def called(self, instance: str, context: StepContext) -> int:
        """A callback begins; answers how often this attempt has begun before."""
        ...

    def undoing(self, instance: str, rollback: Rollback) -> tuple[int, int]:
        """A handler begins; answers the attempt, and how often that has begun before."""
        ...

    def check_told(self, instance: str, name: str) -> None:
        """`run` is about to be told how the step ended."""
        ...

    def check_alive(self) -> None:
        """Raises `CancelledError` in a server that has died."""
        ...


def make_script(random: Random) -> Script:
    """A workflow of up to a dozen steps."""
    maker = _Maker(random)
    ops = [maker.op(depth=0) for _ in range(random.randint(1, 5))]
    return Script(tuple(ops), random.random() < 0.15)


class _Maker:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._names = 0

    def op(self, depth: int) -> Op:
        kind = self._random.choices(("step", "parallel", "race"), (6, depth == 0, depth == 0))[0]
        if kind == "parallel":
            branches = [
                tuple(self.op(depth + 1) for _ in range(self._random.randint(1, 2)))
                for _ in range(self._random.randint(2, 4))
            ]
            return Parallel(tuple(branches))
        if kind == "race":
            steps = tuple(self.step() for _ in range(self._random.randint(2, 4)))
            return Race(steps, self._random.random() < 0.5)
        return self.step()

    def step(self) -> Do | Sleep | Wait:
        random = self._random
        self._names += 1
        kind = random.choices((Do, Sleep, Wait), (6, 2, 2))[0]
        if kind is Sleep:
            until = random.random() < 0.3
            least = 30_000_000 if until else 0  # the clock is set, and the server down, for less than that
            return Sleep(
                f"sleep {self._names}", least + random.choice((0, 5, 800, 60_000, 10_000_000)), until
            )
        if kind is Wait:
            timeout = random.choice((1, 500, 30_000, 3_600_000))
            return Wait(f"wait {self._names}", random.choice(EVENT_TYPES), timeout)
        undo = self._do() if random.random() < 0.4 else None
        return replace(self._do(), undo=undo)

    def _do(self) -> Do:
        random = self._random
        limit = random.randint(0, 3)
        outcomes: list[tuple[Outcome, int]] = [
            (random.choices(("fail", "fatal", "hang", "lost"), (6, 1, 1, 2))[0], self._takes())
            for _ in range(random.choice((0, 0, 0, 1, 2, 4)))
        ]
        outcomes.append(("ok", self._takes()))
        delay = random.choice((0, 10, 1000, 20_000))
        return Do(f"do {self._names}", tuple(outcomes), limit, delay, random.choice((50, 1000, 600_000)))

    def _takes(self) -> int:
        return self._random.choice((0, 0, 0, 1, 7, 40, 300))


class Follower:
    """One execution of a script. `trace` is what `run` was told, in the order in which it was."""

    def __init__(self, world: World, instance: str, script: Script, step: WorkflowStep) -> None:
        self._world = world
        self._instance = instance
        self._script = script
        self._step = step
        self.trace: list[Any] = []

    async def run(self) -> Any:
        """Follow the script to its end; answers the trace."""
        await self._follow(self._script.ops)
        if self._script.raises:
            raise NonRetryableError(f"the end after {len(self.trace)}")
        return self.trace

    async def _follow(self, ops: Sequence[Op]) -> None:
        for op in ops:
            match op:
                case Parallel():
                    await asyncio.gather(*(self._follow(branch) for branch in op.branches))
                case Race():
                    await self._race(op)
                case _:
                    await self._told(op.name, self._begin(op))

    async def _race(self, race: Race) -> None:
        tasks = [self._begin(step) for step in race.steps]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        winner = next(number for number, task in enumerate(tasks) if task.done())
        self._tell(f"won by {winner}", None)
        # which step comes next depends on who was first: another winner would be another history
        after = Do(f"after {race.steps[winner].name}", (("ok", 0),), 1, 10, 1000)
        await self._told(after.name, self._begin(after))
        for step, task in zip(race.steps, tasks, strict=True):
            if not race.abandon:
                await self._told(step.name, task)
            else:
                task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _told(self, name: str, task: StepTask[Any]) -> None:
        try:
            what = await task
        except RemoteError as error:
            what = f"{error.name}: {error.message}"
        self._world.check_alive()
        self._world.check_told(self._instance, name)
        self._tell(name, what)

    def _tell(self, name: str, what: Any) -> None:
        self._world.check_alive()
        self.trace.append([name, what, self._step.journaled.time])

    def _begin(self, op: Do | Sleep | Wait) -> StepTask[Any]:
        step = self._step
        if isinstance(op, Sleep):
            if op.until:
                return step.sleep_until(op.name, step.journaled.time + op.milliseconds)
            return step.sleep(op.name, op.milliseconds)
        if isinstance(op, Wait):
            return step.wait_for_event(op.name, type=op.type, timeout=op.timeout)

        async def callback(context: StepContext) -> Any:
            before = self._world.called(self._instance, context)
            outcome, takes = op.outcome(context.attempt)
            await asyncio.sleep(takes / 1000)
            self._world.check_alive()
            return await _come_to(outcome, before, context.step, context.attempt)

        undo = op.undo
        if undo is None:
            return step.do(op.name, _config(op), callback)
        return step.do(
            op.name, _config(op), callback, rollback=self._handler(undo), rollback_config=_config(undo)
        )

    def _handler(self, undo: Do) -> Callable[[Rollback], Awaitable[None]]:
        async def handler(rollback: Rollback) -> None:
            attempt, before = self._world.undoing(self._instance, rollback)
            outcome, takes = undo.outcome(attempt)
            await asyncio.sleep(takes / 1000)
            self._world.check_alive()
            await _come_to(outcome, before, rollback.ctx.step, attempt)

        return handler


def _config(op: Do) -> dict[str, Any]:
    retries = {"limit": op.limit, "delay": op.delay, "backoff": "exponential"}
    return {"retries": retries, "timeout": op.timeout}


async def _come_to(outcome: Outcome, before: int, step: StepKey, attempt: int) -> Any:
    if outcome == "fail":
        raise ValueError(f"attempt {attempt} fails")
    if outcome == "fatal":
        raise NonRetryableError(f"attempt {attempt} is fatal")
    if outcome == "hang":
        await asyncio.sleep(10_000_000)
    if outcome == "lost" and not before:
        raise IsolateLost
    return [step.name, attempt]
