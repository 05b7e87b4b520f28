"""What tests of rollback observe: which handlers were called, and with what."""

from __future__ import annotations

from typing import Any

from playground.engine.engine import InstanceStatus
from playground.engine.step import Rollback

ONCE = {"retries": {"limit": 0, "delay": 0}}


def fail(message: str = "no") -> Any:
    raise ValueError(message)


class Undone:
    """The handlers that were called, with what they were given."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.given: list[Rollback] = []

    def __call__(self, given: Rollback) -> None:
        self.names.append(given.step_name)
        self.given.append(given)


def outcome(status: InstanceStatus) -> tuple[str, str | None]:
    """How the instance ended, and its rollback."""
    return status.status, status.rollback.outcome if status.rollback is not None else None
