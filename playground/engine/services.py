"""What every execution uses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playground.core.clock import Clock
from playground.core.ports import Introspection
from playground.engine.settings import EngineSettings
from playground.engine.timers import Timers
from playground.storage.journal import Journal

RunnerFactory = Callable[[], Any]
"""Makes an object with `async run(event, step)`; a class or function, may be async."""


@dataclass(frozen=True, slots=True)
class Services:
    """`make_step` makes the `step` that `run` is given; `roll_back(execution, run)` goes on with a rollback,
    and ends the instance or leaves the rest to another execution.
    """

    journal: Journal
    clock: Clock
    timers: Timers
    spans: Timers
    """Timers of the steady clock: what they wait for is a span, and ends with this process."""
    settings: EngineSettings
    make_step: Callable[[Any], Any]
    roll_back: Callable[[Any, Callable[[], Awaitable[object]]], Awaitable[None]]
    strict: Mapping[str, bool]
    """Workflows that are strict, or are not, whatever the settings say."""
    introspection: Introspection | None = None
    """What a test changes; with it no runner begins callbacks by itself."""
