"""A workflow, as callers hold it: creates and finds instances."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.core import faults
from playground.core.errors import WorkflowError
from playground.core.ids import is_instance_id, new_instance_id
from playground.core.values import UNDEFINED
from playground.engine import entries as facts
from playground.engine.entries import fact_json
from playground.engine.instance import Instance, InstanceStatus, encode_argument, status_of
from playground.engine.outputs import show
from playground.engine.parts import Parts
from playground.engine.retention import retention_of
from playground.engine.settings import ENGINE_VERSION
from playground.storage.journal import InstanceExists
from playground.storage.rows import InstanceRow, NewEntry, NewInstance

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

    async def create(self, id: Any = None, params: Any = UNDEFINED, retention: Any = None) -> Instance:
        """Create an instance (`params`: a value, encoded or not; `id`: a UUID where it is None).

        `retention` is `{"success_retention"?, "error_retention"?}`, durations (ms, or text like `"3 days"`)
        for which the instance is kept after its end; the server's settings say what is not given. Durable
        when this returns. Raises `WorkflowError` for an id that is invalid or taken.
        """
        created = await self._create([self._new(id, params, retention)])
        return created[0]

    async def create_batch(self, batch: Sequence[Mapping[str, Any]]) -> list[Instance]:
        """Create 1–100 instances from `{"id"?, "params"?, "retention"?}`, all or (if one is refused) none."""
        if not batch:
            raise WorkflowError("createBatch() needs at least 1 instance")
        if len(batch) > _LARGEST_BATCH:
            raise WorkflowError(f"createBatch() takes at most {_LARGEST_BATCH} instances, not {len(batch)}")
        return await self._create(
            [
                self._new(item.get("id"), item.get("params", UNDEFINED), item.get("retention"))
                for item in batch
            ]
        )

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

    async def _create(self, new: Sequence[NewInstance]) -> list[Instance]:
        parts = self._parts
        try:
            created = await parts.journal.create(new)
        except InstanceExists as error:
            raise WorkflowError("instance.already_exists") from error
        faults.point("instance_created_not_acknowledged")
        instances = []
        for item, (key, position) in zip(new, created, strict=True):
            row = InstanceRow(
                key,
                item.scope,
                item.workflow,
                item.id,
                "queued",
                item.created,
                item.params,
                2,
                None,
                item.engine_version,
                len(item.params),
                1,
                item.success_retention,
                item.error_retention,
            )
            parts.feed.publish(item.scope, item.id, position, "queued")
            parts.executions.launch(parts.logs.adopt(row), fresh=True)
            instances.append(Instance(parts, self.scope, key, item.id))
        return instances

    def _new(self, id: Any, params: Any, retention: Any) -> NewInstance:
        if id is None or id is UNDEFINED:
            id = new_instance_id()
        elif not is_instance_id(id):
            raise WorkflowError(_INVALID_ID)
        settings = self._parts.settings
        encoded = encode_argument(params, settings, "params")
        now = self._parts.clock.now()
        fact = facts.WorkflowQueued(self.name, show(encoded, settings))
        entry = NewEntry(now, fact.type, fact_json(fact))
        kept = retention_of(retention)
        return NewInstance(self.scope, self.name, id, now, encoded.data, ENGINE_VERSION, entry, *kept)
