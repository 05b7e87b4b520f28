"""One worker process, seen from the server: started, spoken to, watched, killed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, cast

from playground.core.errors import PlaygroundError
from playground.isolates.last_words import last_words
from playground.isolates.settings import PoolSettings
from playground.isolates.wire import (
    BadFrame,
    Compiling,
    Dead,
    Drop,
    Failed,
    Frames,
    FromWorker,
    Load,
    Loaded,
    Out,
    Ping,
    Pong,
    Ready,
    Said,
    ToWorker,
    Turn,
    encode,
    from_worker,
)

_log = logging.getLogger(__name__)
_compiling_log = logging.getLogger("playground.isolates.compiling")

_MAIN: Final = Path(__file__).resolve().parent / "process" / "__main__.py"
START_S: Final = 60.0
"""How long a process may take to start, what it has to compile not counted."""
_COMPILE_S: Final = 600.0
"""How long it may take to compile what is not in the cache: seconds on a machine with nothing else to do."""
_STOP_S: Final = 2.0
_GRACE_S: Final = 0.1
_FULL_BYTES: Final = 4 << 20
_STATUS: Final = "/proc/{}/statm"
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


class WorkerFailed(PlaygroundError):
    """A worker process did not start."""


class Listener(Protocol):
    """An isolate's session, as the link sees it."""

    def received(self, message: Loaded | Failed | Said | Out | Dead) -> None:
        """The worker said something about the isolate."""
        ...

    def lost(self, reason: str) -> None:
        """The worker is gone, and the isolate with it."""
        ...


