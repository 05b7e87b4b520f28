"""What is registered with the engine: a workflow that finds out whose it is, and hands on."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playground.bridge.envelope import Metadata, unwrap_params
from playground.core.errors import TenantError, WorkflowFatalError
from playground.core.ports import Runner, WorkflowEvent


class MissingDispatcherMetadataError(TenantError):
    """The workflow event carries no dispatcher metadata: it was not created through a binding made by
    wrap_workflow_binding(). Hand tenants that binding instead of the engine's own."""

    name = "MissingDispatcherMetadataError"

    def __init__(self) -> None:
        super().__init__(" ".join((type(self).__doc__ or "").split()))


@dataclass(frozen=True, slots=True)
class LoadRunnerContext:
    """What a platform's `load_runner` is given.

    `metadata` is that of `wrap_workflow_binding`; `env` and `ctx` are the platform's own.
    """

    metadata: Metadata
    env: Any = None
    ctx: Any = None


LoadRunner = Callable[[LoadRunnerContext], Runner | Awaitable[Runner]]


async def dispatch_workflow(
    event: WorkflowEvent, step: Any, load_runner: LoadRunner, *, env: Any = None, ctx: Any = None
) -> Any:
    """Take the envelope off `event`, load the runner that its metadata names, and run it with the same
    `step`.

    For platforms that write their own entrypoint (to log around `run`, say);
    `create_dynamic_workflow_entrypoint` is this and no more. Raises `MissingDispatcherMetadataError`
    where there is no envelope; what `load_runner` and the runner raise passes through.
    """
    envelope = unwrap_params(event.payload)
    if envelope is None:
        raise MissingDispatcherMetadataError()
    loaded = load_runner(LoadRunnerContext(envelope.metadata, env, ctx))
    runner: Runner = await loaded if inspect.isawaitable(loaded) else loaded
    if not callable(getattr(runner, "run", None)):
        raise WorkflowFatalError(
            f"load_runner() gave a {type(runner).__name__}, which has no method run(event, step): "
            "an entrypoint of the tenant's has, stub.get_entrypoint(name)"
        )
    its_own = WorkflowEvent(
        envelope.params, event.timestamp, event.instance_id, event.workflow_name, event.schedule
    )
    return await runner.run(its_own, step)


def create_dynamic_workflow_entrypoint(
    load_runner: LoadRunner, *, env: Any = None, ctx: Any = None
) -> type[Runner]:
    """Make the class to register with the engine: `Engine(..., workflows={"name": Entrypoint})`.

    `load_runner(context)`, sync or async, is called on every execution (also each time that a sleeping
    instance wakes), so it should be quick: a loader that caches by tenant and version is.
    """

    class DynamicWorkflowEntrypoint:
        """Hands each run to the code of the tenant that created it."""

        async def run(self, event: WorkflowEvent, step: Any) -> Any:
            return await dispatch_workflow(event, step, load_runner, env=env, ctx=ctx)

    return DynamicWorkflowEntrypoint
