"""A workflow, as callers hold it: creates and finds instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.core import faults
from playground.core.errors import WorkflowError
from playground.core.ids import is_instance_id, new_instance_id
from playground.core.values import UNDEFINED
from playground.engine import entries as facts
from playground.engine.entries import fact_json
from playground.engine.instance import Instance, encode_argument
from playground.engine.outputs import show
from playground.engine.parts import Parts
from playground.engine.settings import ENGINE_VERSION
from playground.storage.journal import InstanceExists
from playground.storage.rows import InstanceRow, NewEntry, NewInstance

_LARGEST_BATCH: Final = 100


class Workflow:
    """A registered workflow within a scope. Ids are unique per workflow and scope."""

    def __init__(self, parts: Parts, name: str, scope: str) -> None:
        self._parts = parts
        self.name = name
        self.scope = scope

    async def create(self, id: Any = None, params: Any = UNDEFINED) -> Instance:
        """Create an instance (`params`: a value, encoded or not; `id`: a UUID where it is None).

        Durable when this returns. Raises `WorkflowError` for an id that is invalid or taken.
        """
        created = await self._create([(id, params)])
        return created[0]

    async def create_batch(self, batch: Sequence[Mapping[str, Any]]) -> list[Instance]:
        """Create 1–100 instances from `{"id"?, "params"?}`, all or (where one is refused) none."""
        if not batch:
            raise WorkflowError("createBatch() needs at least 1 instance")
        if len(batch) > _LARGEST_BATCH:
            raise WorkflowError(f"createBatch() takes at most {_LARGEST_BATCH} instances, not {len(batch)}")
        return await self._create([(item.get("id"), item.get("params", UNDEFINED)) for item in batch])

    async def get(self, id: Any) -> Instance:
        """The instance of that id, or `WorkflowError` `instance.not_found`."""
        row = None
        if is_instance_id(id):
            row = await self._parts.journal.find(self.scope, self.name, id)
        if row is None:
            raise WorkflowError("instance.not_found")
        return Instance(self._parts, self.scope, row.key, row.id)

    async def _create(self, wanted: Sequence[tuple[Any, Any]]) -> list[Instance]:
        parts = self._parts
        new = [self._new(id, params) for id, params in wanted]
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
            )
            parts.feed.publish(item.scope, item.id, position, "queued")
            parts.executions.launch(parts.logs.adopt(row), fresh=True)
            instances.append(Instance(parts, self.scope, key, item.id))
        return instances

    def _new(self, id: Any, params: Any) -> NewInstance:
        if id is None or id is UNDEFINED:
            id = new_instance_id()
        elif not is_instance_id(id):
            raise WorkflowError(
                "Workflow instance has invalid id: 1-100 of A-Z a-z 0-9 _ -, not starting with -"
            )
        settings = self._parts.settings
        encoded = encode_argument(params, settings, "params")
        now = self._parts.clock.now()
        fact = facts.WorkflowQueued(self.name, show(encoded, settings))
        entry = NewEntry(now, fact.type, fact_json(fact))
        return NewInstance(self.scope, self.name, id, now, encoded.data, ENGINE_VERSION, entry)
