"""What all isolates have in common on their way to the worker processes and back."""

from __future__ import annotations

from playground.core.clock import Clock
from playground.isolates.intake import Intake
from playground.isolates.meter import Meters
from playground.isolates.settings import PoolSettings


class Traffic:
    """The tenants' meters, and the turns in which what they say is handled."""

    def __init__(self, settings: PoolSettings, clock: Clock) -> None:
        self.meters = Meters(settings, clock)
        self.intake = Intake()
