"""What restarts leave of a log, told from the log alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

STARTS = frozenset({"step_started", "sleep_started", "wait_started", "rollback_step_started"})

Key = tuple[str, str, int]
"""A step: its kind, name and count."""


def entry(seq: int, type: str, time: int, data: str | bytes, **more: Any) -> dict[str, Any]:
    """An entry with all that it holds side by side."""
    return {"seq": seq, "type": type, "time": time, **more, **json.loads(data)}


def key(step: dict[str, Any]) -> Key:
    """The key of a step as entries hold it."""
    return step["kind"], step["name"], step["count"]


def kept(log: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries that still count: a restart wipes what was before it, one from a step what started with
    that step or later (and all that is no step's and no event).
    """
    entries: list[dict[str, Any]] = []
    for each in log:
        if each["type"] == "workflow_restarted":
            entries = _before(entries, key(each["from"])) if "from" in each else []
        entries.append(each)
    return entries


def _before(entries: list[dict[str, Any]], step: Key) -> list[dict[str, Any]]:
    starts = {key(each["step"]): each["seq"] for each in entries if each["type"] in STARTS}
    cut = starts[step]
    return [
        each
        for each in entries
        if (starts[key(each["step"])] < cut if "step" in each else each["type"] == "event_received")
    ]
