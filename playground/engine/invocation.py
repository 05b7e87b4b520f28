"""`run`, called."""

from __future__ import annotations

import inspect
import json
from datetime import UTC, datetime
from typing import Any

from playground.core.codec import decode
from playground.core.errors import WorkflowFatalError
from playground.core.ports import WorkflowEvent
from playground.core.values import Encoded
from playground.engine.services import RunnerFactory
from playground.storage.rows import InstanceRow


async def invoke(factory: RunnerFactory, row: InstanceRow, step: object) -> Any:
    """Make the instance's runner and have it run with `step`. Raises what either raises."""
    event = WorkflowEvent(
        payload=decode(Encoded(row.params)),
        timestamp=datetime.fromtimestamp(row.created / 1000, UTC),
        instance_id=row.id,
        workflow_name=row.workflow,
        schedule=json.loads(row.schedule) if row.schedule is not None else None,
    )
    runner = factory()
    if inspect.isawaitable(runner):
        runner = await runner
    return await run_with(runner, event, step)


async def run_with(runner: Any, event: WorkflowEvent, step: object) -> Any:
    """Have `runner` run. Raises `WorkflowFatalError` where it cannot, and what it raises."""
    run, what = getattr(runner, "run", None), type(runner).__name__
    if not callable(run):
        raise WorkflowFatalError(
            f'workflow "{event.workflow_name}" is registered with what gives a {what}, '
            "which has no run(event, step)"
        )
    output = run(event, step)
    if not inspect.isawaitable(output):
        raise WorkflowFatalError(f"run() of {what} is no coroutine: write async def run(…)")
    return await output
