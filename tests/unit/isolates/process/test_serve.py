"""The worker's loop over a real socketpair, with work that a test makes up."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator

import pytest

from playground.isolates.process.serve import serve
from playground.isolates.wire import (
    Dead,
    Drop,
    Frames,
    FromWorker,
    Out,
    Ping,
    Pong,
    Said,
    ToWorker,
    Turn,
    encode,
    from_worker,
)

PATIENCE_S = 20.0


class Still:
    """A ticker that never ticks."""

    yielding = False
    arrived = False

    def resume(self) -> None:
        pass

    def pause(self) -> None:
        pass


class Work:
    """Answers each turn with a text of the size that its message names; "spin" runs until told to end."""

    def __init__(self) -> None:
        self.queue: deque[Turn] = deque()
        self.spinning: Turn | None = None
        self.slices = 0
        self.stop = threading.Event()

    @property
    def idle(self) -> bool:
        return not self.queue and self.spinning is None

    @property
    def has_fresh(self) -> bool:
        return bool(self.queue)

    def take(self, message: ToWorker) -> list[FromWorker]:
        if isinstance(message, Ping):
            return [Pong(message.number)]
        if isinstance(message, Drop):
            self.spinning = None
        elif isinstance(message, Turn):
            if message.message == "spin":
                self.spinning = message
            else:
                self.queue.append(message)
        return []

    def step(self) -> list[FromWorker]:
        if not self.queue:
            self.slices += 1
            return []
        turn = self.queue.popleft()
        if turn.message == "bad":
            return [Out(turn.isolate, turn.turn, "\ud800", 1, 1)]
        if turn.message.startswith("parts "):
            parts = [Said(turn.isolate, "x" * 65_536)] * int(turn.message[6:])
            return [*parts, Out(turn.isolate, turn.turn, "[]", 1, 1)]
        return [Out(turn.isolate, turn.turn, "x" * int(turn.message), 1, 1)]


class Rig:
    def __init__(self) -> None:
        self.server, theirs = socket.socketpair()
        self.server.settimeout(PATIENCE_S)
        self.work = Work()
        self.frames = Frames()
        self.received: list[list[FromWorker]] = []
        self.thread = threading.Thread(target=self._serve, args=(theirs,), daemon=True)
        self.thread.start()

    def _serve(self, theirs: socket.socket) -> None:
        with theirs:
            serve(theirs, self.work, Still())

    def send(self, *messages: ToWorker) -> None:
        self.server.sendall(encode(messages))

    def read_until(self, enough: Callable[[list[FromWorker]], bool]) -> list[FromWorker]:
        """Answers, all frames together."""
        found: list[FromWorker] = []
        while not enough(found):
            data = self.server.recv(1 << 20)
            assert data, "the worker closed its end"
            for body in self.frames.feed(data):
                self.received.append(from_worker(body))
                found += self.received[-1]
        return found

    def close(self) -> None:
        self.server.close()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.close()


def test_turns_are_answered_in_frames_that_several_share(rig: Rig) -> None:
    rig.send(*(Turn(1, number, "10") for number in range(200)))
    answers = rig.read_until(lambda found: len(found) == 200)
    assert [answer.turn for answer in answers if isinstance(answer, Out)] == list(range(200))
    assert len(rig.received) < 50


def test_the_socket_is_read_while_a_turn_goes_on(rig: Rig) -> None:
    rig.send(Turn(1, 1, "spin"))
    for number in range(1, 20):
        rig.send(Ping(number))
        assert rig.read_until(bool) == [Pong(number)]
    rig.send(Turn(2, 5, "3"))
    assert rig.read_until(bool) == [Out(2, 5, "xxx", 1, 1)]
    rig.send(Drop(1), Ping(99))
    assert rig.read_until(bool) == [Pong(99)]
    assert rig.work.slices > 0


def test_neither_side_waits_for_the_other_when_both_write(rig: Rig) -> None:
    """The server writes far more than buffers hold, and reads nothing until it is through."""
    each = 1 << 20
    for number in range(48):
        rig.send(*(Turn(1, 100 * number + one, f"{each}") for one in range(2)), Turn(9, 1, "1" + " " * each))
    sizes = rig.read_until(lambda found: len(found) == 48 * 3)
    assert sum(len(answer.messages) for answer in sizes if isinstance(answer, Out)) == 48 * 2 * each + 48


def test_little_is_run_ahead_of_a_server_that_does_not_read(rig: Rig) -> None:
    each = 4 << 20
    rig.send(*(Turn(1, number, f"{each}") for number in range(40)))
    first = rig.read_until(bool)
    assert len(rig.work.queue) >= 20, "what waits to be read is bounded"
    rest = rig.read_until(lambda found: len(first) + len(found) == 40)
    assert [answer.turn for answer in [*first, *rest] if isinstance(answer, Out)] == list(range(40))


def test_an_answer_that_cannot_be_sent_costs_its_isolate_alone(rig: Rig) -> None:
    rig.send(Turn(1, 1, "3"), Turn(2, 2, "bad"), Turn(3, 3, "3"))
    one, bad, other = rig.read_until(lambda found: len(found) == 3)
    assert (one, other) == (Out(1, 1, "xxx", 1, 1), Out(3, 3, "xxx", 1, 1))
    assert bad == Dead(2, 2, "TRAP", "the isolate said what cannot be sent")


def test_answers_do_not_stand_behind_what_another_isolate_says_in_parts(rig: Rig) -> None:
    rig.send(Turn(1, 1, "parts 200"), Turn(2, 2, "3"), Turn(1, 3, "3"))
    answers = rig.read_until(lambda found: len(found) == 203)
    order = [answer.turn if isinstance(answer, Out) else "part" for answer in answers]
    assert order.index(2) < 50, "what is in the socket's buffer goes first"
    assert order[-2:] == [1, 3], "what comes later of the same isolate stays behind"


def test_it_ends_with_the_server_amid_a_turn() -> None:
    rig = Rig()
    rig.send(Turn(1, 1, "spin"))
    rig.send(Ping(1))
    rig.read_until(bool)
    rig.close()
