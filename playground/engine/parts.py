"""What the handles of workflows and instances work with."""

from __future__ import annotations

from dataclasses import dataclass

from playground.core.clock import Clock
from playground.engine.executions import Executions
from playground.engine.feed import Feed
from playground.engine.instance_log import Logs
from playground.engine.retention import Retention
from playground.engine.schedules import Schedules
from playground.engine.settings import EngineSettings
from playground.storage.journal import Journal


@dataclass(frozen=True, slots=True)
class Parts:
    """An engine's own, shared by all of its handles."""

    journal: Journal
    clock: Clock
    logs: Logs
    executions: Executions
    feed: Feed
    settings: EngineSettings
    retention: Retention
    schedules: Schedules
