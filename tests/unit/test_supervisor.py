"""The parent that starts a killed server again, over children that are not there."""

from __future__ import annotations

import signal
import socket
import subprocess
from typing import Any

import pytest

from playground import supervisor


class Child:
    """A server. It runs until it is asked to stop, or `is_killed`."""

    def __init__(self, *, is_killed: bool) -> None:
        self._is_killed = is_killed
        self._asked = False

    def send_signal(self, number: int) -> None:
        self._asked = True

    def wait(self) -> int:
        if self._is_killed:
            return -signal.SIGKILL
        assert self._asked, "nobody has asked it to stop, and the parent waits for ever"
        return -signal.SIGTERM


@pytest.mark.parametrize(("lives", "stop_in"), [(0, 1), (2, 3)])
def test_whoever_stops_it_while_a_server_starts_stops_that_too(
    monkeypatch: pytest.MonkeyPatch, lives: int, stop_in: int
) -> None:
    started = 0

    def start(command: list[str], **options: Any) -> Child:
        nonlocal started
        started += 1
        if started == stop_in:
            signal.raise_signal(signal.SIGTERM)  # while there is no child to hand it on to
        return Child(is_killed=started <= lives)

    monkeypatch.setattr(subprocess, "Popen", start)
    before = signal.getsignal(signal.SIGTERM)
    assert supervisor.supervise([], socket.socket()) == 0
    assert started == stop_in
    assert signal.getsignal(signal.SIGTERM) is before
