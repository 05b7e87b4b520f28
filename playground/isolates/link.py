"""One worker process, seen from the server: started, spoken to, watched, killed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, cast

from playground.core.errors import PlaygroundError
from playground.isolates.settings import PoolSettings
from playground.isolates.wire import (
    BadFrame,
    Dead,
    Drop,
    Failed,
    Frames,
    FromWorker,
    Load,
    Loaded,
    Out,
    Pong,
    Ready,
    ToWorker,
    Turn,
    encode,
    from_worker,
)

_log = logging.getLogger(__name__)

_MAIN: Final = Path(__file__).resolve().parent / "process" / "__main__.py"
_START_S: Final = 60.0
_STOP_S: Final = 2.0
_GRACE_S: Final = 0.1
_FULL_BYTES: Final = 4 << 20


class WorkerFailed(PlaygroundError):
    """A worker process did not start."""


class Listener(Protocol):
    """An isolate's session, as the link sees it."""

    def received(self, message: Loaded | Failed | Out | Dead) -> None:
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
        self._process: asyncio.subprocess.Process | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._frames = Frames()
        self._listeners: dict[int, Listener] = {}
        self._last_isolate = 0
        self._waiting: list[ToWorker] = []
        self._waiting_bytes = 0
        self._unanswered = 0
        self._progress = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._closing = False
        self.alive = False
        self.turns = 0
        """Turns that were sent."""

    async def start(self) -> None:
        """Start the process and wait until it takes work. Raises `WorkerFailed`."""
        ours, theirs = socket.socketpair()
        with theirs:
            ours.setblocking(False)
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-B", "-X", "utf8", str(_MAIN), str(theirs.fileno())),
                *(str(self._settings.runtime), str(self._settings.data_bytes), *self._cache_argument()),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                close_fds=True,
                start_new_session=True,  # an interrupt from the terminal is for the server
                env=_environment(),
            )
        await self._loop.create_unix_connection(lambda: self, sock=ours)
        try:
            async with asyncio.timeout(_START_S):
                await asyncio.shield(self._ready)
        except TimeoutError:
            self.end("it did not start in time")
            raise WorkerFailed("a worker process did not start in time") from None
        finally:
            self._ready.cancel()

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
        return self._unanswered

    def attach(self, listener: Listener) -> int:
        """A number for a new isolate, whose messages `listener` is given."""
        self._last_isolate += 1
        self._listeners[self._last_isolate] = listener
        return self._last_isolate

    def detach(self, isolate: int) -> None:
        """Let the worker forget the isolate."""
        if self._listeners.pop(isolate, None) is not None and self.alive:
            self.send(Drop(isolate))

    def send(self, message: ToWorker) -> None:
        """Send a message with the others of this turn of the event loop."""
        if not self.alive:
            return
        if isinstance(message, (Load, Turn)):
            if not self._unanswered:
                self._progress = self._loop.time()
            self._unanswered += 1
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
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        self._over(reason)

    async def close(self) -> None:
        """Let the process end by itself; kill it where it does not."""
        self._closing = True
        self._over("the server stops")
        if self._process is None:
            return
        try:
            async with asyncio.timeout(_STOP_S):
                await self._process.wait()
        except TimeoutError:
            self.end("it did not stop in time")
            await self._process.wait()

    async def wait_ended(self) -> None:
        """Return when the process is gone."""
        if self._process is not None:
            await self._process.wait()

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._progress = self._loop.time()
        try:
            for body in self._frames.feed(data):
                for message in from_worker(body):
                    self._receive(message)
        except BadFrame as error:
            _log.error("a worker process sent what is no frame (%s); it is killed", error)
            self.end("its worker process sent what is no frame")

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._closing:
            self.end("its worker process is gone")

    # --

    def _receive(self, message: FromWorker) -> None:
        if isinstance(message, Ready):
            self._became_ready(message)
        elif not self.alive:
            return
        elif isinstance(message, Pong):
            pass
        else:
            if self._unanswered <= 0:
                raise BadFrame("an answer that nobody asked for")
            self._unanswered -= 1
            listener = self._listeners.get(message.isolate)
            if listener is not None:
                listener.received(message)

    def _became_ready(self, message: Ready) -> None:
        if self._ready.done():
            raise BadFrame("it is ready twice")
        if message.error is not None:
            self._ready.set_exception(WorkerFailed(f"a worker process cannot start: {message.error}"))
            return
        self.alive = True
        self._ready.set_result(None)
        self._watch = self._loop.call_later(self._patience_s / 4, self._look)

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
                self._unanswered -= 1
                listener = self._listeners.get(message.isolate)
                if listener is not None:
                    listener.lost("what it was sent is too large")

    @property
    def _patience_s(self) -> float:
        return (self._settings.wall_ms + self._settings.cpu_ms) / 1000

    def _look(self, overdue: bool = False) -> None:
        """Kill a process that should have said something long ago; look twice, in case it was the loop that
        hung.
        """
        late = self._unanswered > 0 and self._loop.time() - self._progress > self._patience_s
        if late and overdue:
            _log.error("worker process %d does not answer; it is killed", self.pid)
            self.end("its worker process did not answer")
            return
        delay = _GRACE_S if late else self._patience_s / 4
        self._watch = self._loop.call_later(delay, self._look, late)

    def _over(self, reason: str) -> None:
        was_alive, self.alive = self.alive, False
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if self._transport is not None:
            self._transport.abort()
        if not self._ready.done():
            self._ready.set_exception(WorkerFailed("a worker process ended while it started"))
        listeners, self._listeners = self._listeners, {}
        for listener in listeners.values():
            listener.lost(reason)
        if was_alive:
            self._ended(self)


def _environment() -> dict[str, str]:
    """What the process is given: nothing of ours, and what Python needs to start."""
    return {name: value for name in ("LD_LIBRARY_PATH",) if (value := os.environ.get(name))}
