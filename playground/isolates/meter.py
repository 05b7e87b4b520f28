"""What a tenant uses of the machine, all of its isolates together."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Final

from playground.core.clock import Clock
from playground.isolates.budget import Budget
from playground.isolates.guest_messages import Ask, GuestMessage, Result, StepBegun, StepDone
from playground.isolates.settings import PoolSettings

_log = logging.getLogger(__name__)

_MINUTE_MS: Final = 60_000
_SECOND_MS: Final = 1000
_KEPT: Final = 1024
_WORK: Final[Mapping[type[GuestMessage], int]] = {Ask: 3, Result: 1, StepBegun: 1, StepDone: 1}
"""What messages cause beyond reading them. Timers and lines have limits of their own."""


class Meter:
    """One tenant's CPU time by the minute, and calls of host objects by the second.

    Who used too much waits; nothing fails for that alone. The log says so when it begins.
    """

    def __init__(self, tenant: str, settings: PoolSettings, clock: Clock) -> None:
        self._tenant = tenant
        self._clock = clock
        now = clock.now()
        self._cpu = Budget(settings.tenant_cpu_ms, _MINUTE_MS, now)
        self._calls = Budget(settings.calls_per_second, _SECOND_MS, now)
        self._told = False
        self.heard_until = 0.0
        """Up to when its share of the intake is used up, in seconds of the event loop's clock."""
        self.work = 0
        """How much work it has said since this was set to 0, in messages of steps."""

    def used_cpu(self, microseconds: int) -> None:
        """A turn of the tenant used so much CPU time."""
        now = self._clock.now()
        self._cpu.use(microseconds / 1000, now)
        if self._cpu.left(now) >= 0:
            self._told = False
        elif not self._told:
            self._told = True
            _log.warning("tenant %s used up its CPU time; its turns are delayed", _shown(self._tenant))

    def said(self, messages: Iterable[GuestMessage]) -> None:
        """One of the tenant's isolates has said this."""
        self.work += sum(_WORK.get(type(message), 0) for message in messages)

    def called(self) -> None:
        """The tenant called a host object."""
        self._calls.use(1, self._clock.now())

    @property
    def turn_wait_ms(self) -> int:
        """How long its next turn has to wait."""
        return self._cpu.wait_ms(self._clock.now())

    @property
    def call_wait_ms(self) -> int:
        """How long its next call of a host object has to wait."""
        return self._calls.wait_ms(self._clock.now())

    @property
    def is_idle(self) -> bool:
        """Whether a new one would be the same."""
        now = self._clock.now()
        return self._cpu.is_full(now) and self._calls.is_full(now)


class Meters:
    """The meters of all tenants, by name."""

    def __init__(self, settings: PoolSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._by_tenant: dict[str, Meter] = {}
        self._sweep_at = _KEPT

    def of(self, tenant: str | None) -> Meter:
        """The meter of a tenant; without a name, one for this time alone."""
        if tenant is None:
            return Meter("(nameless)", self._settings, self._clock)
        meter = self._by_tenant.get(tenant)
        if meter is None:
            self._forget_idle()
            meter = self._by_tenant[tenant] = Meter(tenant, self._settings, self._clock)
        return meter

    def __len__(self) -> int:
        return len(self._by_tenant)

    def _forget_idle(self) -> None:
        """Where there are many, forget those that are as good as new."""
        if len(self._by_tenant) < self._sweep_at:
            return
        self._by_tenant = {name: meter for name, meter in self._by_tenant.items() if not meter.is_idle}
        self._sweep_at = max(_KEPT, 2 * len(self._by_tenant))


def _shown(tenant: str) -> str:
    return repr(tenant[:100])
