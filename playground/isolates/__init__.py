"""Floor 2: tenants' code in isolates. Knows nothing of engines, workflows' logs and HTTP servers.

Two walls stand around it: a worker process, and in it a WebAssembly instance for each isolate. File names
say which side they are on: here is the server's, `process/` runs in the worker process, `guest/` in the
isolate. `loader` is the way in.

A workflow's run runs ahead of the server. A step's callback begins in the turn that asks for it, and where it
comes to its end in that turn, while nothing else of the run is under way, the run goes on with the result: a
workflow of trivial steps is one turn. A turn runs ahead for 20 ms at most, and what it says is sent on slice
by slice. The output gate (`steps_ahead.py`) is what makes that safe: a run's requests, calls and answers
leave only when all that was said of it before is durable. A replay is given what history holds with the call,
and the guest delivers it in the order of commits, each completion when its job queue is empty.

Designs that were not taken:

* Asking the server for every step, also on replays. Ten thousand steps are ten thousand turns then; and that
a run has settled the server can only guess at, where the guest knows.
* Delivering results ahead while a step, a timer or a request of the run is under way. The server might commit
that one's end before, and a replay, which follows the log, would tell it another way.
* Running a turn again without all this where its isolate died, to see whose fault it was. The guest leaves a
word in its memory that says whose work it does, so the attempt that did it is charged at once. Only where a
whole process is lost does the next execution begin no callback by itself, until something was committed.
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
