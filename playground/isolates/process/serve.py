"""The worker's loop: frames in, frames out, until the server goes away."""

from __future__ import annotations

import contextlib
import resource
import socket
import time
from pathlib import Path
from typing import Final

from playground.isolates.process.guest import GuestMismatch
from playground.isolates.process.template import BootFailed, Template
from playground.isolates.process.worker import Worker
from playground.isolates.wire import Frames, FromWorker, Ready, encode, to_worker

_READ_BYTES: Final = 1 << 18
_WAIT_S: Final = 0.002
"""How long an answer may wait for others to share its frame."""
_FULL_BYTES: Final = 1 << 20


def run(descriptor: int, runtime: Path, cache: Path | None) -> None:
    """Answer frames until the server goes away."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # where memory runs out, this process goes before the server does
        Path("/proc/self/oom_score_adj").write_text("500")
    with socket.socket(fileno=descriptor) as server:
        try:
            worker = Worker(Template(runtime.read_text(encoding="utf-8"), cache))
        except (GuestMismatch, BootFailed, OSError) as error:
            server.sendall(encode([Ready(str(error))]))
            return
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            server.sendall(encode([Ready()]))
            serve(server, worker)


def serve(server: socket.socket, worker: Worker) -> None:
    """Read frames, answer each message; answers that come soon after each other share a frame."""
    frames = Frames()
    while data := server.recv(_READ_BYTES):
        for body in frames.feed(data):
            answers: list[FromWorker] = []
            size, begun = 0, time.monotonic()
            for answer in worker.answers(to_worker(body)):
                answers.append(answer)
                size += len(getattr(answer, "messages", ""))
                if size > _FULL_BYTES or time.monotonic() - begun > _WAIT_S:
                    server.sendall(encode(answers))
                    answers, size, begun = [], 0, time.monotonic()
            if answers:
                server.sendall(encode(answers))
