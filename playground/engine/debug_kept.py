"""How an instance is debugged, for the entry that begins it anew."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, UnsetType

from playground.core.errors import SequenceConflict
from playground.engine.debugging import Debugging, told
from playground.engine.entries import DebugSet, WorkflowQueued, WorkflowRestarted, fact_of
from playground.engine.instance_log import InstanceLog
from playground.storage.journal import Journal

_LOOKS: Final = 10


async def debug_kept(journal: Journal, log: InstanceLog) -> DebugSet | UnsetType:
    """What is set now, its faults as many as they were; at a moment at which nobody sets anything else."""
    for _ in range(_LOOKS):
        await log.settle()
        if log.broken:
            raise SequenceConflict
        seq = log.debug_seq
        rows = await journal.debugging(log.row)
        if log.debug_seq != seq or log.broken:
            continue
        debug: Debugging | None = None
        for row in rows:
            fact = fact_of(row)
            if not isinstance(fact, (WorkflowQueued, WorkflowRestarted)):
                debug = told(debug, fact, row.time)
            elif not isinstance(fact.debug, UnsetType):
                debug = told(None, fact.debug, row.time)
        return debug.as_set() if debug is not None else UNSET
    raise SequenceConflict
