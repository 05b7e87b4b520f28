"""Dynamic Workflows for Python: durable execution that follows the tenant.

Names are imported when they are first used: worker processes import this package too, and need none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.bridge import (
        DynamicWorkflowBinding,
        LoadRunner,
        LoadRunnerContext,
        MissingDispatcherMetadataError,
        create_dynamic_workflow_entrypoint,
        dispatch_workflow,
        schedule_workflow,
        wrap_workflow_binding,
    )
    from playground.core.errors import (
        ErrorRecord,
        IsolateLost,
        LimitExceeded,
        LoadError,
        NonDeterminismError,
        NonRetryableDelayError,
        NonRetryableError,
        NoSuchEntrypoint,
        PlaygroundError,
        RemoteError,
        StorageError,
        TenantBusy,
        TenantError,
        WorkflowError,
        WorkflowFatalError,
        WorkflowTimeoutError,
    )
    from playground.core.ports import StepContext, WorkflowEvent
    from playground.core.streams import Stream
    from playground.core.values import HOLE, UNDEFINED
    from playground.engine.engine import Engine
    from playground.engine.instance import Instance, InstanceStatus
    from playground.engine.services import RunnerFactory
    from playground.engine.settings import EngineSettings
    from playground.engine.step import Rollback, WorkflowStep
    from playground.engine.workflow import Workflow
    from playground.engine.workflow_entrypoint import WorkflowEntrypoint
    from playground.isolates import (
        Entrypoint,
        Fetcher,
        Limits,
        Loader,
        LoaderBinding,
        LogLine,
        Module,
        Outcome,
        RemoteFunction,
        RemoteTarget,
        Request,
        Response,
        RpcTarget,
        TailEvent,
        TailHandler,
        WorkerCode,
        WorkerStub,
        version_of,
    )
    from playground.isolates.settings import PoolSettings
    from playground.platform import Platform, open_platform

__version__ = "0.1.0"

__all__ = [
    "HOLE",
    "UNDEFINED",
    "DynamicWorkflowBinding",
    "Engine",
    "EngineSettings",
    "Entrypoint",
    "ErrorRecord",
    "Fetcher",
    "Instance",
    "InstanceStatus",
    "IsolateLost",
    "LimitExceeded",
    "Limits",
    "LoadError",
    "LoadRunner",
    "LoadRunnerContext",
    "Loader",
    "LoaderBinding",
    "LogLine",
    "MissingDispatcherMetadataError",
    "Module",
    "NoSuchEntrypoint",
    "NonDeterminismError",
    "NonRetryableDelayError",
    "NonRetryableError",
    "Outcome",
    "Platform",
    "PlaygroundError",
    "PoolSettings",
    "RemoteError",
    "RemoteFunction",
    "RemoteTarget",
    "Request",
    "Response",
    "Rollback",
    "RpcTarget",
    "RunnerFactory",
    "StepContext",
    "StorageError",
    "Stream",
    "TailEvent",
    "TailHandler",
    "TenantBusy",
    "TenantError",
    "WorkerCode",
    "WorkerStub",
    "Workflow",
    "WorkflowEntrypoint",
    "WorkflowError",
    "WorkflowEvent",
    "WorkflowFatalError",
    "WorkflowStep",
    "WorkflowTimeoutError",
    "__version__",
    "create_dynamic_workflow_entrypoint",
    "dispatch_workflow",
    "open_platform",
    "schedule_workflow",
    "version_of",
    "wrap_workflow_binding",
]

_HOMES = {
    **dict.fromkeys(
        (
            *("Entrypoint", "Fetcher", "Limits", "Loader", "LoaderBinding", "LogLine", "Module"),
            *("Outcome", "RemoteFunction", "RemoteTarget", "Request", "Response", "RpcTarget", "TailEvent"),
            *("TailHandler", "WorkerCode", "WorkerStub", "version_of"),
        ),
        "playground.isolates",
    ),
    **dict.fromkeys(
        (
            *("ErrorRecord", "IsolateLost", "LimitExceeded", "LoadError", "NonDeterminismError"),
            *("NonRetryableDelayError", "NonRetryableError", "NoSuchEntrypoint", "PlaygroundError"),
            *("RemoteError", "StorageError", "TenantBusy", "TenantError", "WorkflowError"),
            *("WorkflowFatalError", "WorkflowTimeoutError"),
        ),
        "playground.core.errors",
    ),
    **dict.fromkeys(("StepContext", "WorkflowEvent"), "playground.core.ports"),
    "Stream": "playground.core.streams",
    **dict.fromkeys(("HOLE", "UNDEFINED"), "playground.core.values"),
    "Engine": "playground.engine.engine",
    "EngineSettings": "playground.engine.settings",
    **dict.fromkeys(("Instance", "InstanceStatus"), "playground.engine.instance"),
    "PoolSettings": "playground.isolates.settings",
    "RunnerFactory": "playground.engine.services",
    **dict.fromkeys(("Rollback", "WorkflowStep"), "playground.engine.step"),
    "Workflow": "playground.engine.workflow",
    "WorkflowEntrypoint": "playground.engine.workflow_entrypoint",
    **dict.fromkeys(("Platform", "open_platform"), "playground.platform"),
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "playground.bridge")), name)
    globals()[name] = value
    return value
