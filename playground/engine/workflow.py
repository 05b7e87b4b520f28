"""A workflow, as callers hold it: creates and finds instances."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from playground.core import faults
from playground.core.errors import WorkflowError
from playground.core.ids import is_instance_id, new_instance_id
from playground.core.values import UNDEFINED
from playground.engine.creation import launch, new_instance
from playground.engine.debug_entries import DebugSet
from playground.engine.forking import Heir, Past, take_over
from playground.engine.instance import Instance, InstanceStatus, encode_argument, status_of
from playground.engine.parts import Parts
from playground.engine.retention import retention_of
from playground.engine.schedules import Schedule
from playground.engine.version_entries import Lineage
from playground.storage.journal import InstanceExists
from playground.storage.rows import NewInstance

_LARGEST_BATCH: Final = 100
_INVALID_ID: Final = "Workflow instance has invalid id: 1-100 of A-Z a-z 0-9 _ -, not starting with -"


@dataclass(frozen=True, slots=True)
class BatchDeletion:
    """What `delete_batch` answers: the ids of instances that are gone now, and ids that are unknown."""

    deleted: list[str]
    not_found: list[str]


class Workflow:
    """A registered workflow within a scope. Ids are unique per workflow and scope."""

    def __init__(self, parts: Parts, name: str, scope: str) -> None:
        self._parts = parts
        self.name = name
        self.scope = scope

    async def create(
        self,
        id: Any = None,
        params: Any = UNDEFINED,
        retention: Any = None,
        debug: DebugSet | None = None,
        lineage: Lineage | None = None,
    ) -> Instance:
        """Create an instance (`params`: a value, encoded or not; `id`: a UUID where it is None).

        `retention` is `{"success_retention"?, "error_retention"?}`, durations (ms, or text like `"3 days"`)
        for which the instance is kept after its end; the server's settings say what is not given. `debug` is
        how it is debugged from the beginning, `lineage` which run it was made from. Durable when this
        returns. Raises `WorkflowError` for an id that is invalid or taken.
        """
        created = await self._create([self._new(id, params, retention, debug, lineage)], debug)
        return created[0]

    async def create_batch(
        self,
        batch: Sequence[Mapping[str, Any]],
        debug: DebugSet | None = None,
        lineage: Mapping[str, Lineage] = MappingProxyType({}),
    ) -> list[Instance]:
        """Create 1–100 instances from `{"id"?, "params"?, "retention"?}`, all or (if one is refused) none.
        All of them are debugged as `debug` says; `lineage` says by their ids which runs they were made from.
        """
        if not batch:
            raise WorkflowError("createBatch() needs at least 1 instance")
        if len(batch) > _LARGEST_BATCH:
            raise WorkflowError(f"createBatch() takes at most {_LARGEST_BATCH} instances, not {len(batch)}")
        new = []
        for item in batch:
            id, params = item.get("id"), item.get("params", UNDEFINED)
            origin = lineage.get(id) if isinstance(id, str) else None
            new.append(self._new(id, params, item.get("retention"), debug, origin))
        return await self._create(new, debug)

    async def take_over(self, past: Past, heir: Heir) -> Instance:
        """Create an instance that goes on from another's past; durable when this returns. Raises
        `WorkflowError`: see `forking.take_over`.
        """
        key = await take_over(self._parts, self.scope, self.name, past, heir)
        return Instance(self._parts, self.scope, key, heir.id)

    async def get(self, id: Any) -> Instance:
        """The instance of that id, or `WorkflowError` `instance.not_found`."""
        row = None
        if is_instance_id(id):
            row = await self._parts.journal.find(self.scope, self.name, id)
        if row is None:
            raise WorkflowError("instance.not_found")
        return Instance(self._parts, self.scope, row.key, row.id)

    async def status(self, id: Any) -> InstanceStatus:
        """What `get(id)` and its `status()` answer, in one step."""
        outcome = None
        if is_instance_id(id):
            outcome = self._parts.logs.outcome_of((self.scope, self.name, id))
            if outcome is None:
                outcome = await self._parts.journal.find_outcome(self.scope, self.name, id)
        if outcome is None:
            raise WorkflowError("instance.not_found")
        return status_of(outcome)

    async def delete_batch(self, ids: Any) -> BatchDeletion:
        """Delete the 1–100 instances of those ids. An id that is given twice is deleted once, and answered
        for twice.
        """
        if not isinstance(ids, (list, tuple)) or not ids:
            raise WorkflowError("deleteBatch() needs a list with at least 1 instance id")
        if len(ids) > _LARGEST_BATCH:
            raise WorkflowError(f"deleteBatch() takes at most {_LARGEST_BATCH} ids, not {len(ids)}")
        if not all(is_instance_id(id) for id in ids):
            raise WorkflowError(_INVALID_ID)
        unique = list(dict.fromkeys(ids))
        outcomes = await asyncio.gather(*(self._delete(id) for id in unique))
        there = {id for id, deleted in zip(unique, outcomes, strict=True) if deleted}
        return BatchDeletion([id for id in ids if id in there], [id for id in ids if id not in there])

    async def _delete(self, id: str) -> bool:
        row = await self._parts.journal.find(self.scope, self.name, id)
        if row is None:
            return False
        try:
            await Instance(self._parts, self.scope, row.key, row.id).delete()
        except WorkflowError:
            return False  # somebody else was faster
        return True

    async def _create(self, new: Sequence[NewInstance], debug: DebugSet | None) -> list[Instance]:
        parts = self._parts
        try:
            created = await parts.journal.create(new)
        except InstanceExists as error:
            raise WorkflowError("instance.already_exists") from error
        faults.point("instance_created_not_acknowledged")
        instances = []
        for item, each in zip(new, created, strict=True):
            launch(parts, item, each, fresh=debug is None)
            instances.append(Instance(parts, self.scope, each.key, item.id))
        return instances

    async def schedule(self, cron: str, params: Any = UNDEFINED, id: str | None = None) -> Schedule:
        """Have an instance created, with `params`, whenever the cron expression says so (UTC; see
        `engine/cron.py` for what it may be). Durable when this returns.

        `id` (1-80 of A-Z a-z 0-9 _ -) names the schedule within this workflow and scope, and is made from the
        expression where it is None; a schedule of that name is replaced. Raises `WorkflowError`.
        """
        return await self._parts.schedules.declare(self.scope, self.name, cron, params, id)

    async def unschedule(self, id: str) -> bool:
        """Forget the schedule of that name; what it has created goes on. Answers whether it was there."""
        return await self._parts.journal.schedules.withdraw(self.scope, self.name, id)

    async def schedules(self) -> list[Schedule]:
        """The workflow's schedules in this scope, in the order in which they were made."""
        rows = await self._parts.journal.schedules.of_workflow(self.scope, self.name)
        return [Schedule(row.id, row.cron, row.next) for row in rows]

    def _new(
        self, id: Any, params: Any, retention: Any, debug: DebugSet | None, lineage: Lineage | None = None
    ) -> NewInstance:
        if id is None or id is UNDEFINED:
            id = new_instance_id()
        elif not is_instance_id(id):
            raise WorkflowError(_INVALID_ID)
        encoded = encode_argument(params, self._parts.settings, "params")
        kept = retention_of(retention)
        return new_instance(
            self._parts, self.scope, self.name, id, encoded, kept, debug=debug, lineage=lineage
        )
