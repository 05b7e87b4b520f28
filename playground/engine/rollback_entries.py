"""What can happen to an instance that is rolled back: see `entries.py`, which has all kinds of facts."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec

from playground.core.ports import StepKey
from playground.engine.fact import ErrorPreview, Fact


class RollbackOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a rollback ended; `error` says why it failed."""

    outcome: Literal["complete", "failed"]
    error: ErrorPreview | None = None


class RollbackStarted(Fact, frozen=True):
    """`run` threw, or (`terminated`) the instance is to be terminated: from here on steps are undone, and
    nothing else happens, until `workflow_errored` or `workflow_terminated` ends the instance. The value is
    the record of `error`. Rejected where it was rolled back, or is.
    """

    type: ClassVar[str] = "rollback_started"
    error: ErrorPreview
    terminated: bool = False


class RollbackCompleted(Fact, frozen=True):
    """Every handler has succeeded. The instance's last entry is in the same commit."""

    type: ClassVar[str] = "rollback_completed"


class RollbackFailed(Fact, frozen=True):
    """A handler failed for good, or is gone; those of earlier steps are not called. The instance's last
    entry is in the same commit.
    """

    type: ClassVar[str] = "rollback_failed"
    error: ErrorPreview


class RollbackStepStarted(Fact, frozen=True):
    """The handler of the step of this name and count is about to be called; its configuration is settled from
    here on. Its attempts are entries as those of a `do`.
    """

    type: ClassVar[str] = "rollback_step_started"
    step: StepKey
    config: dict[str, Any]


class RollbackStepCompleted(Fact, frozen=True):
    """The handler succeeded, and is not called again."""

    type: ClassVar[str] = "rollback_step_completed"
    step: StepKey


class RollbackStepFailed(Fact, frozen=True):
    """The handler failed for good. The value is the error record."""

    type: ClassVar[str] = "rollback_step_failed"
    step: StepKey
    error: ErrorPreview