class WorkerLink(asyncio.Protocol):
    """A worker process, from its start to its end. It is not started again: a new one is a new link."""

    def __init__(self, settings: PoolSettings, ended: Callable[[WorkerLink], None]) -> None:
        self._settings = settings
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._start_limit: asyncio.Timeout | None = None
        self._compiling_since: float | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._frames = Frames()
        self._listeners: dict[int, Listener] = {}
        self._started_at = 0.0
        self._waiting: list[ToWorker] = []
        self._waiting_bytes = 0
        self._unanswered: Counter[int] = Counter()
        self._pinged = 0
        self._ponged = 0
        self._progress = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        self.closing = False
        """Whether its end is our wish."""
        self.alive = False
        self.draining = False
        """Whether it is given no new isolates and ends when it has none."""
        self.made = 0
        """Isolates that were made in it so far."""
        self.turns = 0
        """Turns that were sent."""
        self.layers: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        """The layers of protection that are on, and those that the system does not have."""

    async def start(self, limit_s: float = START_S) -> None:
        """Start the process and wait until it takes work, for so long (compiling not counted) at most."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = await self._spawn(theirs.fileno())
            self._ending = self._loop.create_task(self._watch_end(self._process))
            ours.setblocking(False)
            await self._loop.create_unix_connection(lambda: self, sock=ours)
        except BaseException:
            ours.close()
            raise
        if self._ready.done():  # the server stops already
            self.end("it was not needed")
        self._start_limit = asyncio.timeout(limit_s if self._compiling_since is None else _COMPILE_S)
        try:
            async with self._start_limit:
                await asyncio.shield(self._ready)
        except TimeoutError:
            self.end("it did not start in time")
            raise WorkerFailed("a worker process did not start in time") from None
        finally:
            self._ready.cancel()

    async def _spawn(self, descriptor: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-B", "-X", "utf8", str(_MAIN), str(descriptor)),
            *(str(self._settings.runtime), str(self._settings.data_bytes), *self._cache_argument()),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=[descriptor],
            close_fds=True,
            start_new_session=True,  # an interrupt from the terminal is for the server
            env=_environment(),
        )

    def _cache_argument(self) -> list[str]:
        return [str(self._settings.cache_dir)] if self._settings.cache_dir is not None else []

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process is not None
        return self._process.pid

    @property
    def isolates(self) -> int:
        """How many isolates it holds."""
        return len(self._listeners)

    @property
    def unanswered(self) -> int:
        """Messages that it has not answered yet."""
        return self._unanswered.total()

    @property
    def age_s(self) -> float:
        """For how long it has taken work."""
        return self._loop.time() - self._started_at

    def resident_bytes(self) -> int:
        """The memory that it has, as the system counts; 0 where that cannot be read."""
        try:
            with open(_STATUS.format(self.pid), "rb") as status:
                return int(status.read().split()[1]) * _PAGE_BYTES
        except (OSError, IndexError, ValueError):
            return 0

    def attach(self, listener: Listener) -> int:
        """A number for a new isolate, whose messages `listener` is given."""
        self.made += 1
        self._listeners[self.made] = listener
        return self.made

    def detach(self, isolate: int) -> None:
        """Let the worker forget the isolate."""
        if self._listeners.pop(isolate, None) is not None and self.alive:
            self.send(Drop(isolate))
            if self.draining and not self._listeners:
                self._drained()

    def drain(self, limit_s: float) -> None:
        """Take no new isolates, and end when those that are there are gone; after `limit_s` in any case, and
        they are lost.
        """
        self.draining = True
        if self._listeners:
            self._deadline = self._loop.call_later(limit_s, self._drained)
        else:
            self._drained()

    def send(self, message: ToWorker) -> None:
        """Send a message with the others of this turn of the event loop."""
        if not self.alive:
            return
        if isinstance(message, (Load, Turn)):
            if not self._unanswered:
                self._progress = self._loop.time()
            self._unanswered[message.isolate] += 1
        if isinstance(message, Turn):
            self.turns += 1
            self._waiting_bytes += len(message.message)
        elif isinstance(message, Load):
            self._waiting_bytes += sum(map(len, message.modules.values()))
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(message)
        if self._waiting_bytes > _FULL_BYTES:
            self._flush()

    def end(self, reason: str) -> None:
        """Kill the process. Its isolates are lost."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                # not `Process.kill`, which takes the exit status of one that is dead from asyncio
                os.kill(self._process.pid, signal.SIGKILL)
        self._over(reason)

    async def close(self) -> None:
        """Let the process end by itself; kill it where it does not."""
        self.closing = True
        self._over("the server stops")
        if self._ending is None:
            return
        try:
            async with asyncio.timeout(_STOP_S):
                await asyncio.shield(self._ending)
        except TimeoutError:
            self.end("it did not stop in time")
            await self._ending

    async def wait_ended(self) -> None:
        """Return when the process is gone."""
        if self._ending is not None:
            await self._ending

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        try:
            for body in self._frames.feed(data):
                self._progress = self._loop.time()  # half a frame, however slowly it comes, is none
                for message in from_worker(body):
                    self._receive(message)
        except BadFrame as error:
            _log.error("a worker process sent what is no frame (%s); it is killed", error)
            self.end("its worker process sent what is no frame")

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.closing:
            self.end("its worker process is gone")

    # --

    def _receive(self, message: FromWorker) -> None:
        if isinstance(message, Ready):
            self._became_ready(message)
        elif isinstance(message, Compiling):
            self._compiles()
        elif not self.alive:
            return
        elif isinstance(message, Pong):
            if message.number != self._pinged or self._ponged == self._pinged:
                raise BadFrame("an echo that nobody asked for")
            self._ponged = message.number
        else:
            if not isinstance(message, Said):
                self._answered(message.isolate)
            listener = self._listeners.get(message.isolate)
            if listener is not None:
                listener.received(message)

    def _compiles(self) -> None:
        if self._compiling_since is None and not self._ready.done():
            self._compiling_since = self._loop.time()
            if self._start_limit is not None and not self._start_limit.expired():
                self._start_limit.reschedule(self._compiling_since + _COMPILE_S)
            _compiling_log.info("Compiling the isolates' runtime for this machine (seconds, this once) ...")

    def _became_ready(self, message: Ready) -> None:
        if self._ready.done():
            raise BadFrame("it is ready twice")
        if message.error is not None:
            self._ready.set_exception(WorkerFailed(f"a worker process cannot start: {message.error}"))
            return
        if self._compiling_since is not None:
            _compiling_log.info("... compiled in %.0f s", self._loop.time() - self._compiling_since)
        self.alive = True
        self._started_at = self._progress = self._loop.time()
        self.layers = tuple(message.layers), tuple(message.missing)
        self._ready.set_result(None)
        self._watch = self._loop.call_later(self._patience_s / 4, self._look)

    def _answered(self, isolate: int) -> None:
        left = self._unanswered[isolate] - 1
        if left < 0:
            raise BadFrame("an answer that nobody asked for")
        if left:
            self._unanswered[isolate] = left
        else:
            del self._unanswered[isolate]

    def _flush(self) -> None:
        waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
        if not waiting or not self.alive or self._transport is None:
            return
        try:
            self._transport.write(encode(waiting))
        except (BadFrame, UnicodeEncodeError):
            for message in waiting:
                self._send_alone(message)

    def _send_alone(self, message: ToWorker) -> None:
        """Send a message of a frame that cannot be sent; the isolate whose fault that is, is lost."""
        assert self._transport is not None
        try:
            self._transport.write(encode([message]))
        except (BadFrame, UnicodeEncodeError):
            if isinstance(message, (Load, Turn)):
                self._answered(message.isolate)
                listener = self._listeners.get(message.isolate)
                if listener is not None:
                    listener.lost("what it was sent is too large")

    @property
    def _patience_s(self) -> float:
        return (self._settings.wall_ms + self._settings.cpu_ms) / 1000

    def _look(self, overdue: bool = False) -> None:
        """Kill a process that should have said something long ago; look twice, in case it was the loop that
        hung. It is asked for echoes: where many turns share its time, the first may end long after its limit.
        """
        waits = bool(self._unanswered) or self._ponged != self._pinged
        late = waits and self._loop.time() - self._progress > self._patience_s
        if late and overdue:
            _log.error("worker process %d does not answer; it is killed", self.pid)
            self.end("its worker process did not answer")
            return
        if self._ponged == self._pinged:
            if not waits:
                self._progress = self._loop.time()
            self._pinged += 1
            self.send(Ping(self._pinged))
        delay = _GRACE_S if late else self._patience_s / 4
        self._watch = self._loop.call_later(delay, self._look, late)

    async def _watch_end(self, process: asyncio.subprocess.Process) -> None:
        """Hear what the process says, and say how it ended where that was not our doing."""
        assert process.stderr is not None
        words = await last_words(process.stderr, lambda: self.end("its worker process writes without end"))
        status = await process.wait()
        if status and status != -signal.SIGKILL:
            _log.error("worker process %d ended with %s", process.pid, _status_name(status))
        if words:
            _log.error("worker process %d said: %s", process.pid, words)

    def _drained(self) -> None:
        """End the process without a loss to speak of: at the end of what it reads, it ends by itself."""
        self.closing = True
        self._over("its worker process was replaced")

    def _over(self, reason: str) -> None:
        was_alive, self.alive = self.alive, False
        for timer in (self._watch, self._deadline):
            if timer is not None:
                timer.cancel()
        self._watch = self._deadline = None
        if self._transport is not None:
            self._transport.abort()
        if not self._ready.done():
            self._ready.set_exception(WorkerFailed("a worker process ended while it started"))
            self._ready.exception()  # nobody may wait for it
        listeners, self._listeners = self._listeners, {}
        for listener in listeners.values():
            listener.lost(reason)
        if was_alive:
            self._ended(self)


def _status_name(status: int) -> str:
    known = -status in signal.valid_signals()
    return signal.Signals(-status).name if known else f"status {status}"


def _environment() -> dict[str, str]:
    """What the process is given: nothing of ours, and what Python needs to start."""
    return {name: value for name in ("LD_LIBRARY_PATH",) if (value := os.environ.get(name))}
