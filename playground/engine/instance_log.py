"""The one appender of an instance's log in this process."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from playground.core import faults
from playground.core.clock import Clock
from playground.core.errors import SequenceConflict, StorageError
from playground.engine.endings import Name
from playground.engine.entries import FINISHED, Fact, fact_json
from playground.engine.feed import Feed
from playground.engine.retention import Retention
from playground.storage.journal import Journal
from playground.storage.rows import Along, Append, InstanceRow, NewEntry, Outcome, Restart

_log = logging.getLogger("playground.engine")

Stored = tuple[Fact, bytes | None]
"""A fact and the value that its entry holds."""


class InstanceLog:
    """Where an instance's log stands: its next seq, status and deadline, as they will be when all appends
    are committed.

    Whoever appends to an instance shares this object (`Logs`). After an append that failed nothing more can
    be appended through it: `broken` is set, appends raise `SequenceConflict`, and the log is to be opened
    anew.
    """

    __slots__ = (
        "_after",
        "_appended",
        "_clock",
        "_committed_to",
        "_ending",
        "_feed",
        "_flusher",
        "_flusher_s",
        "_journal",
        "_loop",
        "_loose",
        "_noted",
        "_projected",
        "_retention",
        "_settled",
        "_uncommitted",
        "broken",
        "debug_seq",
        "draining",
        "event_seq",
        "has_notes",
        "last_time",
        "lost",
        "lost_at_seq",
        "next_seq",
        "rolling_back",
        "row",
        "skipping",
        "status",
        "users",
        "value_bytes",
        "wake_at",
    )

    def __init__(
        self, row: InstanceRow, journal: Journal, clock: Clock, feed: Feed, retention: Retention
    ) -> None:
        self.row = row
        self.next_seq = row.next_seq
        self.status = self._projected = row.status
        self.wake_at = row.wake_at
        self.broken = False
        self.rolling_back = False
        """Whether the rollback of the instance was begun here."""
        self.event_seq = self.debug_seq = 0
        self.skipping = 0
        """How many skips are appended and not committed yet."""
        self.users = 0
        self.lost = 0
        self.lost_at_seq = 0
        self.last_time = row.created
        self.value_bytes = row.value_bytes
        """What the instance stores, with all that was appended."""
        self.draining = 0
        """What is stored of streams that no entry holds yet."""
        self.has_notes = False
        """Whether there is something loose that somebody counts on."""
        self._appended = self._committed_to = self._noted = 0
        self._ending: NewEntry | None = None
        """The last entry, where it was appended."""
        self._after: deque[tuple[int, Callable[[], None]]] = deque()
        self._uncommitted = 0
        self._settled: asyncio.Future[None] | None = None
        self._journal = journal
        self._clock = clock
        self._feed = feed
        self._retention = retention
        self._loose: list[NewEntry] = []
        self._flusher: asyncio.TimerHandle | None = None
        self._flusher_s = 0.0
        self._loop = asyncio.get_running_loop()

    @property
    def finished(self) -> bool:
        """Whether the last entry was appended (perhaps not committed yet)."""
        return self.status in FINISHED

    @property
    def stored_status(self) -> str | None:
        """What the database says that the status is; None while something is being written, or where that
        has failed.
        """
        return None if self._uncommitted or self.broken else self._projected

    def append(
        self,
        facts: Sequence[Stored],
        *,
        status: str | None = None,
        wake_at: int | None = None,
        streams: Sequence[tuple[int, int]] = (),
        restart: Restart | None = None,
        along: Along | None = None,
    ) -> asyncio.Future[range]:
        """Append `facts` with the clock's time; the future resolves after the commit, to the entries'
        positions.

        `status` is the instance's afterwards (None: as before), `wake_at` its deadline. What is loose goes
        with it. `streams` are those that `facts` hold, with their lengths. With `restart` the last of `facts`
        begins the instance anew, which may have finished. `along` is committed with them, or nothing is.
        """
        if self.broken or (self.finished and restart is None):
            raise SequenceConflict
        now = self._clock.now()
        entries = self._take_loose()
        for fact, value in facts:
            entries.append(NewEntry(now, fact.type, fact_json(fact), value))
            if value is not None:
                self.value_bytes += len(value)
        for _, size in streams:
            self.value_bytes += size
        if status is None:
            status = self.status
        projection = None
        if status != self._projected or wake_at != self.wake_at or restart is not None:
            projection = (status, wake_at)
        self.status = self._projected = status
        self.wake_at = wake_at
        row = self.row
        expires = None
        if self.finished:
            expires = self._retention.expires_at(row, status, now)
            self._ending = entries[-1]
        # whoever waits may be cancelled, and the future with them; the commit is counted apart from that
        waiter: asyncio.Future[range] = self._loop.create_future()
        done = partial(self._committed, waiter, status)
        try:
            item = Append(
                row.key, row.scope, self.next_seq, entries, projection, streams, expires, restart, along
            )
            self._journal.append(item, done)
        except StorageError:
            self.broken = True
            raise
        self.next_seq += len(entries)
        if restart is not None:
            self._begin_anew(restart)
        self.last_time = now
        self._appended += 1
        if self.has_notes:
            self.has_notes = False
            self._noted = self._appended
        self._uncommitted += 1
        return waiter

    def _begin_anew(self, restart: Restart) -> None:
        self.lost = 0
        self.rolling_back = False
        self._ending = None
        self._retention.endings.forget(self.row.key)
        if restart == "from the top":
            self.row = self.row._replace(base_seq=self.next_seq - 1)
            self.value_bytes = len(self.row.params)

    def carry(self, params: bytes) -> None:
        """The instance's params are others from here on; whoever says so writes them with an append."""
        self.value_bytes += len(params) - len(self.row.params)
        self.row = self.row._replace(params=params)

    async def settle(self) -> None:
        """Wait until everything that was appended is committed, or has failed."""
        while self._uncommitted:
            if self._settled is None:
                self._settled = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._settled)

    def append_loosely(self, fact: Fact, flush_s: float) -> None:
        """Append `fact` together with what comes next, or alone after `flush_s` seconds. Nobody waits for
        it.
        """
        self._loose.append(NewEntry(self._clock.now(), fact.type, fact_json(fact)))
        self._flush_in(flush_s)

    def note(self, facts: Sequence[Stored], time: int, flush_s: float) -> None:
        """Append `facts` loosely, with a time that was there before (epoch ms). `after_notes` tells of
        them.
        """
        for fact, value in facts:
            self._loose.append(NewEntry(time, fact.type, fact_json(fact), value))
            if value is not None:
                self.value_bytes += len(value)
        self.has_notes = True
        self._flush_in(flush_s)

    def take_down(self, entries: Sequence[NewEntry], size: int, flush_s: float) -> None:
        """The same of entries whose values are `size` bytes together."""
        self._loose += entries
        self.value_bytes += size
        self.has_notes = True
        self._flush_in(flush_s)

    def after_notes(self, action: Callable[[], None]) -> None:
        """Call `action` once all notes until now are committed; at once, where they are."""
        number = self._appended + 1 if self.has_notes else self._noted
        if number <= self._committed_to:
            action()
        elif not self.broken:
            self._after.append((number, action))

    def _flush_in(self, seconds: float) -> None:
        if self._flusher is not None:
            if self._flusher_s <= seconds:
                return
            self._flusher.cancel()
        self._flusher_s = seconds
        self._flusher = self._loop.call_later(seconds, self.flush)

    def flush(self) -> None:
        """Append what is loose now. Where nothing is written any more it is lost, and the log `broken`."""
        if self._loose and not self.broken and not self.finished:
            with suppress(StorageError):
                self.append((), wake_at=self.wake_at if self.status == "waiting" else None)

    def _take_loose(self) -> list[NewEntry]:
        if self._flusher is not None:
            self._flusher.cancel()
            self._flusher = None
        loose, self._loose = self._loose, []
        return loose

    def _committed(self, waiter: asyncio.Future[range], status: str, positions: range | Exception) -> None:
        self._uncommitted -= 1
        if not self._uncommitted and self._settled is not None:
            self._settled.set_result(None)
            self._settled = None
        if isinstance(positions, Exception):
            self.broken = True
            self._after.clear()
            if not waiter.done():
                waiter.set_exception(positions)
                waiter.exception()  # not everyone who appends waits
            return
        if status in FINISHED:
            if (last := self._ending) is not None:
                self._retention.endings.ended(self.row, status, last.value, last.data)
            faults.point("workflow_completed_not_published")
        elif status == "paused":
            faults.point("workflow_paused_not_published")
        if positions:
            self._feed.publish(self.row.scope, self.row.id, positions[-1], status)
        self._committed_to += 1
        while self._after and self._after[0][0] <= self._committed_to:
            self._tell(self._after.popleft()[1])
        if not waiter.done():
            waiter.set_result(positions)

    def _tell(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception:  # what waits for the commit is told all the same
            _log.exception("instance %s: what was to follow a commit failed", self.row.id)


class Logs:
    """The logs in use, by instance key: one `InstanceLog` per instance, for as long as anyone uses it."""

    def __init__(self, journal: Journal, clock: Clock, feed: Feed, retention: Retention) -> None:
        self._journal = journal
        self._clock = clock
        self._feed = feed
        self._retention = retention
        self._by_key: dict[int, InstanceLog] = {}
        self._keys: dict[Name, int] = {}
        self._opening: Counter[int] = Counter()
        """How many are reading the row of each instance."""

    def adopt(self, row: InstanceRow) -> InstanceLog:
        """The log of the instance whose row was just read (or written). To be given back."""
        log = self._by_key.get(row.key)
        if log is None or log.broken:
            log = self._by_key[row.key] = InstanceLog(
                row, self._journal, self._clock, self._feed, self._retention
            )
            self._keys[row.scope, row.workflow, row.id] = row.key
        log.users += 1
        return log

    async def open(self, key: int) -> InstanceLog:
        """The log of that instance. To be given back."""
        while (log := self._by_key.get(key)) is None or log.broken:
            self._opening[key] += 1
            try:
                row = await self._journal.by_key(key)
            finally:
                opened = self._by_key.get(key)
                self._opening[key] -= 1
                self._forget(key)
            if row is None:
                raise LookupError(f"no instance has the key {key}")
            if opened is log:  # else somebody has appended since, perhaps after the row was read
                return self.adopt(row)
        log.users += 1
        return log

    def standing(self, key: int) -> str | None:
        """The status of an instance that is in use, has not finished, and of which nothing is being written:
        then it is what a reader of the database would see. Else None.
        """
        log = self._by_key.get(key)
        status = log.stored_status if log is not None else None
        return None if status in FINISHED else status

    def outcome(self, key: int) -> Outcome | None:
        """What a reader of the database would see of where the instance stands, where that is known here."""
        status = self.standing(key)
        return self._retention.endings.of(key) if status is None else Outcome(key, status, None, None)

    def outcome_of(self, name: Name) -> Outcome | None:
        """The same of the instance of that name."""
        key = self._keys.get(name)
        found = self.outcome(key) if key is not None else None
        return found or self._retention.endings.named(name)

    def give_back(self, log: InstanceLog) -> None:
        """Say that one user needs the log no more."""
        log.users -= 1
        self._forget(log.row.key)

    def _forget(self, key: int) -> None:
        """Let go of a log that nobody uses; while a row is read it stays, to tell that the row is old."""
        if not self._opening[key]:
            del self._opening[key]
            if (log := self._by_key.get(key)) is not None and log.users == 0:
                del self._by_key[key]
                name = (log.row.scope, log.row.workflow, log.row.id)
                if self._keys.get(name) == key:
                    del self._keys[name]
