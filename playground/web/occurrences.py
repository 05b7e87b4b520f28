"""What befell an instance from outside its run, and what is strange about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from playground.engine.view import EntryJSON


def occurrences(entries: Iterable[EntryJSON]) -> dict[str, list[dict[str, Any]]]:
    """`{pauses, restarts, skips, mismatches}`, each in the order of the log, times in epoch ms.

    A pause is `{from, to}` (`to` null while it lasts), a restart `{time, from?}` with the step that it began
    with, a skip `{time, step}`, a mismatch `{time, step, expected, found}`: where a replay went another way
    than its history.
    """
    pauses: list[dict[str, Any]] = []
    restarts: list[dict[str, Any]] = []
    skips: list[dict[str, Any]] = []
    mismatches: list[dict[str, Any]] = []
    for entry in entries:
        type, time = entry["type"], entry["time"]
        if type == "workflow_paused":
            pauses.append({"from": time, "to": None})
        elif type.startswith("workflow_") and pauses and pauses[-1]["to"] is None:
            pauses[-1]["to"] = time
        if type == "workflow_restarted":
            restarts.append({"time": time, **({"from": entry["from"]} if "from" in entry else {})})
        elif type in ("sleep_skipped", "retry_skipped"):
            skips.append({"time": time, "step": entry["step"]})
        elif type == "nondeterminism_detected":
            about = {field: entry[field] for field in ("step", "expected", "found")}
            mismatches.append({"time": time, **about})
    return {"pauses": pauses, "restarts": restarts, "skips": skips, "mismatches": mismatches}
