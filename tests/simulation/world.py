"""What is outside of the simulated servers and outlives them: callers, effects, and what each was told."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Literal

from playground.core.ports import StepContext, StepKey, StepKind
from playground.core.values import UNDEFINED
from playground.engine.step import Rollback
from tests.kept import entry, kept, key
from tests.simulation.disk import Disk
from tests.simulation.scripts import EVENT_TYPES, Script, make_script

Told = Literal["unsure", "acknowledged", "refused"]
OpName = Literal[
    "event", "pause", "resume", "terminate", "restart", "roll back", "restart from", "skip", "delete"
]
PAUSED = ("paused", "waitingForPause")
Era = tuple[int, int]
"""An instance between two restarts: its key, and the seq of the last restart (0: none)."""

_OPS: Final[tuple[OpName, ...]] = (
    "event", "pause", "resume", "terminate", "restart", "roll back", "restart from", "skip", "delete",
)  # fmt: skip
_WEIGHTS = (12, 3, 3, 1, 1, 2, 3, 4, 2)
_RETENTIONS = (None, None, None, None, None, 1, 60_000, 3_600_000)
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
    again: bool = False
    """Whether what it deletes is created again."""


@dataclass(slots=True)
class Plan:
    """One instance, as its callers see it."""

    id: str
    script: Script
    create_at: float
    requests: list[Request]
    retention: int | None
    """How long it is kept after its end (ms), None where that is longer than the simulation lasts."""
    created: Told | None = None
    asked: int = 0
    """How many of the requests were made."""
    told: dict[int, Told] = field(default_factory=dict)
    """What became of each request, by serial."""
    traces: dict[Era, list[list[Any]]] = field(default_factory=dict)
    """What each execution was told."""
    calls: Counter[tuple[Era, StepKind, str, int]] = field(default_factory=Counter)
    """Calls of each callback, by the step's kind (`rollback` for handlers), its name and the attempt."""

    @property
    def may_go(self) -> bool:
        """Whether it may be removed, or was."""
        return self.retention is not None or self.asked_for("delete", "unsure", "acknowledged")

    def next_requests(self) -> list[Request]:
        """What is asked for next, all at once."""
        rest = self.requests[self.asked :]
        return [request for request in rest if request.at == rest[0].at]

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
        self.starts: list[int] = []
        """When servers have begun to live (epoch ms)."""
        self.latest = 0
        """The latest moment that any server's clock has shown (epoch ms)."""
        self.plans = {f"i{number}": _plan(random, f"i{number}") for number in range(instances)}

    def check_alive(self) -> None:
        if not self.alive:
            raise asyncio.CancelledError

    def called(self, instance: str, context: StepContext) -> int:
        """A callback begins. Its step must not have been committed yet."""
        self.check_alive()
        name = context.step.name
        must(self.key(instance) is not None, "what was deleted does not run", instance, name)
        for type in ("step_completed", "step_failed"):
            must(not self._holds(instance, type, name), "a committed step does not run again", instance)
        return self._count(instance, "do", name, context.attempt)

    def undoing(self, instance: str, rollback: Rollback) -> tuple[int, int]:
        """A rollback handler begins; answers the attempt, and how often that has begun before."""
        self.check_alive()
        name = rollback.step_name
        log = self.log(instance)
        must(any(each["type"] == "rollback_started" for each in log), "a rollback is durable", instance)
        ended = {
            each["step"]["name"]: each["type"]
            for each in log
            if each["type"] in ("rollback_step_completed", "rollback_step_failed")
        }
        must(name not in ended, "a handler that has ended is not called again", instance, name)
        starts = [each["step"]["name"] for each in log if each.get("rollback") and "config" in each]
        later = starts[starts.index(name) + 1 :]
        in_order = all(ended.get(other) == "rollback_step_completed" for other in later)
        must(in_order, "what started last is undone first", instance, name, later, ended)
        own = [each for each in log if each.get("step", {}).get("name") == name]
        good = [each["attempt"] for each in own if each["type"] == "attempt_completed"]
        output = [name, good[0]] if good else UNDEFINED
        must(rollback.output == output, "a handler is given the step's output", instance, rollback, output)
        attempts: dict[str, int] = {"do": 0, "rollback": 0}
        for each in own:
            if each["type"] == "attempt_started":
                attempts[each["step"]["kind"]] = each["attempt"]
        must(rollback.ctx.attempt == attempts["do"], "a handler is given the last attempt", instance, name)
        must(attempts["rollback"] > 0, "a handler's attempt is durable before it begins", instance, name)
        return attempts["rollback"], self._count(instance, "rollback", name, attempts["rollback"])

    def key(self, instance: str) -> int | None:
        """The key of the instance of that id, where it is durable."""
        for row in self.disk.rows("SELECT key FROM instances WHERE scope = '' AND id = ?", instance):
            return int(row["key"])
        return None

    def era(self, instance: str) -> Era:
        """Where the instance stands, of what is durable."""
        number = self.key(instance) or 0
        rows = self.disk.rows(
            "SELECT max(seq) AS seq FROM entries WHERE instance_key = ? AND type = 'workflow_restarted'",
            number,
        )
        return number, rows[0]["seq"] or 0

    def base(self, instance: str) -> int:
        """The seq of the last restart from the top, 0 where there was none."""
        rows = self.disk.rows(
            "SELECT max(seq) AS seq FROM entries WHERE instance_key = ? AND type = 'workflow_restarted'"
            " AND json_extract(data, '$.from') IS NULL",
            self.key(instance),
        )
        return rows[0]["seq"] or 0

    def whole_log(self, instance: str) -> list[dict[str, Any]]:
        """The durable log since the last restart from the top."""
        rows = self.disk.rows(
            "SELECT * FROM entries WHERE instance_key = ? AND seq >= ? ORDER BY seq",
            self.key(instance),
            self.base(instance),
        )
        return [
            entry(
                row["seq"],
                row["type"],
                row["time"],
                row["data"],
                position=row["position"],
                value=row["value"],
            )
            for row in rows
        ]

    def log(self, instance: str) -> list[dict[str, Any]]:
        """What restarts have left of it."""
        return kept(self.whole_log(instance))

    def started(self, instance: str) -> list[StepKey]:
        """The steps that were started, in their order."""
        log = self.log(instance)
        types = ("step_started", "sleep_started", "wait_started")
        return [_step_key(each) for each in log if each["type"] in types]

    def asleep(self, instance: str) -> list[StepKey]:
        """The steps that sleep, or wait for their next attempt, as far as the log says."""
        found: dict[StepKey, bool] = {}
        for each in self.log(instance):
            if each["type"] in ("sleep_started", "attempt_failed"):
                found[_step_key(each)] = True
            elif "step" in each and each["type"] != "log":
                found.pop(_step_key(each), None)
        return list(found)

    def status(self, instance: str) -> str | None:
        """The durable status."""
        rows = self.disk.rows("SELECT status FROM instances WHERE scope = '' AND id = ?", instance)
        return rows[0]["status"] if rows else None

    def unfinished(self) -> list[str]:
        """Instances that were not asked for everything, have not ended, or are to be removed still."""
        rows = self.disk.rows("SELECT id, status FROM instances WHERE purge < 2")
        statuses = {row["id"]: row["status"] for row in rows}
        return [plan.id for plan in self.plans.values() if self._is_unfinished(plan, statuses.get(plan.id))]

    def _is_unfinished(self, plan: Plan, status: str | None) -> bool:
        if plan.created != "acknowledged" or plan.asked < len(plan.requests):
            return True
        if status is None:
            must(plan.may_go, "what was acknowledged is durable", plan.id)
            return False
        return status not in ("complete", "errored", "terminated") or plan.retention is not None

    def events(self, instance: str) -> Counter[int]:
        """How often the log holds the event of each serial (its payload)."""
        log = self.whole_log(instance)
        return Counter(each["payload"] for each in log if each["type"] == "event_received")

    def check_told(self, instance: str, name: str) -> None:
        """`run` is about to be told how a step ended: that must be durable."""
        types = ("step_completed", "step_failed", "sleep_completed", "wait_completed", "wait_timed_out")
        durable = any(self._holds(instance, type, name) or self._held(instance, type, name) for type in types)
        must(durable, "run is told what is durable, and nothing else", instance, name)

    def check_removed(self) -> None:
        """What was removed without anybody asking had ended, and its time was over."""
        for row in self.disk.rows("SELECT * FROM removed"):
            plan = self.plans[row["id"]]
            if not plan.asked_for("delete", "unsure", "acknowledged"):
                must(
                    row["status"] in ("complete", "errored", "terminated"),
                    "only what has ended expires",
                    *row,
                )
                over = plan.retention is not None and row["ended"] + plan.retention <= self.latest
                must(over, "nothing expires before its time", *row, plan.retention, self.latest)

    def check_rollbacks(self) -> None:
        """The end of a rollback is in one commit with the instance's."""
        rows = self.disk.rows(
            "SELECT instance_key FROM entries AS one"
            " WHERE type IN ('rollback_completed', 'rollback_failed') AND NOT EXISTS"
            " (SELECT 1 FROM entries WHERE instance_key = one.instance_key AND seq = one.seq + 1)"
        )
        keys = [row["instance_key"] for row in rows]
        gone = {row["key"] for row in self.disk.rows("SELECT key FROM removed")}
        must(set(keys) <= gone, "a rollback and its instance end at once", *keys)

    def _count(self, instance: str, kind: StepKind, name: str, attempt: int) -> int:
        calls, call = self.plans[instance].calls, (self.era(instance), kind, name, attempt)
        calls[call] += 1
        return calls[call] - 1

    def _holds(self, instance: str, type: str, name: str) -> bool:
        number, restarted = self.era(instance)
        if restarted and restarted != self.base(instance):
            return any(
                each["type"] == type and each["step"]["name"] == name
                for each in self.log(instance)
                if "step" in each
            )
        return bool(self.disk.rows(_COMPLETED, number, restarted, type, name))

    def _held(self, instance: str, type: str, name: str) -> bool:
        """Whether an instance of that id, which was removed, held it. It may have been purged meanwhile."""
        gone = self.disk.rows("SELECT key FROM removed WHERE id = ?", instance)
        return any(
            bool(self.disk.rows(_COMPLETED, row["key"], 0, type, name))
            or not self.disk.rows("SELECT 1 FROM entries WHERE instance_key = ?", row["key"])
            for row in gone
        )


def _step_key(each: dict[str, Any]) -> StepKey:
    kind, name, count = key(each["step"])
    return StepKey(kind, name, count)  # type: ignore[arg-type]


def _plan(random: Random, id: str) -> Plan:
    script = make_script(random)
    begin = random.choice((0.0, 0.0, random.uniform(0, 2), random.uniform(0, 100)))
    requests = []
    for serial in range(random.choice((0, 1, 2, 4))):
        at = begin + random.choice(
            (0.0, random.uniform(0, 1), random.uniform(0, 60), random.uniform(0, 9000))
        )
        op = random.choices(_OPS, _WEIGHTS)[0]
        again = random.random() < 0.6
        requests.append(Request(at, op, serial, random.choice(EVENT_TYPES), again))
    requests.sort(key=lambda request: request.at)
    return Plan(id, script, begin, requests, random.choice(_RETENTIONS))
