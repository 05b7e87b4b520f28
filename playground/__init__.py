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
        wrap_workflow_binding,
    )
    from playground.core.streams import Stream
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
    from playground.platform import Platform, open_platform

__version__ = "0.1.0"

__all__ = [
    "DynamicWorkflowBinding",
    "Entrypoint",
    "Fetcher",
    "Limits",
    "LoadRunner",
    "LoadRunnerContext",
    "Loader",
    "LoaderBinding",
    "LogLine",
    "MissingDispatcherMetadataError",
    "Module",
    "Outcome",
    "Platform",
    "RemoteFunction",
    "RemoteTarget",
    "Request",
    "Response",
    "RpcTarget",
    "Stream",
    "TailEvent",
    "TailHandler",
    "WorkerCode",
    "WorkerStub",
    "__version__",
    "create_dynamic_workflow_entrypoint",
    "dispatch_workflow",
    "open_platform",
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
    "Stream": "playground.core.streams",
    **dict.fromkeys(("Platform", "open_platform"), "playground.platform"),
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "playground.bridge")), name)
    globals()[name] = value
    return value
