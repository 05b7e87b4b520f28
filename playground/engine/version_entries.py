"""What can happen to the code of an instance: see `entries.py`, which has all kinds of facts."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from playground.core.ports import StepKey
from playground.engine.fact import Fact


class Lineage(Fact, frozen=True):
    """Which run an instance was made from (its id), and why: the same once more, perhaps with another input;
    a fork of it with other code; or its file. `start` is the key of the step that it runs on from, where it
    takes over history; `at` is when it was made (epoch ms), where its log begins before that.
    """

    type: ClassVar[str] = "lineage"
    of: str
    why: Literal["replay", "fork", "file"]
    start: StepKey | None = msgspec.field(default=None, name="from")
    at: int | None = None


class VersionChanged(Fact, frozen=True):
    """From here on the instance runs other code: the names of what it ran (None: unknown) and of what it
    runs. Whatever was under way is tried again by that. Rejected where the instance is rolled back.
    """

    type: ClassVar[str] = "version_changed"
    to: str
    before: str | None = msgspec.field(default=None, name="from")
