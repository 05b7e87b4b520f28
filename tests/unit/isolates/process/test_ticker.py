"""Time slices, on the real clock: what ticks, and what ends a slice early."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from playground.isolates.process.ticker import SLICE_S, Ticker

PATIENCE_S = 10.0


class Engine:
    """Counts its epochs."""

    def __init__(self) -> None:
        self.epochs = 0
        self._moved = threading.Condition()

    def increment_epoch(self) -> None:
        with self._moved:
            self.epochs += 1
            self._moved.notify_all()

    def wait_for(self, epochs: int) -> bool:
        """Whether so many have gone by before patience ends."""
        with self._moved:
            return self._moved.wait_for(lambda: self.epochs >= epochs, PATIENCE_S)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_it_ticks_while_turns_run() -> None:
    engine = Engine()
    ticker = Ticker(engine)
    ticker.start()
    ticker.resume()
    begun = time.monotonic()
    assert engine.wait_for(5)
    assert time.monotonic() - begun >= 4 * SLICE_S
    ticker.pause()


def test_it_rests_when_nothing_runs_and_wakes_again() -> None:
    engine = Engine()
    ticker = Ticker(engine)
    ticker.start()
    ticker.resume()
    ticker.pause()
    deadline = time.monotonic() + PATIENCE_S
    while ticker._awake.is_set():
        assert time.monotonic() < deadline
        threading.Event().wait(SLICE_S)
    before = engine.epochs
    ticker.resume()
    assert engine.wait_for(before + 3)
    ticker.pause()


def test_what_comes_ends_the_slice_of_what_gives_way(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    engine = Engine()
    ticker = Ticker(engine, ours)
    ticker._wait_for_tick()  # nothing has come
    assert not ticker.arrived
    ticker.yielding = True
    theirs.send(b"x")
    begun = time.monotonic()
    for _ in range(50):
        theirs.send(b"x")
        ticker._wait_for_tick()
    assert time.monotonic() - begun < 50 * SLICE_S
    assert ticker.arrived


def test_what_does_not_give_way_keeps_its_slice(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    ticker = Ticker(Engine(), ours)
    theirs.send(b"x")
    begun = time.monotonic()
    ticker._wait_for_tick()
    assert time.monotonic() - begun >= SLICE_S
    assert ticker.arrived


def test_what_lies_there_unread_is_not_news_for_ever(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    ticker = Ticker(Engine(), ours)
    theirs.send(b"x")
    ticker._wait_for_tick()
    ticker.yielding = True
    begun = time.monotonic()
    ticker._wait_for_tick()
    assert time.monotonic() - begun >= SLICE_S
