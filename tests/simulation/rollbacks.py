"""What must hold of the log of an instance that was rolled back, or was not."""

from __future__ import annotations

from typing import Any

from tests.simulation.world import must

_MEANWHILE = {
    "event_received", "log", "workflow_waiting", "workflow_running", "workflow_pausing", "workflow_paused",
    "workflow_resumed", "workflow_started", "workflow_terminated", "workflow_errored",
    "rollback_completed", "rollback_failed",
}  # fmt: skip
"""What comes while steps are undone, besides the handlers' own entries."""


def check_rollback(instance: str, log: list[dict[str, Any]]) -> None:
    """Raise `Violated` where a promise about rollback was broken. `log` is that of one that has ended."""
    undoable = [
        each["step"]["name"] for each in log if each["type"] == "step_started" and each.get("rollback")
    ]
    begins = [number for number, each in enumerate(log) if each["type"] == "rollback_started"]
    last = log[-1]
    if not begins:
        must("rollback" not in last, "what was rolled back has begun to be", instance, last)
        must(last["type"] != "workflow_errored" or not undoable, "what fails is rolled back", instance)
        return
    must(len(begins) == 1, "an instance is rolled back once", instance)
    must(last["type"] != "workflow_completed", "what is rolled back does not complete", instance)
    after = log[begins[0] + 1 :]
    for each in after:
        handlers = each["type"] in _MEANWHILE or each["step"]["kind"] == "rollback"
        must(handlers, "a rollback runs handlers only", instance, each)
    if last["type"] == "workflow_terminated" and "rollback" not in last:
        return  # somebody ended the rollback, too
    _check_whole(instance, after, undoable)


def _check_whole(instance: str, after: list[dict[str, Any]], undoable: list[str]) -> None:
    before, last = after[-2:] if len(after) > 1 else (after[-1], after[-1])
    outcome = last["rollback"]["outcome"]
    ended = before["type"] == {"complete": "rollback_completed", "failed": "rollback_failed"}[outcome]
    must(ended, "a rollback says how it ended", instance, before, last)
    begun = [each["step"]["name"] for each in after if each["type"] == "rollback_step_started"]
    reverse = undoable[::-1]
    must(begun == reverse[: len(begun)], "what started last is undone first", instance, begun, reverse)
    done = [each["step"]["name"] for each in after if each["type"] == "rollback_step_completed"]
    failed = [each["step"]["name"] for each in after if each["type"] == "rollback_step_failed"]
    if outcome == "complete":
        must(done == reverse and not failed, "every step is undone", instance, done, reverse)
    else:
        in_vain = done == begun[:-1] and failed == begun[-1:]
        must(in_vain, "the first handler that fails ends the rollback", instance, begun, done, failed)
