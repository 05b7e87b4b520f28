"""What must hold of every log when all is over."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from playground.core.codec import decode
from playground.core.values import Encoded
from tests.simulation.scripts import Do
from tests.simulation.world import Plan, World, must

_ENDS = {"workflow_completed", "workflow_errored", "workflow_terminated"}
_WHILE_PAUSED = {
    "event_received", "workflow_resumed", "workflow_terminated", "workflow_paused", "log",
}  # fmt: skip
_OUTCOMES = {"attempt_completed", "attempt_failed"}


@dataclass(slots=True)
class _Step:
    """The entries of one `do`."""

    attempts: list[int] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    ends: list[dict[str, Any]] = field(default_factory=list)


def check(world: World) -> None:
    """Raise `Violated` where a promise was broken."""
    for plan in world.plans.values():
        _check_instance(world, plan)


def _check_instance(world: World, plan: Plan) -> None:
    row = world.disk.rows("SELECT * FROM instances WHERE id = ?", plan.id)[0]
    # what was before a restart is the instance's no more, and removed some time later
    first = world.generation(plan.id) or 1
    query = "SELECT * FROM entries WHERE instance_key = ? AND seq >= ? ORDER BY seq"
    log = [
        {
            "seq": entry["seq"],
            "position": entry["position"],
            "type": entry["type"],
            "time": entry["time"],
            "value": entry["value"],
            **json.loads(entry["data"]),
        }
        for entry in world.disk.rows(query, row["key"], first)
    ]
    seqs = [entry["seq"] for entry in log]
    must(seqs == list(range(first, row["next_seq"])), "seqs have no gaps", plan.id, seqs, row["next_seq"])
    positions = [entry["position"] for entry in log]
    must(positions == sorted(set(positions)), "positions grow with seqs", plan.id)
    ends = [entry["type"] for entry in log if entry["type"] in _ENDS]
    must(len(ends) == 1 and log[-1]["type"] == ends[0], "the log ends once", plan.id, ends)
    _check_end(plan, world.generation(plan.id), row["status"], log[-1])
    _check_pauses(plan, log)
    _check_traces(plan)
    _check_events(world, plan, log)
    _check_steps(world, plan, log, terminated=row["status"] == "terminated")


def _check_end(plan: Plan, generation: int, status: str, last: dict[str, Any]) -> None:
    if plan.asked_for("terminate", "acknowledged") and not generation:
        must(status == "terminated", "what was terminated stays so", plan.id, status)
    elif status == "terminated":
        asked = plan.asked_for("terminate", "unsure", "acknowledged")
        must(asked, "nothing is terminated by itself", plan.id)
    else:
        expected = "errored" if plan.script.raises else "complete"
        must(status == expected, "an instance ends as its script says", plan.id, status, last)
    if status == "complete":
        output = decode(Encoded(last["value"]))
        told = plan.traces[generation][-1]
        must(output == told, "the output is what run answered", plan.id, output, told)


def _check_pauses(plan: Plan, log: list[dict[str, Any]]) -> None:
    status = ""
    for entry in log:
        if status == "workflow_paused":
            must(entry["type"] in _WHILE_PAUSED, "what is paused stands still", plan.id, entry)
        elif status == "workflow_pausing":
            must(entry["type"] != "attempt_started", "what is to be paused begins nothing", plan.id, entry)
        if entry["type"] in ("workflow_pausing", "workflow_paused", "workflow_resumed"):
            status = entry["type"]


def _check_traces(plan: Plan) -> None:
    for traces in plan.traces.values():
        longest = max(traces, key=len)
        for trace in traces:
            must(
                trace == longest[: len(trace)],
                "deliveries come in the same order on each replay",
                plan.id,
                trace,
                longest,
            )


def _check_events(world: World, plan: Plan, log: list[dict[str, Any]]) -> None:
    held = world.events(plan.id)
    for request in plan.requests:
        if request.op != "event":
            continue
        count, told = held[request.serial], plan.told[request.serial]
        allowed = {"acknowledged": {1}, "refused": {0}, "unsure": {0, 1}}[told]
        if world.generation(plan.id):  # which wipes the events, too
            allowed = allowed | {0}
        must(count in allowed, "an event is kept once", plan.id, request, told, count)
    types = {entry["seq"]: entry["eventType"] for entry in log if entry["type"] == "event_received"}
    takes = [entry for entry in log if entry["type"] == "wait_completed"]
    must(len({take["event"] for take in takes}) == len(takes), "an event is taken once", plan.id)
    for take in takes:
        must(types.get(take["event"]) == take["eventType"], "a wait takes an event of its type", plan.id)
    for kind in ("sleep", "wait"):
        ended = Counter(
            (entry["step"]["name"], entry["step"]["count"])
            for entry in log
            if entry["type"] in (f"{kind}_completed", f"{kind}_timed_out")
        )
        must(all(count == 1 for count in ended.values()), "a wait ends once", plan.id, ended)


def _check_steps(world: World, plan: Plan, log: list[dict[str, Any]], *, terminated: bool) -> None:
    steps: defaultdict[str, _Step] = defaultdict(_Step)
    for entry in log:
        if "step" not in entry or entry["step"]["kind"] != "do":
            continue
        step = steps[entry["step"]["name"]]
        must(not step.ends, "nothing of a step comes after its end", plan.id, entry)
        if entry["type"] == "attempt_started":
            must(len(step.attempts) == len(step.outcomes), "attempts do not overlap", plan.id, entry)
            step.attempts.append(entry["attempt"])
        elif entry["type"] in _OUTCOMES:
            step.outcomes.append(entry)
        elif entry["type"] in ("step_completed", "step_failed"):
            step.ends.append(entry)
    scripted = plan.script.steps()
    for name, step in steps.items():
        do = scripted.get(name) or Do(name, (("ok", 0),), 1, 10, 1000)
        _check_step(world, plan, do, step, terminated=terminated)


def _check_step(world: World, plan: Plan, do: Do, step: _Step, *, terminated: bool) -> None:
    where = (plan.id, do.name)
    must(step.attempts == list(range(1, len(step.attempts) + 1)), "attempts are counted", *where, step)
    must(terminated or len(step.ends) == 1, "a step ends once", *where, step)
    generation = world.generation(plan.id)
    calls = sum(count for call, count in plan.calls.items() if call[:2] == (generation, do.name))
    must(
        calls <= len(step.attempts) + world.disturbances,
        "a callback is called once per attempt, and once more per crash at most",
        *where,
        calls,
    )
    interrupted = [outcome for outcome in step.outcomes if outcome.get("interrupted")]
    # an isolate that is lost interrupts everything that the instance had in flight
    may_be_lost = sum(
        outcome == "lost" for each in plan.script.steps().values() for outcome, _ in each.outcomes
    )
    must(len(interrupted) <= world.disturbances + may_be_lost, "only faults interrupt attempts", *where, step)
    for outcome in step.outcomes:
        if outcome.get("interrupted"):
            continue
        wanted, takes = do.outcome(outcome["attempt"])
        good = outcome["type"] == "attempt_completed"
        may_fail = wanted in ("fail", "fatal", "hang") or takes >= do.timeout
        must(not good or wanted in ("ok", "lost"), "an attempt succeeds as scripted", *where, outcome)
        must(good or may_fail, "an attempt fails as scripted", *where, outcome)
    if step.ends and step.ends[0]["type"] == "step_failed":
        last = step.outcomes[-1]
        fatal = do.outcome(last["attempt"])[0] == "fatal"
        must(
            fatal or len(step.attempts) > do.limit, "a step fails when its attempts are used up", *where, step
        )
