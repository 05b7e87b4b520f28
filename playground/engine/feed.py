"""Who is told that something was committed.

A subscription holds the last position and a flag, never entries: whoever wakes up reads the journal from
its own cursor. So a slow subscriber costs no memory and misses nothing, however much happens meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

DELETED: Final = "deleted"
"""What a subscription is told as the status of an instance that is removed."""

NUDGED: Final = "nudged"
"""What a subscription is told as the status where nothing was committed (see `Feed.nudge`)."""

MOST_REMOVED: Final = 1000
"""So many ids of removed instances a subscription holds; who reads no faster is told that there were more."""


class CommittedEntry(NamedTuple):
    """An instance's entries up to `position` were committed; `status` is the instance's with them.

    Of an instance that is removed the status is `DELETED`, and there is no position (0).
    """

    instance: str
    position: int
    status: str


class Subscription:
    """An endless async iterator of wake-ups; several commits may be told of in one."""

    def __init__(self, instance: str | None) -> None:
        self.instance = instance
        self.deleted = False
        """Whether an instance was removed; what is woken for next may be another of the same id."""
        self._removed: set[str] | None = set()
        self._latest: CommittedEntry | None = None
        self._woken = asyncio.Event()

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> CommittedEntry:
        await self._woken.wait()
        self._woken.clear()
        assert self._latest is not None
        return self._latest

    def wake(self, committed: CommittedEntry) -> None:
        """Note the commit."""
        self._latest = committed
        if committed.status == DELETED:
            self.deleted = True
            if self._removed is not None:
                self._removed.add(committed.instance)
                if len(self._removed) > MOST_REMOVED:
                    self._removed = None
        self._woken.set()

    def take_removed(self) -> frozenset[str] | None:
        """The ids of instances removed since this was asked last; None where they are too many."""
        removed, self._removed = self._removed, set()
        return frozenset(removed) if removed is not None else None


class Feed:
    """The subscriptions, by scope."""

    def __init__(self) -> None:
        self._by_scope: defaultdict[str, set[Subscription]] = defaultdict(set)

    @asynccontextmanager
    async def subscribe(self, *, scope: str, instance: str | None = None) -> AsyncIterator[Subscription]:
        """Be woken after each commit in `scope`, or only in its instance of that id.

        Everything that is committed after this was entered wakes it; so subscribe first, then read.
        """
        subscription = Subscription(instance)
        self._by_scope[scope].add(subscription)
        try:
            yield subscription
        finally:
            self._by_scope[scope].discard(subscription)
            if not self._by_scope[scope]:
                del self._by_scope[scope]

    def publish(self, scope: str, instance: str, position: int, status: str) -> None:
        """Wake whom it concerns. Called after the commit, in the order of commits."""
        subscriptions = self._by_scope.get(scope)
        if not subscriptions:
            return
        committed = CommittedEntry(instance, position, status)
        for subscription in subscriptions:
            if subscription.instance is None or subscription.instance == instance:
                subscription.wake(committed)

    def nudge(self, scope: str) -> None:
        """Wake who follows the whole scope: there is something else for them to look at."""
        for subscription in self._by_scope.get(scope, ()):
            if subscription.instance is None:
                subscription.wake(CommittedEntry("", 0, NUDGED))
