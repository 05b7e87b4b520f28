"""Schedules of tenants, which their platform makes."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from playground.bridge.envelope import Metadata, wrap_params
from playground.core.values import UNDEFINED

S_co = TypeVar("S_co", covariant=True)


class ScheduledWorkflow(Protocol[S_co]):
    """What is needed of an engine: `Engine.workflow(...)`."""

    async def schedule(self, cron: str, params: Any = UNDEFINED, id: str | None = None) -> S_co: ...


async def schedule_workflow(
    workflow: ScheduledWorkflow[S_co],
    metadata: Metadata,
    cron: str,
    *,
    params: Any = UNDEFINED,
    id: str | None = None,
) -> S_co:
    """Have a tenant's workflow run whenever the cron expression says so (see `Workflow.schedule`).

    `workflow` is the engine's handle in the tenant's scope, `metadata` as for `wrap_workflow_binding`: it
    says whose code, and which version of it, each firing runs. The tenant finds `{ cron, scheduledTime }` in
    `event.schedule`. `workflow.schedules()` and `workflow.unschedule(id)` are for the rest.
    """
    return await workflow.schedule(cron, wrap_params(params, metadata), id)
