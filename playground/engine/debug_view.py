"""How a run is debugged, as the world sees it: the part of `view.py` that is about that. Pure; the twin of
the page's `debugged.js`.

`debug` is what is set (None: nothing was), each fault with how many attempts it is `left` for, and `since`
when its pace counts (when it was set, or the run resumed); `held` are the
steps that the run is stopped before; `skippedMs` is how far its virtual time is ahead of real time: what was
left of waits that were ended early. Waits side by side count once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

EntryJSON = Mapping[str, Any]
View = dict[str, Any]

PACED: Final = frozenset(
    {"sleep_started", "attempt_failed", "sleep_skipped", "retry_skipped", "debug_set", "workflow_resumed"}
)
"""Entries after which `repace` is due, in a run that is debugged."""
_FIRST: Final[View] = {"pace": 1, "since": 0, "everyStep": False}
_FIELDS: Final = ("pace", "breakpoints", "everyStep", "faults", "pins")


def nothing_set() -> View:
    """The fields of a run that nobody debugs."""
    return {"debug": None, "held": [], "skippedMs": 0}


def apply_to_run(run: View, entry: EntryJSON) -> None:
    """What an entry says of how the run is debugged."""
    if (handler := _HANDLERS.get(entry["type"])) is not None:
        handler(run, entry)


def apply_to_step(run: View, step: View, entry: EntryJSON) -> None:
    """What an entry about a step says of that, and how far it moves virtual time. `step` is as it was before
    it.
    """
    match entry["type"]:
        case "sleep_started" | "attempt_failed" if run["skippedMs"]:
            step["skew"] = run["skippedMs"]
        case "sleep_skipped":
            _skipped(run, step, step["until"], entry)
        case "retry_skipped" if step["attempts"]:
            _skipped(run, step, step["attempts"][-1]["retryAt"], entry)
        case "attempt_started" if "faultAt" in entry and run["debug"] is not None:
            faults = [dict(fault) for fault in run["debug"]["faults"]]
            if entry["faultAt"] < len(faults):
                faults[entry["faultAt"]]["left"] -= 1
            run["debug"] = {**run["debug"], "faults": faults}


def repace(run: View) -> None:
    """Say of each step that sleeps, or waits for its next attempt, when that is over at the run's pace:
    `due`, where that is before its time.
    """
    debug = run["debug"]
    for step in run["steps"]:
        step.pop("due", None)
        last = step["attempts"][-1] if step["attempts"] else None
        if step["state"] == "sleeping" and step["until"] is not None:
            since, until = step["started"], step["until"]
        elif step["state"] == "retrying" and last is not None and last["retryAt"] is not None:
            since, until = last["ended"], last["retryAt"]
        else:
            continue
        began = max(since, debug["since"])
        if debug["pace"] != 1 and began < until:
            pace = debug["pace"]
            step["due"] = began if pace == "skip" else began + math.ceil((until - began) / pace)


def _skipped(run: View, step: View, until: int | None, entry: EntryJSON) -> None:
    if until is not None:
        ahead = until - entry["time"] + step.get("skew", 0)
        run["skippedMs"] = max(run["skippedMs"], ahead)


def _set(run: View, setting: Mapping[str, Any], time: int) -> None:
    debug = run["debug"] or {**_FIRST, "breakpoints": [], "faults": [], "pins": {}}
    debug = {**debug, **{field: setting[field] for field in _FIELDS if field in setting}}
    if "faults" in setting:
        debug["faults"] = [{"times": 1, **fault} for fault in setting["faults"]]
        for fault in debug["faults"]:
            fault["left"] = fault["times"]
    if "pace" in setting:
        debug["since"] = time
    run["debug"] = debug


def _debug_set(run: View, entry: EntryJSON) -> None:
    _set(run, entry, entry["time"])


def _resumed(run: View, entry: EntryJSON) -> None:
    if run["debug"] is not None:
        run["debug"] = {**run["debug"], "since": entry["time"]}


def _queued(run: View, entry: EntryJSON) -> None:
    if "debug" in entry:
        _set(run, entry["debug"], entry["time"])


def _restarted(run: View, entry: EntryJSON) -> None:
    run["held"] = []
    if "from" not in entry:
        run.update(debug=None, skippedMs=0)
        _queued(run, entry)


def _reached(run: View, entry: EntryJSON) -> None:
    step = entry["step"]
    key = f"{step['kind']}:{step['count']}:{step['name']}"
    run["held"] = [*run["held"], {"key": key, **step, "since": entry["time"]}]


def _continued(run: View, entry: EntryJSON) -> None:
    gone = [(step["kind"], step["name"], step["count"]) for step in entry["steps"]]
    held = [step for step in run["held"] if (step["kind"], step["name"], step["count"]) not in gone]
    run["held"] = held
    _set(run, {"everyStep": entry["mode"] == "step"}, entry["time"])


def _let_go(run: View, entry: EntryJSON) -> None:
    run["held"] = []


_HANDLERS: Final[dict[str, Callable[[View, EntryJSON], None]]] = {
    "workflow_queued": _queued,
    "workflow_restarted": _restarted,
    "workflow_resumed": _resumed,
    "workflow_completed": _let_go,
    "workflow_errored": _let_go,
    "workflow_terminated": _let_go,
    "rollback_started": _let_go,
    "debug_set": _debug_set,
    "breakpoint_reached": _reached,
    "debug_continued": _continued,
}
