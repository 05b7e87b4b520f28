"""The worker's loop: frames in, turns in slices, frames out, until the server goes away.

It never waits for a socket while there is something to run, and never for room to write: what cannot be sent
yet is kept, and the socket is read meanwhile. So the two processes cannot wait for each other. Where the
server does not read for long, nothing is run until it does.
"""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from playground.isolates.process.apart import ChildFailed
from playground.isolates.process.guest import GuestMissing
from playground.isolates.process.isolate import Isolate
from playground.isolates.process.rights import Rights
from playground.isolates.process.template import BootFailed, Template
from playground.isolates.process.ticker import Ticker
from playground.isolates.process.typescript import TYPESCRIPT, TypeScript
from playground.isolates.process.worker import Worker
from playground.isolates.wire import (
    BadFrame,
    Dead,
    Failed,
    Frames,
    FromWorker,
    Loaded,
    Out,
    Ready,
    Said,
    ToWorker,
    encode,
    to_worker,
)

_READ_BYTES: Final = 1 << 18
_LOOK_S: Final = 0.001
"""How often the socket is looked at while short turns run; after each slice of a long one besides."""
_WAIT_S: Final = 0.002
"""How long an answer may wait for others to share its frame."""
_FULL_BYTES: Final = 1 << 20
_FIRST_MEMORY_BYTES: Final = 64 << 20
_MOST_UNSENT_BYTES: Final = 32 << 20
_FOREVER: Final = None


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

    The order matters: files are read, memory images made and modules imported before `give_up`, when there
    is one thread yet; threads are started between it and `seal`; tenant code comes after that.
    """
    rights = Rights()
    rights.enter(descriptor)
    with socket.socket(fileno=descriptor) as server:
        try:
            template = Template(runtime.read_text(encoding="utf-8"), cache)
            typescript = TypeScript(runtime.with_name(TYPESCRIPT), cache)
            template.instantiate(_FIRST_MEMORY_BYTES).close()  # makes the image that all are mapped from
            typescript.strip("")
        except (GuestMissing, BootFailed, ChildFailed, OSError) as error:
            server.sendall(encode([Ready(str(error))]))
            return
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
    line = _Line(server, clock)
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


class _Line:
    """The socket: what was read of it, and what waits to be written.

    What isolates said in parts is sent a part at a time, when nothing else waits: answers of others do not
    stand behind it. What comes later of the same isolate does.
    """

    def __init__(self, server: socket.socket, clock: Callable[[], float]) -> None:
        self._server = server
        self._clock = clock
        self._poll = select.poll()
        self._frames = Frames()
        self._answers: list[FromWorker] = []
        self._size = 0
        self._since = 0.0
        self._unsent = bytearray()
        self._parts: deque[FromWorker] = deque()
        self._parts_size = 0
        self._in_parts: Counter[int] = Counter()

    @property
    def is_full(self) -> bool:
        """Whether so much waits to be read by the server that nothing should be added."""
        return len(self._unsent) + self._parts_size > _MOST_UNSENT_BYTES

    def say(self, answers: list[FromWorker]) -> None:
        """Send answers, together with those that come soon after."""
        for answer in answers:
            number = getattr(answer, "isolate", 0)
            size = len(getattr(answer, "messages", ""))
            if isinstance(answer, Said) or number in self._in_parts:
                self._parts.append(answer)
                self._parts_size += size
                self._in_parts[number] += 1
                continue
            if not self._answers:
                self._since = self._clock()
            self._answers.append(answer)
            self._size += size
            if self._size > _FULL_BYTES:
                self.flush()
        if self._answers and self._clock() - self._since > _WAIT_S:
            self.flush()

    def flush(self) -> None:
        """Send what can be sent now."""
        if self._answers:
            self._unsent += _frames(self._answers)
            self._answers, self._size = [], 0
        self._send()
        while self._parts and not self._unsent:
            part = self._parts.popleft()
            number = getattr(part, "isolate", 0)
            self._parts_size -= len(getattr(part, "messages", ""))
            self._in_parts[number] -= 1
            if not self._in_parts[number]:
                del self._in_parts[number]
            self._unsent += _frames([part])
            self._send()

    def _send(self) -> None:
        if self._unsent:
            with contextlib.suppress(BlockingIOError):
                sent = self._server.send(self._unsent)
                del self._unsent[:sent]

    def wait(self) -> None:
        """Wait until there is something to read, or room for what waits to be sent."""
        events = select.POLLIN | (select.POLLOUT if self._unsent else 0)
        self._poll.register(self._server, events)
        self._poll.poll(_FOREVER)

    def read(self) -> list[bytes] | None:
        """The frames that have come; None at the end."""
        if self._unsent:
            self.flush()
        try:
            data = self._server.recv(_READ_BYTES)
        except BlockingIOError:
            return []
        return self._frames.feed(data) if data else None


def _frames(answers: list[FromWorker]) -> bytes:
    """One frame, or one for each answer where there is one among them that cannot be sent."""
    try:
        return encode(answers)
    except (BadFrame, UnicodeEncodeError):
        return b"".join(map(_frame, answers))


def _frame(answer: FromWorker) -> bytes:
    """The answer, or its isolate's death where it is too large or no text; the server drops that isolate."""
    try:
        return encode([answer])
    except (BadFrame, UnicodeEncodeError):
        reason = "the isolate said what cannot be sent"
        if isinstance(answer, (Out, Dead)):
            return encode([Dead(answer.isolate, answer.turn, "TRAP", reason)])
        if isinstance(answer, (Loaded, Failed)):
            return encode([Failed(answer.isolate, "Error", reason, "[]", "TRAP")])
        return encode([Said(answer.isolate, reason)] if isinstance(answer, Said) else [])
