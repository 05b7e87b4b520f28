"""An unfinished instance goes on with other code: the one that was rehearsed, at the entry that was seen
then.
"""

from __future__ import annotations

from dataclasses import dataclass

from playground.core.errors import SequenceConflict, WorkflowError
from playground.core.ports import StepKey
from playground.engine import entries as facts
from playground.engine.instance_log import InstanceLog, Stored
from playground.engine.lifecycle import look_back
from playground.engine.parts import Parts
from playground.engine.rehearsal import Snapshot, snapshot
from playground.engine.version_entries import VersionChanged
from playground.storage.rows import Along, Restart

REFUSAL = "instance.cannot_apply"
MOVED_ON = "instance.moved_on"


@dataclass(frozen=True, slots=True)
class Move:
    """What an instance is to go on with. `seq` is the last entry that the rehearsal knew of, `before` and
    `after` name the code, `params` carry it (an envelope in wire form). With `start` it begins anew from
    that step. `along` is written in the same transaction, and puts `params` into the instance's row.
    """

    seq: int
    before: str | None
    after: str
    params: bytes
    along: Along
    start: StepKey | None = None


async def move(parts: Parts, log: InstanceLog, wanted: Move) -> None:
    """Have the instance go on with other code; durable when this returns. What it has in memory is thrown
    away.

    Raises `WorkflowError` `instance.moved_on` where it is not where the rehearsal saw it, and
    `instance.cannot_apply` where it has finished (but with a `start`) or is rolled back.
    """
    key, row = log.row.key, log.row
    seen = await snapshot(parts, log)
    _check(log, seen, wanted)
    entries: list[Stored] = [(VersionChanged(wanted.after, wanted.before), None)]
    how: Restart | None = None
    if wanted.start is not None:
        lines = await look_back(parts, log, wanted.start)
        if log.next_seq != seen.next_seq:
            raise SequenceConflict
        restarted = facts.WorkflowRestarted(row.workflow, row.created, start=wanted.start, lines=lines)
        entries.append((restarted, None))
        how, status = "from a step", "queued"
    elif seen.history.rollback is not None or log.rolling_back:
        raise WorkflowError(f"{REFUSAL}: the instance is rolled back")
    elif log.status == "waiting":
        entries.append((facts.WorkflowRunning(), None))
        status = "running"
    else:
        status = log.status
    try:
        parts.executions.stop(key, "restarted")
        committed = log.append(entries, status=status, restart=how, along=wanted.along)
        log.carry(wanted.params)
    except BaseException:
        parts.executions.wake(key, log.row.scope)
        raise
    if status != "paused":
        # also where whoever asked is gone meanwhile
        committed.add_done_callback(lambda _: parts.executions.wake(key, log.row.scope))
    await committed


def _check(log: InstanceLog, seen: Snapshot, wanted: Move) -> None:
    if seen.seq != wanted.seq:
        raise WorkflowError(f"{MOVED_ON}: the run has gone on since it was rehearsed")
    if log.next_seq != seen.next_seq or log.has_notes:
        raise SequenceConflict
    if log.finished and wanted.start is None:
        raise WorkflowError(f"{REFUSAL}: the instance is {log.status}")
