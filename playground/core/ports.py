"""The Protocols through which floors call upwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from playground.core.errors import ErrorRecord
from playground.core.streams import StepValue
from playground.core.values import Encoded

StepKind = Literal["do", "sleep", "wait", "rollback"]
"""A `rollback` undoes the `do` of the same name and count; no workflow asks for one."""
LogKind = Literal["log", "exception", "notice"]
"""A console line, an error that nobody caught, or a word of the system's own about the log."""


class StepKey(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """What identifies a step within an instance.

    `count` says how often the kind and name were asked for so far, from 1.
    """

    kind: StepKind
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class WorkflowEvent:
    """What `run` is called with.

    `payload` is a decoded value, `UNDEFINED` where the instance was made without params.
    """

    payload: Any
    timestamp: datetime
    instance_id: str
    workflow_name: str
    schedule: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a step's callback is called with. `config` is the resolved one, JSON-able, times in ms."""

    step: StepKey
    attempt: int
    config: dict[str, Any]


StepCallback = Callable[[StepContext], Awaitable[StepValue]]


@dataclass(frozen=True, slots=True)
class Undo:
    """What a rollback handler is called with: `ctx` is the context of the last attempt of the step that it
    undoes, `error` why the instance is rolled back, `output` the step's result (`undefined` where it has
    none). `own` are the handler's own key and attempt.
    """

    ctx: StepContext
    error: ErrorRecord
    output: StepValue
    own: StepContext


RollbackHandler = Callable[[Undo], Awaitable[object]]


class Begun:
    """A step whose first attempt its runner began before it asked for the step. `outcome()`, once it is set,
    waits for what the attempt comes to.
    """

    __slots__ = ("key", "outcome")

    def __init__(self, key: StepKey) -> None:
        self.key = key
        self.outcome: Callable[[], Awaitable[StepValue]] | None = None

    def surroundings(self, of: Context) -> Context:
        """Those of the callback, in a run whose are `of`."""
        return of.copy()


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a runner that runs ahead starts from. `rows` are the completions that history holds, in the order
    of their commits: the step's key (`do2:name`), when it was committed (epoch ms), the value (None: to be
    asked for, `Ahead.stored`), 1 if it failed. `open` are the keys of `do` steps that were started and have
    not ended.
    """

    now: int
    """Epoch ms."""
    left: int
    """How many more `do` steps may be started."""
    eager: bool
    """Whether callbacks may be begun before they are asked for."""
    rows: Sequence[tuple[str, int, str | None, int]]
    open: Sequence[str]


class Ahead(Protocol):
    """The engine's side of a runner that runs ahead: it answers what history holds itself, begins callbacks
    and goes on with their results before they are durable, and says so in order. `count` is the runner's own
    count of a step.
    """

    def hand_over(self) -> HandedOver:
        """Once, before the run begins: what it starts from."""
        ...

    def replayed(self, order: Sequence[int]) -> None:
        """Steps of history were asked for, in this order: pairs of a row and of how many from there on."""
        ...

    async def stored(self, row: object) -> StepValue:
        """The value of a row that was not handed over."""
        ...

    def begin(self, name: object, count: int, config: Encoded | None, at: float) -> Begun:
        """The first attempt of a step was begun at `at`, epoch ms. Raises `WorkflowFatalError` where it may
        not have been.
        """
        ...

    def complete(self, begun: Any, value: Encoded, at: float, cpu_us: int | None) -> None:
        """The attempt came to `value`, and the run has gone on with it, at `at`."""
        ...

    def did(
        self,
        name: object,
        count: int,
        config: Encoded | None,
        at: float,
        value: Encoded,
        done_at: float,
        cpu_us: int | None,
    ) -> Begun | None:
        """`begin` and, with nothing in between, `complete`: both at once. None where that is not simple, and
        nothing was done.
        """
        ...

    def fail(self, begun: Any, error: Exception) -> None:
        """The attempt ended what runs it, and cannot be repeated."""
        ...

    def flush(self) -> None:
        """Commit what was said until now."""
        ...

    def when_durable(self, action: Callable[[], None]) -> None:
        """Call `action` once all that was said until now is durable; never where it cannot be."""
        ...


class JournaledStep(Protocol):
    """The engine's side of `step`, with values in wire form.

    Arguments come from tenant code and are checked here: a bad one raises `WorkflowFatalError`.
    A step that failed for good raises `RemoteError` with the stored record.
    """

    @property
    def time(self) -> int:
        """What `run`'s clock says, in epoch ms: when the completion that was delivered last was committed,
        and at first when the instance was made. The same on every replay.
        """
        ...

    @property
    def rolling_back(self) -> bool:
        """Whether `run` is only replayed for its steps' rollback handlers, which outlive their `do` then."""
        ...

    @property
    def ahead(self) -> Ahead | None:
        """For a runner that runs ahead; None where it must not. Who uses it counts steps itself, and says so
        with `count`.
        """
        ...

    async def do(
        self,
        name: object,
        config: object,
        callback: StepCallback | None,
        rollback: object = None,
        *,
        count: int | None = None,
        begun: Begun | None = None,
    ) -> StepValue:
        """Run `callback` durably: until it succeeds, and never again after its result was committed. Where
        the first attempt was `begun` already, its outcome is waited for.

        `rollback` is a mapping `{"rollback": RollbackHandler, "rollbackConfig"?: config}`, or nothing.
        """
        ...

    async def sleep(self, name: object, duration: object, *, count: int | None = None) -> None:
        """Sleep durably; `duration` in ms or as text like `"2 seconds"`."""
        ...

    async def sleep_until(
        self, name: object, when: object, *, count: int | None = None, at: float | None = None
    ) -> None:
        """Sleep durably until a `datetime` or epoch ms. `at` is the run's own time (epoch ms), where it
        answers by itself what history holds.
        """
        ...

    async def wait_for_event(self, name: object, options: object, *, count: int | None = None) -> Encoded:
        """Wait durably for an event `{payload, type, timestamp}` of `options["type"]`."""
        ...

    def log(
        self, kind: LogKind, level: str, message: str, step: StepKey | None = None, attempt: int | None = None
    ) -> None:
        """Append a console line. Outside steps (`step` None) a replay does not repeat what was logged."""
        ...

    def used(
        self, cpu_us: int, memory_bytes: int, step: StepKey | None = None, attempt: int | None = None
    ) -> None:
        """Say what the runner used: CPU time in µs and growth of its memory, for an attempt of a step or
        (`step` None) outside steps.
        """
        ...

    def hold(self) -> None:
        """Say that the runner is busy with something that the engine cannot see; keeps the run in memory."""
        ...

    def release(self) -> None:
        """End one `hold`. With no holds left and nothing but waits outstanding, the run may be hibernated."""
        ...


class Introspection(Protocol):
    """What a test changes about the steps of instances (`playground.testing`). It is asked each time that a
    step begins something; production has none.
    """

    def replacement(self, workflow: str, instance: str, context: StepContext) -> StepCallback | None:
        """What is called instead of the step's callback in this attempt; None: the callback itself."""
        ...

    def skips(self, workflow: str, instance: str, key: StepKey) -> bool:
        """Whether the step does not wait: a sleep is over when it begins, a wait for an event times out then,
        any other is tried again without a delay.
        """
        ...


class Runner(Protocol):
    """Anything that runs a workflow.

    `step` is the engine's `WorkflowStep`, whose `journaled` is a `JournaledStep`.
    """

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        """Run from the top; the engine answers for what the history holds. A value or an `Encoded`."""
        ...
