"""Steps that are functions: `@step.do("name")` over an `async def`.

The shape is that of Cloudflare's Python Workflows: parameters that are named like an earlier step get its
result, and one that is named `ctx` the context. What goes beyond it: calls may give arguments of their own.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from playground.core.errors import WorkflowFatalError
from playground.core.ports import StepContext
from playground.engine.step_task import StepTask

Begin = Callable[["StepFunction", Callable[[StepContext], Any]], Coroutine[Any, Any, Any]]
"""Runs the step of a function durably; the second argument is its callback."""
Start = Callable[..., StepTask[Any]]
"""`start(work, *arguments)` begins a step that is not to outlast the instance."""

_CONTEXT: Final = "ctx"
_BY_NAME: Final = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class StepFunctions:
    """The functions of one run that are steps, by their Python names. `begin` and `start` are the run's."""

    def __init__(self, begin: Begin, start: Start) -> None:
        self.begin = begin
        self.start = start
        self.by_name: dict[str, StepFunction] = {}


class Definition(NamedTuple):
    """What is said above a step's function."""

    name: Any
    config: object
    rollback: object
    depends: Sequence[StepFunction]
    concurrent: bool


class StepDecorator:
    """What `step.do("name")` gives where there is no callback: put it above the step's function. Awaited, it
    raises `WorkflowFatalError`, since nothing was decorated.
    """

    def __init__(self, functions: StepFunctions, definition: Definition) -> None:
        self._functions = functions
        self._definition = definition

    def __call__(self, function: Callable[..., Any]) -> StepFunction:
        """Make the function a step."""
        own = getattr(function, "__name__", "")
        definition = self._definition
        if definition.name is None:
            definition = definition._replace(name=own)
        if not callable(function):
            raise WorkflowFatalError(f'Step "{definition.name}" requires a callback function')
        made = StepFunction(self._functions, function, definition)
        if own:
            self._functions.by_name[own] = made
        return made

    def __await__(self) -> Generator[Any, None, Any]:
        raise WorkflowFatalError(f'Step "{self._definition.name}" requires a callback function')


class StepFunction:
    """A function that is a step. Each call is a step of its own: it begins at once, and answers a task.

    Parameters that the call does not give are found by name: `ctx` is the `StepContext`, the name of another
    step function of this run is its result (it is started where that has not happened yet, once for all that
    ask so); any other keeps its default, or raises `WorkflowFatalError`.
    """

    def __init__(
        self, functions: StepFunctions, function: Callable[..., Any], definition: Definition
    ) -> None:
        self.definition = definition
        self.__name__: str = getattr(function, "__name__", str(definition.name))
        self.__doc__ = function.__doc__
        self.__wrapped__ = function
        self._functions = functions
        self._signature = inspect.signature(function)
        self._result: StepTask[Any] | None = None

    def __call__(self, *arguments: Any, **named: Any) -> StepTask[Any]:
        """Start the step."""
        task = self._functions.start(self._run, arguments, named)
        if not arguments and not named and not self._is_usable():
            self._result = task
        return task

    def __await__(self) -> Generator[Any, None, Any]:
        own = self.__name__
        raise WorkflowFatalError(
            f"{own} is a step that was not called: await {own}(), or step.do('name', {own})"
        )

    def _shared(self) -> StepTask[Any]:
        """The result that other steps are given: that of the first call without arguments that has not
        failed.
        """
        return self._result if self._result is not None and self._is_usable() else self()

    def _is_usable(self) -> bool:
        result = self._result
        if result is None or not result.done():
            return result is not None
        return not result.cancelled() and result.exception() is None

    async def _run(self, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        given = self._signature.bind_partial(*arguments, **named).arguments
        wanted = self._wanted(given)
        if self.definition.concurrent:
            found = await asyncio.gather(*(step._shared() for _, step in wanted))
        else:
            found = [await step._shared() for _, step in wanted]
        results = {name: result for (name, _), result in zip(wanted, found, strict=True) if name is not None}
        takes_context = _CONTEXT in self._signature.parameters and _CONTEXT not in given

        def callback(context: StepContext) -> Awaitable[Any] | Any:
            bound = self._signature.bind_partial(*arguments, **named)
            bound.arguments.update(results)
            if takes_context:
                bound.arguments[_CONTEXT] = context
            return self.__wrapped__(*bound.args, **bound.kwargs)

        return await self._functions.begin(self, callback)

    def _wanted(self, given: Mapping[str, Any]) -> list[tuple[str | None, StepFunction]]:
        """The steps that this one depends on, and the parameters that get their results (None: none does)."""
        wanted: list[tuple[str | None, StepFunction]] = []
        depends = deque(self.definition.depends)
        for parameter in self._signature.parameters.values():
            name = parameter.name
            if name in given or name == _CONTEXT or parameter.kind not in _BY_NAME:
                continue
            step = depends.popleft() if depends else self._functions.by_name.get(name)
            if step is not None and step is not self:
                wanted.append((name, step))
            elif parameter.default is parameter.empty:
                raise WorkflowFatalError(
                    f'Step "{self.definition.name}": its parameter "{name}" is the name of no earlier step, '
                    "and the call does not give it"
                )
        return [*wanted, *((None, step) for step in depends)]
