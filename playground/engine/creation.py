"""How an instance comes to be: what is stored of it, and what follows when it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import UNSET

from playground.core.clock import Clock
from playground.core.values import Encoded
from playground.engine import entries as facts
from playground.engine.entries import fact_json
from playground.engine.executions import Executions
from playground.engine.feed import Feed
from playground.engine.instance_log import Logs
from playground.engine.outputs import show
from playground.engine.settings import ENGINE_VERSION, EngineSettings
from playground.storage.rows import Created, InstanceRow, NewEntry, NewInstance


class Nursery(Protocol):
    """What is needed of an engine's parts."""

    @property
    def clock(self) -> Clock: ...
    @property
    def settings(self) -> EngineSettings: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def logs(self) -> Logs: ...
    @property
    def executions(self) -> Executions: ...


def new_instance(
    parts: Nursery,
    scope: str,
    workflow: str,
    id: str,
    params: Encoded,
    kept: tuple[int | None, int | None] = (None, None),
    schedule: Mapping[str, Any] | None = None,
    debug: facts.DebugSet | None = None,
    lineage: facts.Lineage | None = None,
) -> NewInstance:
    """An instance to store. `kept` are its retentions in ms, `schedule` is what has fired, `debug` how it is
    debugged from the beginning, `lineage` which run it was made from.
    """
    now = parts.clock.now()
    fired = dict(schedule) if schedule is not None else UNSET
    debugged = debug if debug is not None else UNSET
    fact = facts.WorkflowQueued(
        workflow, show(params, parts.settings), fired, debugged, UNSET if lineage is None else lineage
    )
    entry = NewEntry(now, fact.type, fact_json(fact))
    text = json.dumps(schedule) if schedule is not None else None
    return NewInstance(scope, workflow, id, now, params.data, ENGINE_VERSION, entry, *kept, text)


def launch(parts: Nursery, new: NewInstance, created: Created, *, fresh: bool = True) -> None:
    """The instance is stored: tell the world, and execute it. Its log is read first where it is not
    `fresh`: more follows from it than that it begins.
    """
    row = InstanceRow.of_new(created.key, new)
    parts.feed.publish(new.scope, new.id, created.position, "queued")
    parts.executions.launch(parts.logs.adopt(row), fresh=fresh)
