"""What a test changes about the steps of an execution: see `core.ports.Introspection`."""

from __future__ import annotations

from playground.core.ports import StepCallback, StepContext, StepKey
from playground.engine.runner import Execution


def skips(execution: Execution, key: StepKey) -> bool:
    """Whether the step does not wait."""
    introspection, row = execution.services.introspection, execution.log.row
    return introspection is not None and introspection.skips(row.workflow, row.id, key)


def replacement(execution: Execution, context: StepContext) -> StepCallback | None:
    """What is called instead of the step's callback."""
    introspection, row = execution.services.introspection, execution.log.row
    return introspection.replacement(row.workflow, row.id, context) if introspection is not None else None
