"""Looking at where an instance stands, to decide something about it at that very moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from playground.core.errors import SequenceConflict
from playground.engine import entries as facts
from playground.engine.folding import folded
from playground.engine.history import History
from playground.engine.instance_log import InstanceLog
from playground.engine.lifecycle import settled
from playground.engine.parts import Parts

T = TypeVar("T")

_LOOKS: Final = 10


async def look(
    parts: Parts,
    log: InstanceLog,
    known: Callable[[], Awaitable[T | None]],
    read: Callable[[History], T],
) -> T:
    """What is `known` of the instance (None: nothing, it is not in memory), else what `read` makes of its
    history. Returns at a moment at which that is so, and it is not paused. What either raises ends it.
    """
    for _ in range(_LOOKS):
        if (found := await known()) is not None:
            return found
        await settled(log)
        seq = log.next_seq
        rows, _ = await parts.journal.for_replay(log.row)
        history = await folded(rows)
        if log.next_seq == seq and not log.broken and log.status not in facts.PAUSED:
            return read(history)
    raise SequenceConflict
