"""`step`, as a workflow written in Python is given it."""

from __future__ import annotations

import asyncio
import inspect
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, TypeVar, overload

from msgspec import UNSET

from playground.core.codec import decode
from playground.core.errors import RemoteError, WorkflowFatalError
from playground.core.ports import Begun, LogKind, StepCallback, StepContext, StepKey, Undo
from playground.core.streams import StepValue, Stream
from playground.core.values import Encoded
from playground.engine import step_do, step_wait
from playground.engine.ahead import Ahead
from playground.engine.entries import Log, well_formed
from playground.engine.inside import Inside, inside_callback
from playground.engine.outputs import encode_value
from playground.engine.runner import Execution
from playground.engine.step_errors import by_class
from playground.engine.step_function import Definition, StepDecorator, StepFunction, StepFunctions
from playground.engine.step_task import StepTask

T = TypeVar("T")

_CUT: Final = "… (cut)"
_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class Journaled:
    """`core.ports.JournaledStep`: `step` with values in wire form, for runners that compute elsewhere."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution

    @property
    def time(self) -> int:
        """Epoch ms of the completion that was delivered last: what the clock shows outside steps."""
        return self._execution.time

    @property
    def rolling_back(self) -> bool:
        """Whether `run` is only replayed for its steps' rollback handlers."""
        return self._execution.recall is not None

    @property
    def ahead(self) -> Ahead | None:
        """For a runner that runs ahead. None where `run` is only replayed for its rollback handlers."""
        return None if self.rolling_back else Ahead(self._execution)

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
        """Run `callback` durably."""
        return await step_do.do(self._execution, name, config, callback, rollback, count=count, begun=begun)

    async def sleep(self, name: object, duration: object, *, count: int | None = None) -> None:
        """Sleep durably."""
        await step_wait.sleep(self._execution, name, duration, count)

    async def sleep_until(
        self, name: object, when: object, *, count: int | None = None, at: float | None = None
    ) -> None:
        """Sleep durably until a moment."""
        await step_wait.sleep_until(self._execution, name, when, count, at)

    async def wait_for_event(self, name: object, options: object, *, count: int | None = None) -> Encoded:
        """Wait durably for an event."""
        return await step_wait.wait_for_event(self._execution, name, options, count)

    def log(
        self, kind: LogKind, level: str, message: str, step: StepKey | None = None, attempt: int | None = None
    ) -> None:
        """Append a console line, cut to the limit; lines outside steps that a replay repeats are not
        repeated.
        """
        limit = self._execution.services.settings.log_limit
        text = message if len(message) <= limit else message[: limit - len(_CUT)] + _CUT
        fact = Log(kind, well_formed(level[:32]), well_formed(text))
        if step is not None:
            fact = Log(fact.kind, fact.level, fact.message, step, UNSET if attempt is None else attempt)
        self._execution.log_line(fact, outside_steps=step is None)

    def used(
        self, cpu_us: int, memory_bytes: int, step: StepKey | None = None, attempt: int | None = None
    ) -> None:
        """The runner used CPU time and memory for an attempt, or outside steps."""
        self._execution.usage.add(cpu_us, memory_bytes, step, attempt)

    def hold(self) -> None:
        """The runner is busy where the engine cannot see it."""
        self._execution.hold()

    def release(self) -> None:
        """One `hold` is over."""
        self._execution.release()


