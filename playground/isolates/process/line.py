"""The worker's end of the socket: frames in, and answers out as there is room for them."""

from __future__ import annotations

import contextlib
import select
import socket
from collections import Counter, deque
from collections.abc import Callable
from typing import Final

from playground.isolates.wire import (
    BadFrame,
    Dead,
    Failed,
    Frames,
    FromWorker,
    Loaded,
    Out,
    Said,
    encode,
)

_READ_BYTES: Final = 1 << 18
_WAIT_S: Final = 0.002
"""How long an answer may wait for others to share its frame."""
_FULL_BYTES: Final = 1 << 20
_MOST_UNSENT_BYTES: Final = 32 << 20
_FOREVER: Final = None


class Line:
    """What was read of the socket, and what waits to be written. Nothing but `wait` waits.

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
