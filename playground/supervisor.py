"""A server that is started again when its process is killed, on the same port.

The parent holds the listening socket and waits; the server is its child and inherits the socket, so whoever
connects while there is no server waits for the next one. Signals that ask the parent to stop are handed on. A
child whose parent is gone stops by itself: the pipe that both hold ends then.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Final

LISTENER: Final = "PLAYGROUND_SUPERVISED_LISTENER"
LIFELINE: Final = "PLAYGROUND_SUPERVISED_LIFELINE"
"""Variables with the numbers of what the child inherits."""

_SOON_S: Final = 3.0
_MOST_SOON: Final = 5
"""A server that is killed so often, each time within so many seconds, is not started again."""


def can_supervise() -> bool:
    """Whether this process may be a parent: on POSIX, and where it is not a child itself."""
    return os.name == "posix" and LISTENER not in os.environ


def inherited() -> socket.socket | None:
    """The listening socket of the parent, where this is a child; it stops when the parent is gone."""
    listener, lifeline = os.environ.get(LISTENER), os.environ.get(LIFELINE)
    if listener is None or lifeline is None:
        return None
    for each in (listener, lifeline):  # they are this process's, and not its children's
        os.set_inheritable(int(each), False)
    threading.Thread(target=_stop_with, args=(int(lifeline),), name="lifeline", daemon=True).start()
    return socket.socket(fileno=int(listener))


def _stop_with(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def supervise(arguments: Sequence[str], listener: socket.socket) -> int:
    """Run the server with these arguments over `listener`, and again whenever it is killed. Answers its exit
    status.
    """
    ends, holds = os.pipe()
    os.set_inheritable(ends, True)
    listener.set_inheritable(True)
    variables = {LISTENER: str(listener.fileno()), LIFELINE: str(ends)}
    command = [sys.executable, "-m", "playground", *arguments]
    child: subprocess.Popen[bytes] | None = None
    stopping = False

    def hand_on(number: int, frame: object) -> None:
        nonlocal stopping
        stopping = True
        if child is not None:
            child.send_signal(number)

    before = [(each, signal.signal(each, hand_on)) for each in (signal.SIGINT, signal.SIGTERM)]
    soon = 0
    try:
        while True:
            began = time.monotonic()
            # in a group of its own, so that Ctrl+C reaches it once
            child = subprocess.Popen(
                command,
                env={**os.environ, **variables},
                pass_fds=(listener.fileno(), ends),
                start_new_session=True,
            )
            if stopping:  # said before there was anybody to hand it on to
                child.send_signal(signal.SIGTERM)
            status = child.wait()
            soon = soon + 1 if time.monotonic() - began < _SOON_S else 0
            if stopping or status >= 0:
                return max(status, 0)
            if soon >= _MOST_SOON:
                print("playground: the server is killed again and again; giving up", file=sys.stderr)
                return 1
            name = signal.Signals(-status).name
            print(f"The server was killed ({name}); it is started again.", flush=True)
    finally:
        for number, handler in before:
            signal.signal(number, handler)
        os.close(holds)
        os.close(ends)
        listener.close()
