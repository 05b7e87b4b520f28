"""Floor 2: tenants' code in isolates. Knows nothing of engines, workflows' logs and HTTP servers.

Two walls stand around it: a worker process, and in it a WebAssembly instance for each isolate. File names
say which side they are on: here is the server's, `process/` runs in the worker process, `guest/` in the
isolate. `loader` is the way in.
"""

from playground.isolates.code import Limits, LogLine, Tail, WorkerCode
from playground.isolates.entrypoint import Entrypoint
from playground.isolates.loader import Loader, WorkerStub
from playground.isolates.pool import PoolSettings, WorkerPool
from playground.isolates.request import Request, Response

__all__ = [
    "Entrypoint",
    "Limits",
    "Loader",
    "LogLine",
    "PoolSettings",
    "Request",
    "Response",
    "Tail",
    "WorkerCode",
    "WorkerPool",
    "WorkerStub",
]
