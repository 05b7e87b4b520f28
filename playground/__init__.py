"""Dynamic Workflows for Python: durable execution that follows the tenant."""

from playground.bridge import (
    DynamicWorkflowBinding,
    LoadRunner,
    LoadRunnerContext,
    MissingDispatcherMetadataError,
    create_dynamic_workflow_entrypoint,
    dispatch_workflow,
    wrap_workflow_binding,
)

__version__ = "0.1.0"

__all__ = [
    "DynamicWorkflowBinding",
    "LoadRunner",
    "LoadRunnerContext",
    "MissingDispatcherMetadataError",
    "__version__",
    "create_dynamic_workflow_entrypoint",
    "dispatch_workflow",
    "wrap_workflow_binding",
]
