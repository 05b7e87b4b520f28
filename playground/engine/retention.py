"""How long finished instances are kept, and what takes them away then.

One timer stands for all of them: it is set to the earliest end of a retention. What is due is removed a
hundred at a time, and what removed instances stored is purged a few hundred rows at a time, each in a
transaction of its own, so that nobody's commit waits for more than that.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from playground.core.clock import Clock
from playground.core.durations import BadDuration, parse_duration
from playground.core.errors import StorageError, WorkflowError
from playground.core.values import UNDEFINED
from playground.engine.chore import Chore
from playground.engine.endings import Endings
from playground.engine.feed import DELETED, Feed
from playground.engine.settings import EngineSettings
from playground.engine.timers import Timers
from playground.storage.journal import Journal
from playground.storage.removal import Removed
from playground.storage.rows import Along, InstanceRow
from playground.storage.writer import resolve

_log = logging.getLogger("playground.engine")

_AT_ONCE: Final = 100
_REST_MS: Final = 1_000
"""Between two looks for what is due, so that what ends a moment later goes with the next."""


def retention_of(given: Any) -> tuple[int | None, int | None]:
    """The two durations of `{"success_retention"?, "error_retention"?}` in ms; None for what is not given."""
    if given is None or given is UNDEFINED:
        return None, None
    if not isinstance(given, Mapping):
        raise WorkflowError("retention must be { successRetention?, errorRetention? }")
    for unknown in given:
        if unknown not in ("success_retention", "error_retention"):
            raise WorkflowError(f"retention: {str(unknown)[:80]} is not a known key")
    return _duration(given, "success_retention"), _duration(given, "error_retention")


def _duration(given: Mapping[str, Any], key: str) -> int | None:
    value = given.get(key)
    if value is None or value is UNDEFINED:
        return None
    try:
        return parse_duration(value)
    except BadDuration as error:
        raise WorkflowError(f"retention: {key}: {error}") from error


class Retention:
    """Removes instances whose time is over, or that are deleted, and purges what they stored."""

    def __init__(
        self, journal: Journal, clock: Clock, timers: Timers, feed: Feed, settings: EngineSettings
    ) -> None:
        self._removal = journal.removal
        self._chunks = journal.chunks
        self._clock = clock
        self._feed = feed
        self._settings = settings
        self.endings = Endings()
        self._streams: list[int] = []
        self._sweeping = Chore(timers, "engine retention", self._sweep)

    def expires_at(self, row: InstanceRow, status: str, now: int) -> int:
        """When the instance that ends now with that status is to be removed (epoch ms)."""
        settings = self._settings
        if status == "complete":
            kept, usual = row.success_retention, settings.success_retention_ms
        else:
            kept, usual = row.error_retention, settings.error_retention_ms
        expires = now + (usual if kept is None else kept)
        self._sweeping.arm(self._moment(expires))
        return expires

    async def remove(self, key: int, along: Along | None = None) -> bool:
        """Remove an instance, whatever its status; answers after the commit whether it was there. If it was,
        `along` is committed with that.
        """
        return bool(await self._removed([key], along=along))

    def sweep(self, streams: Iterable[int] = ()) -> None:
        """Look for what is due, and purge what was removed and these streams, in the background."""
        self._streams += streams
        self._sweeping.want()

    async def close(self) -> None:
        """Remove nothing more. What is left to purge is found again at the next start."""
        await self._sweeping.close()

    def _moment(self, expires: int) -> int:
        """When to look for what expires then."""
        return max(expires, self._clock.now() + _REST_MS)

    async def _sweep(self) -> int | None:
        try:
            while await self._remove_expired():
                pass
            while self._streams:
                await self._chunks.drop(self._streams.pop())
            while await self._removal.purge():
                pass
            expires = await self._removal.next_expiry()
        except StorageError as error:
            _log.warning("what is over could not be removed: %s", error)
            expires = self._clock.now()
        return self._moment(expires) if expires is not None else None

    async def _remove_expired(self) -> bool:
        now = self._clock.now()
        keys = await self._removal.expired(now, _AT_ONCE)
        if not keys:
            return False
        await self._removed(keys, expired=now)
        return True

    def _removed(
        self, keys: Sequence[int], expired: int | None = None, along: Along | None = None
    ) -> asyncio.Future[list[Removed]]:
        gone: asyncio.Future[list[Removed]] = asyncio.get_running_loop().create_future()

        def done(result: list[Removed] | Exception) -> None:
            # the world hears of it also where whoever asked is gone meanwhile
            if not isinstance(result, Exception):
                self._tell(result)
            resolve(gone, result)

        self._removal.remove(keys, done, expired, along)
        return gone

    def _tell(self, removed: Sequence[Removed]) -> None:
        for instance in removed:
            self.endings.forget(instance.key)
            self._feed.publish(instance.scope, instance.id, 0, DELETED)
        if removed:
            self.sweep()
