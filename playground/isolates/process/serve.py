"""The worker's loop: frames in, turns in slices, frames out, until the server goes away.

It never waits for a socket while there is something to run, and never for room to write: what cannot be sent
yet is kept, and the socket is read meanwhile. So the two processes cannot wait for each other. Where the
server does not read for long, nothing is run until it does.
"""

from __future__ import annotations

import contextlib
import gc
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from playground.isolates.process.apart import ChildFailed
from playground.isolates.process.guest import GuestMissing
from playground.isolates.process.isolate import Isolate
from playground.isolates.process.line import Line
from playground.isolates.process.rights import Rights
from playground.isolates.process.template import BootFailed, Template
from playground.isolates.process.ticker import Ticker
from playground.isolates.process.typescript import TYPESCRIPT, TypeScript
from playground.isolates.process.worker import Worker
from playground.isolates.wire import Compiling, FromWorker, Ready, ToWorker, encode, to_worker

_LOOK_S: Final = 0.001
"""How often the socket is looked at while short turns run; after each slice of a long one besides."""
_FIRST_MEMORY_BYTES: Final = 64 << 20


class Work(Protocol):
    """A `Worker`."""

    @property
    def idle(self) -> bool: ...
    @property
    def has_fresh(self) -> bool: ...
    def take(self, message: ToWorker) -> list[FromWorker]: ...
    def step(self) -> list[FromWorker]: ...


class Pulse(Protocol):
    """A `Ticker`."""

    yielding: bool
    arrived: bool

    def resume(self) -> None: ...
    def pause(self) -> None: ...


def run(descriptor: int, runtime: Path, cache: Path | None, data_bytes: int) -> None:
    """Give up all rights, then answer frames until the server goes away.

    Python's collector of garbage is kept from all that is there before tenant code: to go through it takes
    longer than a hundred turns.

    The order matters: files are read, memory images made and modules imported before `give_up`, when there
    is one thread yet; threads are started between it and `seal`; tenant code comes after that.
    """
    rights = Rights()
    rights.enter(descriptor)
    with socket.socket(fileno=descriptor) as server:

        def compiling() -> None:
            server.sendall(encode([Compiling()]))

        try:
            template = Template(runtime.read_text(encoding="utf-8"), cache, compiling)
            typescript = TypeScript(runtime.with_name(TYPESCRIPT), cache, compiling)
            template.instantiate(_FIRST_MEMORY_BYTES).close()  # makes the image that all are mapped from
            typescript.strip("")
        except (GuestMissing, BootFailed, ChildFailed, OSError) as error:
            server.sendall(encode([Ready(str(error))]))
            return
        gc.collect()
        gc.freeze()
        ticker = Ticker(template.engine, server)
        rights.give_up(data_bytes)
        worker = Worker(lambda load: Isolate(template, typescript, load))
        ticker.start()
        rights.seal()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            server.sendall(encode([Ready(None, rights.on, rights.missing)]))
            serve(server, worker, ticker)


def serve(
    server: socket.socket, worker: Work, ticker: Pulse, clock: Callable[[], float] = time.monotonic
) -> None:
    """Serve `worker` until the server closes its end."""
    server.setblocking(False)
    line = Line(server, clock)
    while True:
        if worker.idle or line.is_full:
            line.flush()
            ticker.pause()
            line.wait()
            ticker.resume()
        ticker.arrived = ticker.yielding = False
        bodies = line.read()
        if bodies is None:
            return
        for body in bodies:
            for message in to_worker(body):
                line.say(worker.take(message))
        look_at = clock() + _LOOK_S
        while not worker.idle and not line.is_full:
            if not worker.has_fresh:  # a long slice comes, or the first of a long turn
                line.flush()
                ticker.yielding = True
                if ticker.arrived:
                    break
            line.say(worker.step())
            if not worker.has_fresh or clock() >= look_at:
                break
