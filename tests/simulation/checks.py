"""What must hold of every log when all is over."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from playground.core.codec import decode
from playground.core.ports import StepKind
from playground.core.values import Encoded
from playground.engine.entries import FINISHED
from tests.kept import Key, kept, key
from tests.simulation.rollbacks import check_rollback
from tests.simulation.scripts import Do
from tests.simulation.world import Era, OpName, Plan, Violated, World, must

_ENDS = {"workflow_completed", "workflow_errored", "workflow_terminated"}
_WHILE_PAUSED = {
    "event_received", "workflow_resumed", "workflow_terminated", "workflow_paused", "workflow_restarted",
    "rollback_started", "log",
}  # fmt: skip
_PAUSES = {
    "workflow_pausing",
    "workflow_paused",
    "workflow_resumed",
    "workflow_restarted",
    "rollback_started",
}
_CLOCKS_DIFFER = 3_000_000
"""By more than that no two clocks are apart, in ms; the longest sleeps are several times as long."""
_OUTCOMES = {"attempt_completed", "attempt_failed"}
_STEP_ENDS = {"step_completed", "step_failed", "rollback_step_completed", "rollback_step_failed"}


@dataclass(slots=True)
class _Step:
    """The entries of one `do`."""

    attempts: list[int] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    ends: list[dict[str, Any]] = field(default_factory=list)


def check(world: World) -> None:
    """Raise `Violated` where a promise was broken."""
    world.check_removed()
    world.check_rollbacks()
    must(
        not world.disk.rows("SELECT 1 FROM entries WHERE instance_key IN (SELECT key FROM removed)"),
        "what was removed is purged",
    )
    for plan in world.plans.values():
        if world.key(plan.id) is not None:
            _check_instance(world, plan)


def check_ended(world: World, plan: Plan) -> None:
    """Check one that has ended and may be gone later, unless it goes on already."""
    if world.status(plan.id) not in FINISHED:
        return
    try:
        _check_instance(world, plan)
    except Exception as error:  # whoever publishes would not pass it on
        raise Violated(f"a log can be checked: {error!r}") from error


def _check_instance(world: World, plan: Plan) -> None:
    row = world.disk.rows("SELECT * FROM instances WHERE scope = '' AND id = ?", plan.id)[0]
    # what was before a restart from the top is the instance's no more, and removed some time later
    first = world.base(plan.id) or 1
    whole = world.whole_log(plan.id)
    seqs = [entry["seq"] for entry in whole]
    must(seqs == list(range(first, row["next_seq"])), "seqs have no gaps", plan.id, seqs, row["next_seq"])
    positions = [entry["position"] for entry in whole]
    must(positions == sorted(set(positions)), "positions grow with seqs", plan.id)
    found = [entry["type"] for entry in whole if entry["type"] == "nondeterminism_detected"]
    must(not found, "replays ask for what history holds", plan.id)
    log = kept(whole)
    ends = [entry["type"] for entry in log if entry["type"] in _ENDS]
    must(len(ends) == 1 and log[-1]["type"] == ends[0], "the log ends once", plan.id, ends)
    _check_end(plan, world.era(plan.id), row["status"], log[-1])
    _check_pauses(plan, whole)
    _check_traces(plan)
    _check_events(world, plan, log)
    _check_skips(world, plan, log)
    _check_told(plan, world.era(plan.id), log)
    check_rollback(plan.id, log)
    _check_steps(world, plan, log, stopped=log[-1]["type"] == "workflow_terminated")


def _check_end(plan: Plan, era: Era, status: str, last: dict[str, Any]) -> None:
    begun_anew = era[1] or plan.asked_for("delete", "unsure", "acknowledged")
    ending: tuple[OpName, ...] = ("terminate", "roll back")
    if any(plan.asked_for(op, "acknowledged") for op in ending) and not begun_anew:
        must(status == "terminated", "what was terminated stays so", plan.id, status)
    elif status == "terminated":
        asked = any(plan.asked_for(op, "unsure", "acknowledged") for op in ending)
        must(asked, "nothing is terminated by itself", plan.id)
    else:
        expected = "errored" if plan.script.raises else "complete"
        must(status == expected, "an instance ends as its script says", plan.id, status, last)
    if status == "complete":
        output = decode(Encoded(last["value"]))
        told = plan.traces[era][-1]
        must(output == told, "the output is what run answered", plan.id, output, told)


def _check_told(plan: Plan, era: Era, log: list[dict[str, Any]]) -> None:
    names = {entry["step"]["name"] for entry in log if "step" in entry}
    told = {name for trace in plan.traces.get(era, ()) for name, *_ in trace if not name.startswith("won by")}
    must(told <= names, "what run was told is the instance's still", plan.id, told - names)


def _check_skips(world: World, plan: Plan, log: list[dict[str, Any]]) -> None:
    skipped: dict[Key, dict[str, Any]] = {}
    for entry in log:
        if entry["type"] in ("sleep_skipped", "retry_skipped"):
            skipped[key(entry["step"])] = entry
        elif "step" in entry and entry["type"] != "log":
            if (skip := skipped.pop(key(entry["step"]), None)) is not None:
                before = [start for start in world.starts if start <= entry["time"] + _CLOCKS_DIFFER]
                began = max(before, default=0)
                took = entry["time"] - max(began, skip["time"])
                must(took < 2 * _CLOCKS_DIFFER, "what was skipped is not waited for", plan.id, skip, entry)
        elif entry["type"] in ("workflow_pausing", "workflow_paused"):
            skipped.clear()
        elif entry["type"] == "workflow_waiting":
            # where the clock was set back meanwhile, even what is skipped is not due yet
            held = [each for each in skipped.values() if each["time"] <= entry["time"]]
            must(not held, "what was skipped is not waited for", plan.id, held, entry)


def _check_pauses(plan: Plan, log: list[dict[str, Any]]) -> None:
    status = ""
    for entry in log:
        if status == "workflow_paused":
            must(entry["type"] in _WHILE_PAUSED, "what is paused stands still", plan.id, entry)
        elif status == "workflow_pausing":
            must(entry["type"] != "attempt_started", "what is to be paused begins nothing", plan.id, entry)
        if entry["type"] in _PAUSES:
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
        count, told = held[request.serial], plan.told.get(request.serial, "refused")
        allowed = {"acknowledged": {1}, "refused": {0}, "unsure": {0, 1}}[told]
        if world.base(plan.id) or plan.may_go:  # which wipes the events, too
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


def _check_steps(world: World, plan: Plan, log: list[dict[str, Any]], *, stopped: bool) -> None:
    steps: defaultdict[tuple[StepKind, str], _Step] = defaultdict(_Step)
    for entry in log:
        if "step" not in entry or entry["step"]["kind"] not in ("do", "rollback"):
            continue
        step = steps[entry["step"]["kind"], entry["step"]["name"]]
        must(not step.ends, "nothing of a step comes after its end", plan.id, entry)
        if entry["type"] == "attempt_started":
            must(len(step.attempts) == len(step.outcomes), "attempts do not overlap", plan.id, entry)
            step.attempts.append(entry["attempt"])
        elif entry["type"] in _OUTCOMES:
            step.outcomes.append(entry)
        elif entry["type"] in _STEP_ENDS:
            step.ends.append(entry)
    scripted = plan.script.steps()
    for (kind, name), step in steps.items():
        do = scripted.get(name) or Do(name, (("ok", 0),), 1, 10, 1000)
        if kind == "do":
            _check_step(world, plan, kind, do, step, stopped=stopped)
        else:
            assert do.undo is not None
            cut_short = stopped and "rollback" not in log[-1]
            _check_step(world, plan, kind, do.undo, step, stopped=cut_short)


def _check_step(world: World, plan: Plan, kind: StepKind, do: Do, step: _Step, *, stopped: bool) -> None:
    where = (plan.id, kind, do.name)
    must(step.attempts == list(range(1, len(step.attempts) + 1)), "attempts are counted", *where, step)
    must(stopped or len(step.ends) == 1, "a step ends once", *where, step)
    era = world.era(plan.id)
    calls = sum(count for call, count in plan.calls.items() if call[:3] == (era, kind, do.name))
    must(
        calls <= len(step.attempts) + world.disturbances,
        "a callback is called once per attempt, and once more per crash at most",
        *where,
        calls,
    )
    interrupted = [outcome for outcome in step.outcomes if outcome.get("interrupted")]
    # an isolate that is lost interrupts everything that the instance had in flight
    dos = [each for do in plan.script.steps().values() for each in (do, do.undo) if each is not None]
    may_be_lost = sum(outcome == "lost" for each in dos for outcome, _ in each.outcomes)
    # and so does a restart from a step that another is kept from
    restarts = sum(each.op == "restart from" for each in plan.requests)
    must(
        len(interrupted) <= world.disturbances + may_be_lost + restarts,
        "only faults interrupt attempts",
        *where,
        step,
    )
    for outcome in step.outcomes:
        if outcome.get("interrupted"):
            continue
        wanted, takes = do.outcome(outcome["attempt"])
        good = outcome["type"] == "attempt_completed"
        may_fail = wanted in ("fail", "fatal", "hang") or takes >= do.timeout
        must(not good or wanted in ("ok", "lost"), "an attempt succeeds as scripted", *where, outcome)
        must(good or may_fail, "an attempt fails as scripted", *where, outcome)
    if step.ends and step.ends[0]["type"] in ("step_failed", "rollback_step_failed"):
        last = step.outcomes[-1]
        fatal = do.outcome(last["attempt"])[0] == "fatal"
        must(
            fatal or len(step.attempts) > do.limit, "a step fails when its attempts are used up", *where, step
        )
