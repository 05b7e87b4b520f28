"""Floor 2: tenants' code in isolates. Knows nothing of engines, workflows' logs and HTTP servers.

Two walls stand around it: a worker process, and in it a WebAssembly instance for each isolate. File names
say which side they are on: here is the server's, `process/` runs in the worker process, `guest/` in the
isolate. `loader` is the way in.
"""

from playground.core.rpc import RpcTarget
from playground.isolates.code import Limits, Tail, WorkerCode
from playground.isolates.entrypoint import Entrypoint
from playground.isolates.loader import Loader, WorkerStub
from playground.isolates.loader_binding import LoaderBinding
from playground.isolates.log_line import LogLine, Outcome, TailEvent, TailHandler
from playground.isolates.module import Module
from playground.isolates.outbound import Fetcher
from playground.isolates.pool import PoolSettings, WorkerPool
from playground.isolates.remote_function import RemoteFunction, RemoteTarget
from playground.isolates.request import Request, Response
from playground.isolates.version import version_of

__all__ = [
    "Entrypoint",
    "Fetcher",
    "Limits",
    "Loader",
    "LoaderBinding",
    "LogLine",
    "Module",
    "Outcome",
    "PoolSettings",
    "RemoteFunction",
    "RemoteTarget",
    "Request",
    "Response",
    "RpcTarget",
    "Tail",
    "TailEvent",
    "TailHandler",
    "WorkerCode",
    "WorkerPool",
    "WorkerStub",
    "version_of",
]
