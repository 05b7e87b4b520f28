"""Work that leaves threads behind, done in a child process that ends with them.

A worker process gives up its rights while it has one thread: most of what the kernel takes away, it takes
from the thread that asks.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

_DONE: Final = b"+"
_FAILED: Final = b"-"


class ChildFailed(Exception):
    """The work failed; the message is that of what it raised."""


def in_child(work: Callable[[], bytes]) -> bytes:
    """What `work` gives, done in a child process. Raises `ChildFailed`.

    Where there are other threads already it is done here: what they hold would be held for ever in a child.
    """
    if _threads() > 1:
        return work()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _send(writer, work)
    os.close(writer)
    with open(reader, "rb") as answer:
        kind, result = answer.read(1), answer.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if kind == _DONE and status == 0:
        return result
    raise ChildFailed(result.decode("utf-8", "replace") or f"a child process ended with status {status}")


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def _send(writer: int, work: Callable[[], bytes]) -> None:
    """Answer and end, in the child, without running what the parent has registered for its own end."""
    status = 1
    try:
        with open(writer, "wb") as answer:
            try:
                result = _DONE + work()
            except Exception as error:
                result = _FAILED + str(error).encode("utf-8", "replace")
            answer.write(result)
        status = 0
    finally:
        os._exit(status)
