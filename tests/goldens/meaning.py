"""What two histories of the same workflow have to agree on.

Times are the clock's; whether an instance happened to leave memory, or was busy when a pause came, follows
from them. An attempt that was under way at a cut begins again, so of its step's attempts only the outcome
counts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from playground.core.codec import decode
from playground.core.errors import ErrorRecord
from playground.core.values import Encoded
from tests.goldens.golden import Entry

Meaning = tuple[str, str, str]
Step = tuple[str, str, int]

_BY_THE_WAY: Final = frozenset({"workflow_waiting", "workflow_running", "workflow_pausing"})
_OF_THE_CLOCK: Final = frozenset(
    {"until", "retryAt", "cpuMs", "pausedMs", "created", "event", "place", "attempt"}
)
_OF_PREVIEWS: Final = frozenset({"stack", "cause", "errors"})
"""Of an error in the log, which is shown: what the run is thrown is in the value, and compared there."""
_ERRORS: Final = frozenset(
    {"step_failed", "wait_timed_out", "workflow_errored", "rollback_started", "rollback_step_failed"}
)
_FROM_OUTSIDE: Final = frozenset(
    {
        "event_received",
        "workflow_paused",
        "workflow_resumed",
        "sleep_skipped",
        "retry_skipped",
        "debug_set",
        "debug_continued",
    }
)


def step_of(entry: Entry) -> Step | None:
    """The step that the entry is about."""
    step = entry.data.get("step")
    return (step["kind"], step["name"], step["count"]) if step is not None else None


def open_attempts(entries: Iterable[Entry]) -> set[Step]:
    """The steps whose attempts are under way after these entries."""
    under_way: set[Step] = set()
    for entry in entries:
        step = step_of(entry)
        if entry.type == "workflow_restarted" and "from" not in entry.data:
            under_way.clear()
        elif step is not None and entry.type == "attempt_started":
            under_way.add(step)
        elif step is not None:
            under_way.discard(step)
    return under_way


def meanings(entries: Iterable[Entry], begun: set[Step]) -> list[Meaning]:
    """What entries mean, in order, without what came from outside. `begun` are the steps whose attempts were
    under way at the cut.
    """
    found = []
    for entry in entries:
        about_attempts = entry.type.startswith("attempt_") or entry.type == "log"
        again = about_attempts and step_of(entry) in begun
        # that nobody caught an error is said while the run ends with it, before that or too late
        again = again or (entry.data.get("kind") == "exception" and step_of(entry) is None)
        if not again and entry.type not in _BY_THE_WAY and entry.type not in _FROM_OUTSIDE:
            found.append(_meaning(entry))
    return found


def from_outside(entries: Iterable[Entry]) -> Counter[Meaning]:
    """What came from outside, in any order."""
    return Counter(
        _meaning(entry) for entry in entries if entry.type in _FROM_OUTSIDE and not is_paced(entry)
    )


def is_paced(entry: Entry) -> bool:
    """Whether the instance's clock has ended a wait: of an attempt that was cut off there is none."""
    return "by" in entry.data


def seen(entries: Iterable[Entry]) -> Counter[tuple[str, Step | None]]:
    """What has happened, as far as somebody outside waits for it."""
    counted = Counter(
        (entry.type, step_of(entry))
        for entry in entries
        if entry.type not in _BY_THE_WAY
        and entry.type not in ("log", "workflow_started")
        and not is_paced(entry)
    )
    return Counter({key: 1 if key[0].startswith("attempt_") else times for key, times in counted.items()})


def _meaning(entry: Entry) -> Meaning:
    data = _without(entry.data)
    if entry.type in _ERRORS and entry.value is not None:
        value = _told(decode(Encoded(entry.value)))
    elif entry.value is None or "stream" in entry.data:
        value = ""
    else:
        value = entry.value.decode("utf-8", "backslashreplace")
    return entry.type, json.dumps(data, sort_keys=True), value


def _told(error: Any) -> str:
    """An error with what led to it."""
    if not isinstance(error, ErrorRecord):
        return repr(error)
    told = f"{error.name}: {error.message}"
    return told if error.cause is None else f"{told}, by {_told(error.cause)}"


def _without(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    return {name: _without(value) for name, value in data.items() if name not in _OF_THE_CLOCK | _OF_PREVIEWS}


def too_early(entries: Iterable[Entry]) -> list[Entry]:
    """What came before its deadline: ends of sleeps, waits that timed out, attempts after a delay."""
    due: dict[Step, int] = {}
    found = []
    for entry in entries:
        step = step_of(entry)
        if step is None:
            continue
        if entry.type in ("sleep_completed", "wait_timed_out", "attempt_started"):
            if entry.time < due.pop(step, 0):
                found.append(entry)
        elif entry.type in ("sleep_skipped", "retry_skipped"):
            due[step] = entry.time
        elif (deadline := entry.data.get("until") or entry.data.get("retryAt")) is not None:
            due[step] = deadline
    return found
