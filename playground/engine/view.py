"""The log as the world sees it. Pure; the fold is the twin of the page's `store.js`.

`tests/fold_cases.json` holds both to the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from playground.engine.debug_view import PACED, apply_to_run, apply_to_step, nothing_set, repace
from playground.engine.entries import Entry

EntryJSON = Mapping[str, Any]
View = dict[str, Any]

SETTLED: Final = frozenset({"completed", "failed", "timed_out", "stopped"})
"""A step is over in these states; in all others it may still change."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_FIRST_STATES: Final = {"do": "running", "sleep": "sleeping", "wait": "waiting"}


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry as the API shows it: `{"seq", "time", "type", "instance", …}` with the fields of its fact."""
    return {
        "seq": entry.seq,
        "time": entry.time,
        "type": entry.type,
        "instance": entry.instance,
        **_decode(entry.data),
    }


def fold_run(entries: Iterable[EntryJSON]) -> View:
    """One instance's view of all of its entries: status, times, steps with their attempts, lines and events.

    Steps are in the order in which they began. What does not exist yet is None, previews that there are none
    of are absent. An entry whose seq was seen is left out; one of an unknown type changes nothing but the
    seq.
    """
    run: View = {
        "id": None,
        "seq": -1,
        "workflow": None,
        "status": "queued",
        "created": None,
        "started": None,
        "ended": None,
        "error": None,
        "rollback": None,
        "steps": [],
        "logs": [],
        "events": [],
        "happenings": [],
        "version": None,
        "lineage": None,
        **nothing_set(),
    }
    steps: dict[str, View] = {}
    for entry in entries:
        if entry["seq"] <= run["seq"]:
            continue
        run["seq"] = entry["seq"]
        run["id"] = entry["instance"]
        apply_to_run(run, entry)
        if (handler := _RUN_HANDLERS.get(entry["type"])) is not None:
            handler(run, entry)
            if handler is _restarted:
                steps = {step["key"]: step for step in run["steps"]}
        elif (of_step := _STEP_HANDLERS.get(entry["type"])) is not None:
            step = _step_of(run, steps, entry)
            apply_to_step(run, step, entry)
            of_step(step, entry)
            if entry.get("interrupted"):
                _interrupted(run, entry)
        if run["debug"] is not None and entry["type"] in PACED:
            repace(run)
    return run


def step_key(step: Mapping[str, Any]) -> str:
    """The text that a step is known by within its run."""
    return f"{step['kind']}:{step['count']}:{step['name']}"


def _step_of(run: View, steps: dict[str, View], entry: EntryJSON) -> View:
    key = step_key(entry["step"])
    if key not in steps:
        kind = entry["step"]["kind"]
        steps[key] = {
            "key": key,
            **entry["step"],
            "state": _FIRST_STATES.get(kind, "running"),
            "started": entry["time"],
            "ended": None,
            "attempts": [],
            "config": None,
            "error": None,
            "size": None,
            "until": None,
            "eventType": None,
        }
        run["steps"].append(steps[key])
    return steps[key]


def _copy(to: View, entry: EntryJSON, *fields: str) -> None:
    to.update({field: entry[field] for field in fields if field in entry})


def _happens(run: View, entry: EntryJSON, kind: str, **more: Any) -> None:
    """What befell the run, and after which step (the last that had begun; None: before the first)."""
    after = run["steps"][-1]["key"] if run["steps"] else None
    run["happenings"].append(
        {"kind": kind, "seq": entry["seq"], "time": entry["time"], "after": after, **more}
    )


def _paused(run: View, entry: EntryJSON) -> None:
    run["status"] = "paused"
    _happens(run, entry, "paused", until=None)


def _interrupted(run: View, entry: EntryJSON) -> None:
    about = {"step": step_key(entry["step"]), "attempt": entry["attempt"]}
    _happens(run, entry, "interrupted", **about, again=entry.get("retryAt") is not None)


def _unpaused(run: View, entry: EntryJSON) -> None:
    for happening in run["happenings"]:
        if happening["kind"] == "paused" and happening["until"] is None:
            happening["until"] = entry["time"]


def _queued(run: View, entry: EntryJSON) -> None:
    run["status"] = "queued"
    run["created"] = entry["time"]
    _copy(run, entry, "workflow", "params", "lineage")


def _version_changed(run: View, entry: EntryJSON) -> None:
    run["version"] = entry["to"]
    _happens(run, entry, "version", before=entry.get("from"), to=entry["to"])


def _started(run: View, entry: EntryJSON) -> None:
    run["status"] = "running"
    run["started"] = entry["time"] if run["started"] is None else run["started"]


def _becomes(status: str) -> Callable[[View, EntryJSON], None]:
    def handler(run: View, entry: EntryJSON) -> None:
        run["status"] = status

    return handler


def _resumed(run: View, entry: EntryJSON) -> None:
    """Deadlines that had not passed when the pause began are that much later."""
    run["status"] = "running"
    _unpaused(run, entry)
    length = entry["pausedMs"]
    since = entry["time"] - length
    for step in run["steps"]:
        if step["state"] in SETTLED:
            continue
        if step["until"] is not None and step["until"] > since and not step.get("fixed"):
            step["until"] += length
        for attempt in step["attempts"]:
            if attempt["retryAt"] is not None and attempt["retryAt"] > since:
                attempt["retryAt"] += length


def _restarted(run: View, entry: EntryJSON) -> None:
    """Nothing is left; or, from a step, what started before it, where that was stopped as it was before."""
    run.update(status="queued", ended=None, error=None, rollback=None)
    run.pop("output", None)
    _unpaused(run, entry)
    if "from" not in entry:
        run.update(created=entry["created"], started=None, steps=[], logs=[], events=[], happenings=[])
        run["lineage"] = entry.get("lineage")
        _happens(run, entry, "restarted", step=None)
        _copy(run, entry, "workflow", "params")
        return
    start = step_key(entry["from"])
    places = [place for place, step in enumerate(run["steps"]) if step["key"] == start]
    run["steps"] = run["steps"][: places[0]] if places else run["steps"]
    for step in run["steps"]:
        if step["state"] == "stopped":
            retrying = any(attempt["retryAt"] is not None for attempt in step["attempts"][-1:])
            state = "retrying" if retrying else _FIRST_STATES.get(step["kind"], "running")
            step.update(state=state, ended=None)
    kept = {None, *(step["key"] for step in run["steps"])}
    run["happenings"] = [happening for happening in run["happenings"] if happening["after"] in kept]
    _happens(run, entry, "restarted", step=start)


def _finishes(status: str) -> Callable[[View, EntryJSON], None]:
    def handler(run: View, entry: EntryJSON) -> None:
        run["status"] = status
        run["ended"] = entry["time"]
        _unpaused(run, entry)
        _copy(run, entry, "output", "error")
        if (rollback := run["rollback"]) is not None and rollback["state"] == "running":
            rollback["state"] = "stopped"
        for step in run["steps"]:
            if step["state"] not in SETTLED:
                step.update(state="stopped", ended=entry["time"])

    return handler


def _rollback_started(run: View, entry: EntryJSON) -> None:
    run["status"] = "running"
    run["rollback"] = {"state": "running", "started": entry["time"], "cause": entry["error"], "error": None}
    _unpaused(run, entry)
    _happens(run, entry, "rollback")
    for step in run["steps"]:
        if step["state"] not in SETTLED:
            step.update(state="stopped", ended=entry["time"])


def _rollback_ends(state: str) -> Callable[[View, EntryJSON], None]:
    def handler(run: View, entry: EntryJSON) -> None:
        run["rollback"].update(state=state)
        _copy(run["rollback"], entry, "error")

    return handler


def _event(run: View, entry: EntryJSON) -> None:
    event = {"seq": entry["seq"], "time": entry["time"], "type": entry["eventType"]}
    _copy(event, entry, "payload")
    run["events"].append(event)


def _line(run: View, entry: EntryJSON) -> None:
    step = entry.get("step")
    run["logs"].append(
        {
            "seq": entry["seq"],
            "time": entry["time"],
            "level": entry["level"],
            "kind": entry.get("kind", "log"),
            "message": entry["message"],
            "step": None if step is None else step_key(step),
            "attempt": entry.get("attempt"),
        }
    )


def _went_another_way(run: View, entry: EntryJSON) -> None:
    message = f"The replay went another way: expected {entry['expected']}, found {entry['found']}."
    _line(run, {**entry, "level": "warn", "message": message})
    _happens(run, entry, "mismatch", expected=entry["expected"], found=entry["found"])


def _began(step: View, entry: EntryJSON) -> None:
    _copy(step, entry, "config", "until", "fixed", "eventType")


def _attempt_started(step: View, entry: EntryJSON) -> None:
    for attempt in step["attempts"]:
        if attempt["state"] == "running":
            attempt.update(state="lost", ended=entry["time"])
    _copy(_attempt_of(step, entry), entry, "fault")
    step["state"] = "running"


def _attempt_of(step: View, entry: EntryJSON) -> View:
    for attempt in step["attempts"]:
        if attempt["number"] == entry["attempt"]:
            found: View = attempt
            return found
    made: View = {
        "number": entry["attempt"],
        "state": "running",
        "started": entry["time"],
        "ended": None,
        "error": None,
        "retryAt": None,
    }
    step["attempts"].append(made)
    return made


def _attempt_completed(step: View, entry: EntryJSON) -> None:
    attempt = _attempt_of(step, entry)
    attempt.update(state="completed", ended=entry["time"])
    _copy(attempt, entry, "cpuMs")


def _attempt_failed(step: View, entry: EntryJSON) -> None:
    attempt = _attempt_of(step, entry)
    attempt.update(state="lost" if entry.get("interrupted") else "failed", ended=entry["time"])
    _copy(attempt, entry, "error", "retryAt", "cpuMs")
    if attempt["retryAt"] is not None:
        step["state"] = "retrying"


def _sleep_skipped(step: View, entry: EntryJSON) -> None:
    step.update(until=entry["time"], skipped=entry.get("by", True))


def _retry_skipped(step: View, entry: EntryJSON) -> None:
    for attempt in step["attempts"][-1:]:
        attempt.update(retryAt=entry["time"], skipped=entry.get("by", True))


def _settles(state: str) -> Callable[[View, EntryJSON], None]:
    def handler(step: View, entry: EntryJSON) -> None:
        step.update(state=state, ended=entry["time"])
        _copy(step, entry, "output", "size", "stream", "error", "payload", "pinned")

    return handler


_RUN_HANDLERS: Final[dict[str, Callable[[View, EntryJSON], None]]] = {
    "workflow_queued": _queued,
    "workflow_started": _started,
    "workflow_running": _becomes("running"),
    "workflow_waiting": _becomes("waiting"),
    "workflow_pausing": _becomes("waitingForPause"),
    "workflow_paused": _paused,
    "workflow_resumed": _resumed,
    "workflow_restarted": _restarted,
    "workflow_completed": _finishes("complete"),
    "workflow_errored": _finishes("errored"),
    "workflow_terminated": _finishes("terminated"),
    "rollback_started": _rollback_started,
    "rollback_completed": _rollback_ends("completed"),
    "rollback_failed": _rollback_ends("failed"),
    "nondeterminism_detected": _went_another_way,
    "version_changed": _version_changed,
    "event_received": _event,
    "log": _line,
}
_STEP_HANDLERS: Final[dict[str, Callable[[View, EntryJSON], None]]] = {
    "step_started": _began,
    "sleep_started": _began,
    "wait_started": _began,
    "attempt_started": _attempt_started,
    "attempt_completed": _attempt_completed,
    "attempt_failed": _attempt_failed,
    "step_completed": _settles("completed"),
    "sleep_completed": _settles("completed"),
    "sleep_skipped": _sleep_skipped,
    "retry_skipped": _retry_skipped,
    "wait_completed": _settles("completed"),
    "step_failed": _settles("failed"),
    "rollback_step_started": _began,
    "rollback_step_completed": _settles("completed"),
    "rollback_step_failed": _settles("failed"),
    "wait_timed_out": _settles("timed_out"),
}
