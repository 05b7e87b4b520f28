"""`run`, called."""

from __future__ import annotations

import inspect
import json
from datetime import UTC, datetime
from typing import Any

from playground.core.codec import decode
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
    return await runner.run(event, step)
