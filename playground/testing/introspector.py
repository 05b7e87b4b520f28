"""Looking into instances, and changing what their steps come to."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar

from playground.core.codec import decode
from playground.core.errors import ErrorRecord, RemoteError, WorkflowError, WorkflowTimeoutError
from playground.core.ids import is_event_type, is_instance_id
from playground.core.ports import StepContext, StepKey, StepKind
from playground.core.streams import StepValue, Stream
from playground.core.values import UNDEFINED, Value
from playground.engine.entries import FINISHED
from playground.engine.outputs import encode_value
from playground.engine.step_errors import by_class
from playground.testing.changes import Changes, Mock, Outcome, StepRef
from playground.testing.sight import IntrospectionError, Sight, look

if TYPE_CHECKING:
    from playground.engine.engine import Engine
    from playground.engine.instance import Instance
    from playground.storage.journal import Journal
    from playground.testing.changes import Registry

T = TypeVar("T")

PATIENCE_S: Final = 10.0
"""How long, in real seconds, a wait lasts that is not told otherwise."""


class Surroundings(Protocol):
    """What introspectors need of a bench."""

    @property
    def engine(self) -> Engine: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def changes(self) -> Registry: ...
    @property
    def scope(self) -> str: ...
    async def send_unsent(self, workflow: str, instance: str) -> None: ...


class Modifier(ABC):
    """Changes what steps do from now on: steps that have ended stay as they are, and waits that have begun go
    on. What is changed is committed like anything else, so status, log and replay are as ever.

    A step is named as it is in the workflow: `"charge"` for each step of that name, `("charge", 2)` for the
    second. `count=2` says the same where it is an argument. All of it may be said before an instance is
    created.
    """

    def __init__(self, bench: Surroundings, workflow: str, instance: str | None) -> None:
        self._bench = bench
        self.workflow = workflow
        self._instance = instance
        self._changes = Changes()

    def disable_sleeps(self, *steps: StepRef) -> None:
        """These sleeps, or all where none is named, are over when they begin. The clock does not move."""
        self._changes.sleeps.add(steps)

    def disable_retry_delays(self, *steps: StepRef) -> None:
        """Failed attempts of these steps, or of all, are followed by the next at once."""
        self._changes.delays.add(steps)

    def mock_step_result(
        self, name: str, result: Any, *, count: int | None = None, times: int | None = None
    ) -> None:
        """The step comes to `result`, any value or a `Stream`, and its callback is not called.

        Mocks of a step are used in the order in which they were made, each for `times` attempts (None: for
        all that follow). Raises `WorkflowFatalError` for what is no value.
        """
        limit = self._bench.engine.settings.value_limit
        what = f'The mocked result of step "{name}"'
        value: StepValue = result if isinstance(result, Stream) else encode_value(result, limit, what)

        async def outcome(context: StepContext) -> StepValue:
            return value

        self._mock(name, count, times, outcome)

    def mock_step_error(
        self,
        name: str,
        error: Exception | ErrorRecord | str,
        *,
        count: int | None = None,
        times: int | None = None,
    ) -> None:
        """Attempts of the step fail with `error`: an exception, a record, or the message of an `Error`.

        They are retried as the step is configured, so `times=2` is two failures and then what comes next.
        """
        record = ErrorRecord("Error", error) if isinstance(error, str) else error

        async def outcome(context: StepContext) -> StepValue:
            raise RemoteError(record) if isinstance(record, ErrorRecord) else record

        self._mock(name, count, times, outcome)

    def force_step_timeout(self, name: str, *, count: int | None = None, times: int | None = None) -> None:
        """Attempts of the step time out at once, without a call of the callback; retried as any failure."""

        async def outcome(context: StepContext) -> StepValue:
            raise WorkflowTimeoutError(f"Execution timed out after {context.config['timeout']}ms")

        self._mock(name, count, times, outcome)

    def force_event_timeout(self, *steps: StepRef) -> None:
        """These waits for an event, or all, time out when they begin, and take no event."""
        self._changes.timeouts.add(steps)

    async def mock_event(self, type: str, payload: Any = UNDEFINED) -> None:
        """Send the event; an instance that does not exist yet is sent it when its run begins.

        Raises `WorkflowError` where the type is none, or the instance has ended.
        """
        if not is_event_type(type):
            raise WorkflowError("mock_event: type must be 1-100 of A-Z a-z 0-9 _ - and not start with -")
        self._changes.events.append((type, payload))
        await self._send()

    @abstractmethod
    async def _send(self) -> None:
        """Send the events that instances have not been sent yet to those that are there."""

    def _mock(self, name: str, count: int | None, times: int | None, outcome: Outcome) -> None:
        if times is not None and times < 1:
            raise ValueError(f"times must be at least 1, not {times}")
        if count is not None and count < 1:
            raise ValueError(f"a step's count begins with 1, not {count}")
        self._changes.mocks.append(Mock(name, count, outcome, times))

    def _begin(self) -> None:
        self._bench.changes.add(self.workflow, self._instance, self._changes)

    def _end(self) -> None:
        self._bench.changes.remove(self.workflow, self._instance)


class InstanceIntrospector(Modifier):
    """One instance, by its id, which need not exist yet. An async context manager: when it is left, the
    changes are over, and the instance is deleted, so that its id is free again.

    What waits has `patience`, in real seconds, and fails with `IntrospectionError`, which says what the
    instance has done instead.
    """

    def __init__(self, bench: Surroundings, workflow: str, id: str) -> None:
        if not is_instance_id(id):
            raise WorkflowError(f"Workflow instance has invalid id: {id!r}")
        super().__init__(bench, workflow, id)
        self.id = id

    async def __aenter__(self) -> Self:
        self._begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        await self._delete()

    async def instance(self) -> Instance:
        """The instance. Raises `WorkflowError` `instance.not_found` where there is none yet."""
        return await self._bench.engine.workflow(self.workflow, self._bench.scope).get(self.id)

    async def steps(self) -> list[dict[str, Any]]:
        """Its steps in the order in which they began, each with `kind`, `name`, `count`, `state`, `attempts`
        and so on, as the page shows them. None where it does not exist.
        """
        return (await self._look()).steps

    async def wait_for_status(self, *statuses: str, patience: float = PATIENCE_S) -> str:
        """Wait until the status is one of `statuses`; which one. Fails at once where the instance ends
        otherwise.
        """

        def reached(sight: Sight) -> str | None:
            return sight.status if sight.status in statuses else None

        return await self._until(reached, f"status {' or '.join(statuses)}", patience)

    async def wait_for_step(
        self, name: str, *, count: int = 1, kind: StepKind | None = None, patience: float = PATIENCE_S
    ) -> dict[str, Any]:
        """Wait until a step of that name has begun, of any kind (`do`, `sleep`, `wait`) or of `kind`; how it
        stands, as `steps` says it.
        """

        def begun(sight: Sight) -> dict[str, Any] | None:
            return sight.step(name, count, kind)

        return await self._until(begun, f"{kind or 'step'} {_shown(name, count)}", patience)

    async def wait_for_step_result(
        self, name: str, *, count: int = 1, patience: float = PATIENCE_S
    ) -> Value | Stream:
        """Wait until the `do` of that name has ended; its result, decoded, also where it is sensitive.

        Raises `RemoteError` (for some names of its own class, see `playground.RemoteError`) where the step
        failed for good.
        """

        def ended(sight: Sight) -> dict[str, Any] | None:
            step = sight.step(name, count, "do")
            return step if step is not None and step["state"] in ("completed", "failed") else None

        step = await self._until(ended, f"the result of step {_shown(name, count)}", patience)
        if step["state"] == "failed":
            shown = step["error"]
            raise by_class(RemoteError(ErrorRecord(shown["name"], shown["message"])))
        sight = await self._look()
        value = await sight.value(self._bench.journal, StepKey("do", name, count))
        return value if isinstance(value, Stream) else decode(value)

    async def get_output(self) -> Value:
        """What the instance came to. Fails where it is not complete."""
        status = await (await self.instance()).status()
        if status.output is None:
            sight = await self._look()
            raise IntrospectionError(f"the instance has no output: {sight.told()}")
        return decode(status.output)

    async def get_error(self) -> ErrorRecord:
        """What the instance failed with: `name`, `message`, `stack` and `cause`. Fails where it did not."""
        status = await (await self.instance()).status()
        if status.error is None:
            sight = await self._look()
            raise IntrospectionError(f"the instance has no error: {sight.told()}")
        return status.error

    async def _send(self) -> None:
        if await self._found() is not None:
            await self._bench.send_unsent(self.workflow, self.id)

    async def _found(self) -> Instance | None:
        try:
            return await self.instance()
        except WorkflowError:
            return None

    async def _delete(self) -> None:
        if (instance := await self._found()) is not None:
            await instance.delete()

    async def _look(self) -> Sight:
        return await look(self._bench.journal, self._bench.scope, self.workflow, self.id)

    async def _until(self, found: Callable[[Sight], T | None], what: str, patience: float) -> T:
        sight: Sight | None = None
        feed = self._bench.engine.feed.subscribe(scope=self._bench.scope, instance=self.id)
        try:
            async with asyncio.timeout(patience), feed as wakes:
                while True:
                    sight = await self._look()
                    if (answer := found(sight)) is not None:
                        return answer
                    if sight.status in FINISHED:
                        break
                    await anext(wakes)
        except TimeoutError:
            told = sight.told() if sight is not None else "nothing was heard of the instance"
            raise IntrospectionError(f"{what} did not come within {patience:g} s: {told}") from None
        raise IntrospectionError(f"{what} never came: {sight.told()}")


class WorkflowIntrospector(Modifier):
    """All instances of a workflow. An async context manager: when it is left, the changes are over, and the
    instances that were created meanwhile are deleted.

    What is mocked a number of times is so for each instance.
    """

    def __init__(self, bench: Surroundings, workflow: str) -> None:
        super().__init__(bench, workflow, None)
        self._before: set[int] = set()

    async def __aenter__(self) -> Self:
        rows = await self._bench.journal.of_scope(self._bench.scope)
        self._before = {row.key for row in rows}
        self._begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        for one in await self.instances():
            await one._delete()

    async def instances(self) -> list[InstanceIntrospector]:
        """The instances that were created since it was entered, in that order. They are there to be looked
        into; to change one of them alone, `async with` it.
        """
        rows = await self._bench.journal.of_scope(self._bench.scope)
        return [
            InstanceIntrospector(self._bench, self.workflow, row.id)
            for row in rows
            if row.workflow == self.workflow and row.key not in self._before
        ]

    async def _send(self) -> None:
        for one in await self.instances():
            instance = await one._found()
            if instance is not None and (await instance.status()).status not in FINISHED:
                await self._bench.send_unsent(self.workflow, one.id)


def _shown(name: str, count: int) -> str:
    return f'"{name}"' if count == 1 else f'"{name}" (number {count})'
