"""Workflows written in Python: the base class, and the errors that they catch."""

from __future__ import annotations

import pytest

from playground.core.codec import decode
from playground.core.errors import (
    NonRetryableDelayError,
    NonRetryableError,
    RemoteError,
    WorkflowFatalError,
    WorkflowTimeoutError,
)
from playground.core.ports import WorkflowEvent
from playground.engine.step import WorkflowStep
from playground.engine.workflow_entrypoint import WorkflowEntrypoint
from tests.unit.engine.harness import Server


@pytest.mark.parametrize(
    ("raised", "caught"),
    [
        (NonRetryableError("stop"), NonRetryableError),
        (WorkflowTimeoutError("late"), WorkflowTimeoutError),
        (WorkflowFatalError("wrong"), WorkflowFatalError),
        (NonRetryableDelayError("no delay"), NonRetryableDelayError),
    ],
)
async def test_what_a_step_fails_with_is_caught_by_class(
    server: Server, raised: Exception, caught: type[Exception]
) -> None:
    async def run(step: WorkflowStep) -> object:
        def fail() -> None:
            raise raised

        with pytest.raises(caught) as failed:
            await step.do("a", {"retries": {"limit": 0, "delay": 0}}, fail)
        return [isinstance(failed.value, RemoteError), failed.value.args[0]]

    assert await server.output(run) == [True, str(raised)]


async def test_a_wait_that_is_not_answered_raises_the_timeout_error(server: Server) -> None:
    async def run(step: WorkflowStep) -> str:
        try:
            await step.wait_for_event("approval", type="approval", timeout="1 minute")
        except WorkflowTimeoutError as error:
            return error.message
        return "answered"

    instance = await server.start(run)
    await server.waiting(instance)
    await server.advance(60_000)
    status = await server.ended(instance)
    assert status.output is not None
    assert decode(status.output) == "Execution timed out after 60000ms"


class Greeting(WorkflowEntrypoint):
    """Greets with what the platform says."""

    async def run(self, event: WorkflowEvent, step: WorkflowStep) -> object:
        async def greet() -> str:
            return f"{self.env['word']}, {event.payload['name']}, by {self.ctx}!"

        return await step.do("greet", greet)


async def test_an_entrypoint_is_given_what_it_was_bound_to(server: Server) -> None:
    server.engine.register("greeting", Greeting.bound({"word": "Hello"}, ctx="us"))
    instance = await server.engine.workflow("greeting").create(params={"name": "Ada"})
    assert await instance.result() == "Hello, Ada, by us!"


async def test_an_entrypoint_that_is_bound_to_nothing_has_nothing(server: Server) -> None:
    assert (Greeting().env, Greeting().ctx) == (None, None)


def test_an_entrypoint_without_run_cannot_be_made() -> None:
    class Nothing(WorkflowEntrypoint):
        pass

    with pytest.raises(TypeError, match="run"):
        Nothing()  # type: ignore[abstract]
