"""What an instance that is restarted from the top keeps, for the entry that begins it anew."""

from __future__ import annotations

from typing import Final, NamedTuple

from msgspec import UNSET, UnsetType

from playground.core.errors import SequenceConflict
from playground.engine.debugging import Debugging, told
from playground.engine.entries import DebugSet, Lineage, WorkflowQueued, WorkflowRestarted, fact_of
from playground.engine.instance_log import InstanceLog
from playground.storage.journal import Journal

_LOOKS: Final = 10


class Kept(NamedTuple):
    """How it is debugged, its faults as many as they were; and which run it was made from."""

    debug: DebugSet | UnsetType = UNSET
    lineage: Lineage | UnsetType = UNSET


async def kept(journal: Journal, log: InstanceLog) -> Kept:
    """What is so now, at a moment at which nobody sets anything else."""
    for _ in range(_LOOKS):
        await log.settle()
        if log.broken:
            raise SequenceConflict
        seq = log.debug_seq
        rows = await journal.debugging(log.row)
        if log.debug_seq != seq or log.broken:
            continue
        debug: Debugging | None = None
        lineage: Lineage | UnsetType = UNSET
        for row in rows:
            fact = fact_of(row)
            if not isinstance(fact, (WorkflowQueued, WorkflowRestarted)):
                debug = told(debug, fact, row.time)
                continue
            if not isinstance(fact.debug, UnsetType):
                debug = told(None, fact.debug, row.time)
            if not isinstance(fact.lineage, UnsetType):
                lineage = fact.lineage
        return Kept(debug.as_set() if debug is not None else UNSET, lineage)
    raise SequenceConflict
