"""Why an execution leaves memory."""

from __future__ import annotations

from typing import Literal

StopReason = Literal[
    "finished",
    "rollback",
    "hibernated",
    "paused",
    "terminated",
    "restarted",
    "deleted",
    "lost",
    "failed",
    "closed",
]
