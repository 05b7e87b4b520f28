"""Named points at which a test can crash the process.

A point costs one dictionary look-up while nothing is armed. `PLAYGROUND_FAULT=name` (or `name:n` for the
n-th time that the point is passed) kills the process there with SIGKILL, as a power cut would. Nothing
outside tests sets it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Final

OF_LIFECYCLE: Final[frozenset[str]] = frozenset(
    {
        "pausing_committed_not_acknowledged",
        "pause_due_not_committed",
        "workflow_paused_not_published",
        "resumed_committed_not_acknowledged",
        "restarted_committed_not_acknowledged",
        "deleted_not_acknowledged",
        "skip_committed_not_acknowledged",
        "schedule_due_not_committed",
        "schedule_fired_not_launched",
    }
)
"""Those that an instance passes only where somebody pauses, resumes, restarts or deletes it, or skips one of
its waits, or where a schedule fires.
"""

OF_SHARING: Final[frozenset[str]] = frozenset({"answer_committed_not_acknowledged"})
"""Those that an instance passes only where somebody answers one of its waits by a link."""

OF_ROLLBACK: Final[frozenset[str]] = frozenset({"rollback_started_committed"})
"""Those that an instance passes only where it is rolled back."""

POINTS: Final[frozenset[str]] = (
    OF_LIFECYCLE
    | OF_ROLLBACK
    | OF_SHARING
    | frozenset(
        {
            "run_received",
            "version_stored",
            "instance_created_not_acknowledged",
            "workflow_started_committed",
            "attempt_started_committed",
            "callback_returned_not_committed",
            "stream_chunk_stored",
            "stream_drained_not_committed",
            "step_committed_not_acknowledged",
            "attempt_failed_committed",
            "sleep_started_committed",
            "sleep_due_not_committed",
            "sleep_committed_not_acknowledged",
            "wait_started_committed",
            "event_committed_not_acknowledged",
            "event_taken_not_committed",
            "wait_committed_not_acknowledged",
            "run_returned_not_committed",
            "workflow_completed_not_published",
        }
    )
)

_armed: dict[str, Callable[[], None]] = {}


def point(name: str) -> None:
    """Pass the named point. Does nothing unless it is armed."""
    if _armed and (action := _armed.get(name)) is not None:
        action()


def armed() -> bool:
    """Whether any point is armed."""
    return bool(_armed)


def arm(name: str, action: Callable[[], None]) -> None:
    """Have `action` called each time that the point is passed."""
    if name not in POINTS:
        raise ValueError(f"unknown fault point {name!r}; known are {', '.join(sorted(POINTS))}")
    _armed[name] = action


def disarm() -> None:
    """Forget every armed point."""
    _armed.clear()


def arm_from_environment() -> None:
    """Arm what `PLAYGROUND_FAULT` names (`name` or `name:n`), to die there by SIGKILL."""
    wanted = os.environ.get("PLAYGROUND_FAULT")
    if not wanted:
        return
    name, _, nth = wanted.partition(":")
    left = int(nth or "1")

    def die() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    arm(name, die)
