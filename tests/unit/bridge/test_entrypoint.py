from datetime import UTC, datetime
from typing import Any

import pytest

from playground import (
    LoadRunnerContext,
    MissingDispatcherMetadataError,
    WorkflowFatalError,
    create_dynamic_workflow_entrypoint,
    dispatch_workflow,
)
from playground.bridge.envelope import wrap_params
from playground.core.ports import WorkflowEvent


def event(payload: Any) -> WorkflowEvent:
    return WorkflowEvent(payload, datetime(2026, 1, 1, tzinfo=UTC), "i-1", "dynamic-workflow")


class Echo:
    def __init__(self) -> None:
        self.seen: list[tuple[WorkflowEvent, Any]] = []

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        self.seen.append((event, step))
        return event.payload


async def test_the_tenant_sees_its_own_params_and_the_same_step() -> None:
    runner, step = Echo(), object()
    result = await dispatch_workflow(event(wrap_params({"n": 1}, {"tenantId": "t"})), step, lambda _: runner)
    assert result == {"n": 1}
    (seen, seen_step) = runner.seen[0]
    assert (seen.payload, seen.instance_id, seen.workflow_name) == ({"n": 1}, "i-1", "dynamic-workflow")
    assert seen_step is step


async def test_the_loader_is_given_metadata_env_and_ctx() -> None:
    contexts: list[LoadRunnerContext] = []

    async def load(context: LoadRunnerContext) -> Echo:
        contexts.append(context)
        return Echo()

    env, ctx = {"greeting": "hi"}, object()
    await dispatch_workflow(event(wrap_params(1, {"tenantId": "t"})), None, load, env=env, ctx=ctx)
    assert contexts == [LoadRunnerContext({"tenantId": "t"}, env, ctx)]


@pytest.mark.parametrize("payload", [None, {"not": "an envelope"}, "text"])
async def test_a_payload_without_envelope_is_refused_before_anything_is_loaded(payload: Any) -> None:
    def load(_: LoadRunnerContext) -> Echo:
        raise AssertionError("loaded")

    with pytest.raises(MissingDispatcherMetadataError, match="wrap_workflow_binding"):
        await dispatch_workflow(event(payload), None, load)


async def test_errors_of_the_loader_and_of_the_run_pass_through() -> None:
    def failing(_: LoadRunnerContext) -> Echo:
        raise ValueError("loader failed")

    class Broken:
        async def run(self, event: WorkflowEvent, step: Any) -> Any:
            raise ValueError("run failed")

    wrapped = event(wrap_params(1, {}))
    with pytest.raises(ValueError, match="loader failed"):
        await dispatch_workflow(wrapped, None, failing)
    with pytest.raises(ValueError, match="run failed"):
        await dispatch_workflow(wrapped, None, lambda _: Broken())


async def test_the_entrypoint_asks_the_loader_for_every_run() -> None:
    asked: list[Any] = []

    def load(context: LoadRunnerContext) -> Echo:
        asked.append((context.metadata["tenantId"], context.env))
        return Echo()

    entrypoint = create_dynamic_workflow_entrypoint(load, env="env")
    for tenant in ("a", "b"):
        assert await entrypoint().run(event(wrap_params(tenant, {"tenantId": tenant})), None) == tenant
    assert asked == [("a", "env"), ("b", "env")]


async def test_a_loader_that_gives_no_runner_is_told_so() -> None:
    nothing: Any = None
    with pytest.raises(WorkflowFatalError, match=r"load_runner\(\) gave a NoneType, which has no method run"):
        await dispatch_workflow(event(wrap_params(1, {})), None, lambda _: nothing)
