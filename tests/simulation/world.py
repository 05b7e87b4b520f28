"""What is outside of the simulated servers and outlives them: callers, effects, and what each was told."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Literal

from playground.core.ports import StepContext
from tests.simulation.disk import Disk
from tests.simulation.scripts import EVENT_TYPES, Script, make_script

Told = Literal["unsure", "acknowledged", "refused"]
OpName = Literal["event", "pause", "resume", "terminate", "restart"]
PAUSED = ("paused", "waitingForPause")

_OPS: Final[tuple[OpName, ...]] = ("event", "pause", "resume", "terminate", "restart")
_WEIGHTS = (12, 3, 3, 1, 1)
_COMPLETED = (
    "SELECT 1 FROM entries WHERE instance_key = ? AND seq >= ? AND type = ?"
    " AND json_extract(data, '$.step.name') = ?"
)


class Violated(KeyboardInterrupt):
    """A promise was broken. Like Ctrl-C it leaves the event loop from wherever it is raised, so that the
    engine does not take it for an error of its own.
    """


def must(holds: object, promise: str, *details: Any) -> None:
    """Raise `Violated` unless the promise holds."""
    if not holds:
        raise Violated(": ".join([promise, *map(repr, details)]))


@dataclass(frozen=True, slots=True)
class Request:
    """Something that a caller asks for at a moment (seconds)."""

    at: float
    op: OpName
    serial: int
    event_type: str = ""


@dataclass(slots=True)
class Plan:
    """One instance, as its callers see it."""

    id: str
    script: Script
    create_at: float
    requests: list[Request]
    created: Told | None = None
    asked: int = 0
    """How many of the requests were made."""
    told: dict[int, Told] = field(default_factory=dict)
    """What became of each request, by serial."""
    traces: dict[int, list[list[Any]]] = field(default_factory=dict)
    """What each execution was told, by generation: the seq of the last restart, or 0."""
    calls: Counter[tuple[int, str, int]] = field(default_factory=Counter)
    """Calls of each step's callback, by generation, name and attempt."""

    def asked_for(self, op: OpName, *told: Told) -> bool:
        """Whether such a request was made and answered so."""
        return any(each.op == op and self.told.get(each.serial) in told for each in self.requests)


class World:
    """The instances of one simulation and the disk that they are on."""

    def __init__(self, random: Random, disk: Disk, instances: int) -> None:
        self.disk = disk
        self.alive = True
        self.disturbances = 0
        """Crashes, failed commits and lost isolates so far: each may cost attempts that were in flight."""
        self.plans = {f"i{number}": _plan(random, f"i{number}") for number in range(instances)}
        self.keys: dict[str, int] = {}

    def check_alive(self) -> None:
        if not self.alive:
            raise asyncio.CancelledError

    def called(self, instance: str, context: StepContext) -> int:
        """A callback begins. Its step must not have been committed yet."""
        self.check_alive()
        name = context.step.name
        for type in ("step_completed", "step_failed"):
            must(not self._holds(instance, type, name), "a committed step does not run again", instance)
        calls, call = self.plans[instance].calls, (self.generation(instance), name, context.attempt)
        calls[call] += 1
        return calls[call] - 1

    def key(self, instance: str) -> int | None:
        """The key of the instance, where it is durable."""
        if instance not in self.keys:
            for row in self.disk.rows("SELECT key FROM instances WHERE id = ?", instance):
                self.keys[instance] = row["key"]
        return self.keys.get(instance)

    def generation(self, instance: str) -> int:
        """The seq of the instance's last durable restart, 0 where there was none."""
        rows = self.disk.rows(
            "SELECT max(seq) AS seq FROM entries WHERE instance_key = ? AND type = 'workflow_restarted'",
            self.key(instance),
        )
        return rows[0]["seq"] or 0

    def status(self, instance: str) -> str | None:
        """The durable status."""
        rows = self.disk.rows("SELECT status FROM instances WHERE id = ?", instance)
        return rows[0]["status"] if rows else None

    def unfinished(self) -> list[str]:
        """Instances that were not asked for everything, or have not ended."""
        finished = {
            row["id"]
            for row in self.disk.rows(
                "SELECT id FROM instances WHERE status IN ('complete', 'errored', 'terminated')"
            )
        }
        return [
            plan.id
            for plan in self.plans.values()
            if plan.id not in finished or plan.created != "acknowledged" or plan.asked < len(plan.requests)
        ]

    def events(self, instance: str) -> Counter[int]:
        """How often the log holds the event of each serial (its payload)."""
        rows = self.disk.rows(
            "SELECT data FROM entries WHERE instance_key = ? AND seq >= ? AND type = 'event_received'",
            self.key(instance),
            self.generation(instance),
        )
        return Counter(json.loads(row["data"])["payload"] for row in rows)

    def check_told(self, instance: str, name: str) -> None:
        """`run` is about to be told how a step ended: that must be durable."""
        types = ("step_completed", "step_failed", "sleep_completed", "wait_completed", "wait_timed_out")
        durable = any(self._holds(instance, type, name) for type in types)
        must(durable, "run is told what is durable, and nothing else", instance, name)

    def _holds(self, instance: str, type: str, name: str) -> bool:
        return bool(self.disk.rows(_COMPLETED, self.key(instance), self.generation(instance), type, name))


def _plan(random: Random, id: str) -> Plan:
    script = make_script(random)
    begin = random.choice((0.0, 0.0, random.uniform(0, 2), random.uniform(0, 100)))
    requests = []
    for serial in range(random.choice((0, 1, 2, 4))):
        at = begin + random.choice(
            (0.0, random.uniform(0, 1), random.uniform(0, 60), random.uniform(0, 9000))
        )
        op = random.choices(_OPS, _WEIGHTS)[0]
        requests.append(Request(at, op, serial, random.choice(EVENT_TYPES)))
    return Plan(id, script, begin, sorted(requests, key=lambda request: request.at))
