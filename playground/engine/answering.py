"""Answering a wait: an event that is sent only where something waits for it.

Whether something does is decided where the log stands at the moment of the append, as everything in
`lifecycle.py` is. So of two answers to one wait one is refused, and an answer that comes with the wait's
timeout is either in time or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playground.core import faults
from playground.core.errors import SequenceConflict, WorkflowError, WorkflowFatalError
from playground.core.ports import StepKey
from playground.core.values import Encoded
from playground.engine import entries as facts
from playground.engine.events import EventBuffer
from playground.engine.folding import folded
from playground.engine.instance_log import InstanceLog
from playground.engine.lifecycle import refuse_finished, settled
from playground.engine.outputs import check_room, show
from playground.engine.parts import Parts
from playground.storage.rows import Along, InstanceRow

_LOOKS: Final = 10
_REFUSAL: Final = "instance.not_waiting"


@dataclass(frozen=True, slots=True)
class PendingWait:
    """A wait that nothing has come for yet. `seq` and `started` are of the entry that began it, so that it is
    told from one of the same name in another life of the instance. Times in epoch ms.
    """

    step: StepKey
    type: str
    seq: int
    started: int
    until: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An event for one wait: the one that began in the entry `seq`, or where that is None the first that
    waits for the type.
    """

    type: str
    payload: Encoded
    seq: int | None = None
    along: Along | None = None
    """What is committed with it."""


async def pending_waits(parts: Parts, row: InstanceRow) -> list[PendingWait]:
    """The instance's waits that nothing has come for, in the order in which they began."""
    if row.status in facts.FINISHED:
        return []
    rows, _ = await parts.journal.for_replay(row)
    history = await folded(rows)
    if history.rollback is not None:
        return []
    now = parts.clock.now()
    if row.status == "paused":  # no time passes for it: its deadlines move by the length of the pause
        now = max((entry.time for entry in rows if entry.type == facts.WorkflowPaused.type), default=now)
    records = [history.steps[waiter.key] for waiter in EventBuffer(history).unanswered()]
    return [
        PendingWait(record.key, record.event_type, record.started_seq, record.started_time, record.until)
        for record in records
        if record.until > now
    ]


async def answer(parts: Parts, log: InstanceLog, given: Answer) -> tuple[int, int, StepKey]:
    """Append the event; its seq and time, and the wait that it is for. Raises `WorkflowError`
    `instance.not_waiting` where nothing waits for it.
    """
    wait = await _find_waiting(parts, log, given)
    fact = facts.EventReceived(given.type, show(given.payload, parts.settings), wait.step)
    try:
        check_room(log, len(given.payload), parts.settings, "The event's payload")
    except WorkflowFatalError as error:
        raise WorkflowError(f"instance.cannot_send_event: {error.message}") from None
    wake_at = parts.clock.now() if log.status == "waiting" else None
    committed = log.append([(fact, given.payload.data)], wake_at=wake_at, along=given.along)
    seq = log.event_seq = log.next_seq - 1
    time = log.last_time
    await committed
    faults.point("answer_committed_not_acknowledged")
    return seq, time, wait.step


async def _find_waiting(parts: Parts, log: InstanceLog, given: Answer) -> PendingWait:
    """The wait, at a moment at which it waits; else raise."""
    for _ in range(_LOOKS):
        await refuse_finished(log, _REFUSAL)
        await settled(log)
        seq = log.next_seq
        row = await parts.journal.by_key(log.row.key)
        if row is None:
            raise WorkflowError("instance.not_found")
        waits = await pending_waits(parts, row)
        if log.next_seq != seq or log.broken:
            continue
        now = parts.clock.now()
        for wait in waits:
            fits = wait.type == given.type and given.seq in (None, wait.seq)
            if fits and (wait.until > now or row.status == "paused"):
                return wait
        raise WorkflowError(f"{_REFUSAL}: nothing waits for {given.type} now")
    raise SequenceConflict