def _retrieve(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()


class WorkflowStep:
    """Durable steps for a workflow written in Python; values are decoded (see `core.values`).

    Every method starts its step at once and answers a task; a step that is not awaited is finished before
    the workflow ends. Errors are those of the semantics: `WorkflowFatalError` for a misuse, `RemoteError`
    (with the
    `name` and message of the last error) for a step that failed for good.
    """

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self.journaled = Journaled(execution)
        """The same steps with values in wire form."""

    @cached_property
    def _chance(self) -> random.Random:
        row = self._execution.log.row
        return random.Random(f"{row.workflow}/{row.id}/{row.created}")

    @cached_property
    def _functions(self) -> StepFunctions:
        return StepFunctions(self._do_function, self._start_function)

    @overload
    def do(
        self,
        name: str,
        callback: Callable[..., Any],
        /,
        *,
        config: Mapping[str, Any] | None = None,
        rollback: Callable[..., Any] | None = None,
        rollback_config: Mapping[str, Any] | None = None,
    ) -> StepTask[Any]: ...
    @overload
    def do(
        self,
        name: str,
        config: Mapping[str, Any] | None,
        callback: Callable[..., Any],
        /,
        *,
        rollback: Callable[..., Any] | None = None,
        rollback_config: Mapping[str, Any] | None = None,
    ) -> StepTask[Any]: ...
    @overload
    def do(self, function: Callable[..., Any], /) -> StepFunction: ...
    @overload
    def do(
        self,
        name: str | None = None,
        /,
        *,
        config: Mapping[str, Any] | None = None,
        depends: Sequence[StepFunction] = (),
        concurrent: bool = False,
        rollback: Callable[..., Any] | None = None,
        rollback_config: Mapping[str, Any] | None = None,
    ) -> StepDecorator: ...
    def do(
        self,
        name: str | Callable[..., Any] | None = None,
        /,
        *config_and_callback: Any,
        config: Mapping[str, Any] | None = None,
        depends: Sequence[StepFunction] = (),
        concurrent: bool = False,
        rollback: Callable[..., Any] | None = None,
        rollback_config: Mapping[str, Any] | None = None,
    ) -> StepTask[Any] | StepDecorator | StepFunction:
        """`do(name, callback)` or `do(name, config, callback)`: run `callback` durably, and answer its value.

        The callback takes the context (`StepContext`) or nothing, and may be sync or async. `rollback` takes
        a `Rollback` or nothing; it is called, as a durable step configured by `rollback_config`, where the
        instance is rolled back.

        `@do`, `@do(name)` or `@do(name, config=…)` makes a step of the function below it, named like the
        function where there is no name: see `StepFunction`. `depends` are steps whose results it is given in
        their order, whatever its parameters are called. The steps that it needs run one after the other, or
        at once where it is `concurrent`.
        """
        undoing = _undoing(rollback, rollback_config)
        match config_and_callback:
            case [callback]:
                pass
            case [config, callback]:
                pass
            case []:
                said = None if callable(name) else name
                above = StepDecorator(self._functions, Definition(said, config, undoing, depends, concurrent))
                return above(name) if callable(name) else above
            case _:
                callback = None
        return self._start(self._do, name, config, callback, undoing)

    def sleep(self, name: str, duration: float | str) -> StepTask[None]:
        """Sleep for a number of ms, or a text like `"2 hours"`."""
        return self._start(self.journaled.sleep, name, duration)

    def sleep_until(self, name: str, when: datetime | float) -> StepTask[None]:
        """Sleep until an aware `datetime` or epoch ms."""
        return self._start(self.journaled.sleep_until, name, when)

    def wait_for_event(
        self, name: str, type: str, timeout: float | str | None = None
    ) -> StepTask[dict[str, Any]]:
        """Wait for an event; answers `{"payload", "type", "timestamp"}`. `timeout` is 24 hours where it is
        None; after it `WorkflowTimeoutError` is raised.
        """
        options: dict[str, Any] = {"type": type}
        if timeout is not None:
            options["timeout"] = timeout
        return self._start(self._wait, name, options)

    def now(self) -> datetime:
        """When the last completion was delivered (at first: when the instance was made), the same on every
        replay. In a callback it is the real time.
        """
        execution = self._execution
        time = execution.services.clock.now() if self._inside() is not None else execution.time
        return datetime.fromtimestamp(time / 1000, UTC)

    def random(self) -> float:
        """A number in [0, 1): the same sequence for `run` on every replay, another for each instance. In a
        callback it is drawn anew each time.
        """
        return random.random() if self._inside() is not None else self._chance.random()

    def log(self, message: str, level: str = "log") -> None:
        """Append a console line; inside a callback it is the attempt's, outside it is not repeated on
        replay.
        """
        if (inside := self._inside()) is not None:
            self.journaled.log("log", level, message, inside.step, inside.attempt)
        else:
            self.journaled.log("log", level, message)

    def _inside(self) -> Inside | None:
        """The callback of this instance that the caller runs in."""
        inside = inside_callback.get()
        return inside if inside is not None and inside.execution is self._execution else None

    def _start(self, work: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> StepTask[T]:
        return StepTask(self._watch(work, arguments), loop=asyncio.get_running_loop())

    async def _watch(self, work: Callable[..., Coroutine[Any, Any, T]], arguments: Sequence[Any]) -> T:
        try:
            return await work(*arguments)
        except Exception as error:
            task = asyncio.current_task()
            assert task is not None
            self._execution.unhandled.append(task)
            # an error that nobody looks at ends the instance; asyncio need not complain of it, too
            asyncio.Task.add_done_callback(task, _retrieve)
            if type(error) is RemoteError:
                raise by_class(error) from None
            raise

    def _start_function(self, work: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> StepTask[T]:
        """Begin the step of a function. The instance does not end before it, whatever it waits for first."""
        self._execution.do_begins()
        task = self._start(work, *arguments)
        # also where it is cancelled before it has begun; nobody's look at its outcome
        asyncio.Task.add_done_callback(task, lambda _: self._execution.do_ends())
        return task

    async def _do_function(self, step: StepFunction, callback: Callable[[StepContext], Any]) -> Any:
        definition = step.definition
        return await self._do(definition.name, definition.config, callback, definition.rollback)

    async def _do(self, name: object, config: object, callback: object, rollback: object) -> Any:
        if not callable(callback):
            raise WorkflowFatalError(f'Step "{name}" requires a callback function')
        limit = self._execution.services.settings.value_limit
        call = _adapt(callback)

        async def run(context: StepContext) -> StepValue:
            value = call(context)
            if inspect.isawaitable(value):
                value = await value
            if isinstance(value, Stream):
                return value
            return encode_value(value, limit, f'The result of step "{name}"')

        result = await self.journaled.do(name, config, run, rollback)
        return result if isinstance(result, Stream) else decode(result)

    async def _wait(self, name: object, options: Mapping[str, Any]) -> dict[str, Any]:
        event: dict[str, Any] = decode(await self.journaled.wait_for_event(name, options))
        return event


@dataclass(frozen=True, slots=True)
class Rollback:
    """What a rollback handler is given: the context of the step's last attempt, the error that the instance
    is rolled back for, and the step's output (`UNDEFINED` where it has none).
    """

    ctx: StepContext
    error: RemoteError
    output: Any
    step_name: str


def _undoing(rollback: Callable[..., Any] | None, config: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The rollback options as the engine takes them."""
    if rollback is None and config is None:
        return None
    if not callable(rollback):
        return {"rollback": rollback}
    call = _adapt(rollback)

    async def handle(undo: Undo) -> None:
        output = undo.output if isinstance(undo.output, Stream) else decode(undo.output)
        done = call(Rollback(undo.ctx, RemoteError(undo.error), output, undo.ctx.step.name))
        if inspect.isawaitable(done):
            await done

    return {"rollback": handle} if config is None else {"rollback": handle, "rollbackConfig": config}


def _adapt(callback: Callable[..., Any]) -> Callable[[Any], Any | Awaitable[Any]]:
    """`callback`, called with the context where it needs an argument, and with nothing where it does not."""
    code = getattr(callback, "__code__", None)
    if code is None:
        try:
            parameters = list(inspect.signature(callback).parameters.values())
        except ValueError:  # some callables written in C do not tell
            parameters = []
        needed = sum(1 for each in parameters if each.default is each.empty and each.kind in _POSITIONAL)
    else:
        defaults = getattr(callback, "__defaults__", None) or ()
        needed = code.co_argcount - len(defaults) - inspect.ismethod(callback)
    return callback if needed > 0 else lambda _context: callback()
