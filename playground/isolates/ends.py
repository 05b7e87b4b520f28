"""Why an isolate, or a call of one, came to its end, as those that wait are told."""

from __future__ import annotations

from playground.core.errors import IsolateLost, LimitCode, LimitExceeded, PlaygroundError
from playground.isolates.wire import Dead, Failed


def limit_of(message: Dead | Failed) -> LimitExceeded | None:
    """The limit that tenant code went over, where that is why."""
    code: LimitCode
    if message.code == "CPU_LIMIT":
        code = "CPU_LIMIT"
    elif message.code == "MEMORY_LIMIT":
        code = "MEMORY_LIMIT"
    else:
        return None
    return LimitExceeded(code, message.message)


def death_of(dead: Dead) -> PlaygroundError:
    """What the call is told in whose turn the isolate died."""
    return limit_of(dead) or IsolateLost(f"the isolate died: {dead.message}")


def too_much_cpu(most_ms: int) -> LimitExceeded:
    """What a call is told that used more than it may in all of its turns."""
    return LimitExceeded("CPU_LIMIT", f"used more than {most_ms} ms of CPU time in one call")
