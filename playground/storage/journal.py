"""The log of every workflow instance: create, append, read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from sys import intern
from typing import Final

from playground.core.errors import PlaygroundError, SequenceConflict, StorageError
from playground.storage.arrivals import Arrivals, of_scope
from playground.storage.bulk import execute_rows, execute_values
from playground.storage.chunks import Chunks
from playground.storage.database import Database
from playground.storage.queries import load
from playground.storage.removal import Removal
from playground.storage.rows import Append, Created, EntryRow, InstanceRow, NewInstance, Outcome
from playground.storage.schedules import Schedules
from playground.storage.stories import tell
from playground.storage.write_queue import Job

_INSTANCES: Final = load("instances")
_ENTRIES: Final = load("entries")
_CLOSE_STREAM: Final = load("chunks")["close"]
_OPEN_STREAMS: Final = load("chunks")["open_all_of"]
_ENTRY_COLUMNS: Final = 8
_EVERYTHING: Final = -1
INLINE_BYTES: Final = 64 * 1024
"""Values up to this size come with the entries of `for_replay`; larger ones are read when they are needed."""


class InstanceExists(PlaygroundError):
    """An instance of that id exists in this scope."""


class Journal:
    """The journal in `database`. One at a time: it counts on being the only writer of its tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.chunks = Chunks(database)
        """The streams that entries hold."""
        self.removal = Removal(database)
        """What takes instances away."""
        counters = _Counters()
        self._creates = _Creates(counters)
        self.schedules = Schedules(database, self._creates.one)
        """What creates instances when its time has come."""
        self._appends = _Appends(counters)

    async def create(self, instances: Sequence[NewInstance]) -> list[Created]:
        """Create all of `instances`, or none and raise `InstanceExists`. Durable when it returns."""
        created: list[Created] = await self._database.submit(self._creates, instances)
        return created

    def append(self, append: Append, done: Callable[[range | Exception], None]) -> None:
        """Append. After the commit `done` is called with the entries' positions.

        Or with what went wrong: `SequenceConflict` where the log has moved on, `StorageError` where nothing
        was committed. Appends to one instance are committed in the order in which they were made.
        """
        self._database.enqueue(Job(self._appends, append, done, turn=append))

    # -- reading

    async def find(self, scope: str, workflow: str, id: str) -> InstanceRow | None:
        """The instance of that name, or None."""
        row = await self._database.read_one(
            _INSTANCES["find"], {"scope": scope, "workflow": workflow, "id": id}
        )
        return InstanceRow.of(row) if row is not None else None

    async def find_in_scope(self, scope: str, id: str) -> InstanceRow | None:
        """The instance of that id in `scope` (the oldest, where several workflows have one), or None."""
        row = await self._database.read_one(_INSTANCES["find_in_scope"], {"scope": scope, "id": id})
        return InstanceRow.of(row) if row is not None else None

    async def by_key(self, key: int) -> InstanceRow | None:
        """The instance of that key, or None."""
        row = await self._database.read_one(_INSTANCES["by_key"], {"key": key})
        return InstanceRow.of(row) if row is not None else None

    async def of_scope(self, scope: str, after_key: int = 0, limit: int | None = None) -> list[InstanceRow]:
        """Instances of a scope in the order of their creation."""
        parameters = {"scope": scope, "after": after_key, "limit": _EVERYTHING if limit is None else limit}
        return [InstanceRow.of(row) for row in await self._database.read(_INSTANCES["of_scope"], parameters)]

    async def latest_of_scope(self, scope: str, limit: int) -> list[InstanceRow]:
        """A scope's latest instances, newest first."""
        rows = await self._database.read(_INSTANCES["latest_of_scope"], {"scope": scope, "limit": limit})
        return [InstanceRow.of(row) for row in rows]

    async def outcome(self, key: int) -> Outcome | None:
        """Where the instance of that key stands, or None."""
        row = await self._database.read_one(_INSTANCES["outcome"], {"key": key})
        return Outcome(*row) if row is not None else None

    async def find_outcome(self, scope: str, workflow: str, id: str) -> Outcome | None:
        """Where the instance of that name stands, or None."""
        named = {"scope": scope, "workflow": workflow, "id": id}
        row = await self._database.read_one(_INSTANCES["find_outcome"], named)
        return Outcome(*row) if row is not None else None

    async def last_time(self, key: int, type: str) -> int | None:
        """When the instance's last entry of that type was written (epoch ms)."""
        row = await self._database.read_one(_ENTRIES["last_time"], {"key": key, "type": type})
        return row["time"] if row is not None else None

    async def unfinished(self, after_key: int, limit: int) -> list[tuple[int, str]]:
        """`(key, scope)` of instances that must run, in the order of creation."""
        rows = await self._database.read(_INSTANCES["unfinished"], {"after": after_key, "limit": limit})
        return [(row["key"], row["scope"]) for row in rows]

    async def waking(self, after: int, until: int) -> list[tuple[int, str, int]]:
        """`(key, scope, wake_at)` of the instances that wake in the span (after, until], earliest first."""
        rows = await self._database.read(_INSTANCES["waking"], {"after": after, "until": until})
        return [(row["key"], intern(row["scope"]), row["wake_at"]) for row in rows]

    async def history(
        self, instance: InstanceRow, after_seq: int = 0, limit: int | None = None
    ) -> list[EntryRow]:
        """An instance's entries after `after_seq`, without values."""
        parameters = {
            "key": instance.key,
            "after": max(after_seq, instance.base_seq - 1),
            "limit": _EVERYTHING if limit is None else limit,
        }
        return _entries(instance.id, await self._database.read(_ENTRIES["of_instance"], parameters))

    async def of_step(self, instance: InstanceRow, name: str, count: int) -> list[EntryRow]:
        """The start and the end of a `do`, and the restarts, without values."""
        parameters = {"key": instance.key, "base": instance.base_seq, "name": name, "count": count}
        return _entries(instance.id, await self._database.read(_ENTRIES["of_step"], parameters))

    async def for_replay(self, instance: InstanceRow) -> tuple[list[EntryRow], int]:
        """All entries but log lines, with small values; and how many lines were logged outside steps, since
        the last restart where there was one.
        """
        about = {"key": instance.key, "base": instance.base_seq, "inline": INLINE_BYTES}
        entries = _entries(instance.id, await self._database.read(_ENTRIES["for_replay"], about))
        restarted = (entry.seq for entry in reversed(entries) if entry.type == "workflow_restarted")
        after = {"key": instance.key, "after": next(restarted, 0)}
        logs = await self._database.read(_ENTRIES["count_logs"], after)
        return entries, logs[0]["lines"]

    async def whole(self, instance: InstanceRow, after_seq: int, limit: int) -> list[EntryRow]:
        """An instance's entries after `after_seq`, with their values whatever their size."""
        about = {"key": instance.key, "after": max(after_seq, instance.base_seq - 1), "limit": limit}
        return _entries(instance.id, await self._database.read(_ENTRIES["whole"], about))

    async def extent(self, instance: InstanceRow) -> tuple[int, int]:
        """How many entries an instance has, and how many bytes their JSON takes."""
        about = {"key": instance.key, "base": instance.base_seq}
        row = await self._database.read_one(_ENTRIES["extent"], about)
        assert row is not None
        return row["entries"], row["size"]

    async def debugging(self, instance: InstanceRow) -> list[EntryRow]:
        """The entries that say how the instance is debugged, without values."""
        about = {"key": instance.key, "base": instance.base_seq}
        return _entries(instance.id, await self._database.read(_ENTRIES["debugging"], about))

    async def debug_size(self, instance: InstanceRow) -> int:
        """How many bytes what was set to debug the instance takes, since it began."""
        about = {"key": instance.key, "base": instance.base_seq}
        row = await self._database.read_one(_ENTRIES["debug_size"], about)
        assert row is not None
        return int(row["size"])

    async def lines_before(self, instance: InstanceRow, seq: int) -> list[int]:
        """The seqs of the lines that were logged outside steps before `seq`."""
        about = {"key": instance.key, "base": instance.base_seq, "before": seq}
        return [row["seq"] for row in await self._database.read(_ENTRIES["lines_before"], about)]

    async def value(self, key: int, seq: int) -> bytes | None:
        """The value that an entry holds."""
        row = await self._database.read_one(_ENTRIES["value"], {"key": key, "seq": seq})
        return row["value"] if row is not None else None

    async def scope_history(
        self, scope: str, after_position: int = 0, limit: int | None = None
    ) -> list[EntryRow]:
        """Entries of all instances of a scope after a position, without values."""
        most = _EVERYTHING if limit is None else limit
        rows = await self._database.look(of_scope, scope, after_position, most)
        return [EntryRow(*row) for row in rows]


def _entries(instance: str, rows: Sequence[sqlite3.Row]) -> list[EntryRow]:
    return [EntryRow(position, instance, *rest) for position, *rest in rows]


class _Counters:
    """The highest key and position given out. Touched in the writer's thread alone.

    A transaction that is rolled back leaves a gap, which is allowed; what was used is never used again.
    """

    def __init__(self) -> None:
        self.key = 0
        self.position = 0
        self.arrivals = Arrivals()
        self._loaded = False

    def load(self, connection: sqlite3.Connection) -> None:
        """Find where the last server stopped, the first time."""
        if not self._loaded:
            self.key = connection.execute(_INSTANCES["highest_key"]).fetchone()["key"]
            self.position = connection.execute(_ENTRIES["highest_position"]).fetchone()["position"]
            self._loaded = True


class _Creates:
    """Writes new instances. Each item is all of one `create` call."""

    def __init__(self, counters: _Counters) -> None:
        self._counters = counters

    def one(self, connection: sqlite3.Connection, new: NewInstance) -> Created | None:
        """Create one; None where its id is taken."""
        try:
            return self.apply(connection, [[new]])[0][0]
        except InstanceExists:
            return None

    def apply(
        self, connection: sqlite3.Connection, items: Sequence[Sequence[NewInstance]]
    ) -> list[list[Created]]:
        instances: list[tuple[object, ...]] = []
        entries: list[object] = []
        results: list[list[Created]] = []
        told: list[tuple[int, int, NewInstance]] = []
        counters = self._counters
        counters.load(connection)
        for item in items:
            created = []
            for new in item:
                counters.key += 1
                counters.position += 1
                instances.append(InstanceRow.of_new(counters.key, new))
                time, type, data, value = new.entry
                entries += (counters.position, counters.key, 1, time, new.scope, type, data, value)
                if new.story is not None:
                    told.append((counters.key, counters.position, new))
                    counters.position += len(new.story.entries)
                created.append(Created(counters.key, counters.position))
            results.append(created)
        if execute_rows(connection, _INSTANCES["insert"], instances) != len(instances):
            raise InstanceExists
        execute_values(connection, _ENTRIES["insert"], _ENTRY_COLUMNS, entries)
        for key, position, new in told:
            tell(connection, key, position, new)
        counters.arrivals.note(connection, counters.position)
        for item in items:
            for new in item:
                if new.along is not None:
                    new.along.write(connection)
        return results


class _Appends:
    """Writes entries and what the instances' rows say after them."""

    def __init__(self, counters: _Counters) -> None:
        self._counters = counters

    def apply(self, connection: sqlite3.Connection, items: Sequence[Append]) -> list[range]:
        advances: dict[int, tuple[int, int, int, int, tuple[str, int | None, int | None] | None]] = {}
        restarts: dict[int, int | None] = {}
        entries: list[object] = []
        results: list[range] = []
        self._counters.load(connection)
        position = self._counters.position
        for item in items:
            before = advances.get(item.key)
            if before is not None and before[2] != item.expected_seq:
                raise SequenceConflict
            seq = item.expected_seq
            first = position + 1
            stored = 0 if before is None else before[3]
            for stream, length in item.streams:
                _close_stream(connection, item.key, stream)
                stored += length
            for entry in item.entries:
                position += 1
                time, type, data, value = entry
                if value is not None:
                    stored += len(value)
                entries += (position, item.key, seq, time, item.scope, type, data, value)
                seq += 1
            expected = item.expected_seq if before is None else before[1]
            projection = before[4] if before is not None else None
            if item.projection is not None:
                projection = (*item.projection, item.expires)
            if item.restart is not None:
                restarts[item.key] = seq - 1 if item.restart == "from the top" else restarts.get(item.key)
                stored = 0 if item.restart == "from the top" else stored
            advances[item.key] = (item.key, expected, seq, stored, projection)
            results.append(range(first, position + 1))
        self._counters.position = position
        for key, base_seq in restarts.items():
            _restart(connection, base_seq, *advances.pop(key))
        plain = [advance[:4] for advance in advances.values() if advance[4] is None]
        projected = [(*advance[:4], *advance[4]) for advance in advances.values() if advance[4] is not None]
        touched = execute_rows(connection, _INSTANCES["advance"], plain)
        touched += execute_rows(connection, _INSTANCES["advance_and_project"], projected)
        if touched != len(advances):
            raise SequenceConflict
        execute_values(connection, _ENTRIES["insert"], _ENTRY_COLUMNS, entries)
        self._counters.arrivals.note(connection, position)
        for item in items:
            if item.along is not None:
                item.along.write(connection)
        return results


def _restart(
    connection: sqlite3.Connection,
    base_seq: int | None,
    key: int,
    expected: int,
    next_seq: int,
    stored: int,
    projection: tuple[str, int | None, int | None] | None,
) -> None:
    assert projection is not None
    status, wake_at, expires = projection
    row = {
        "key": key,
        "expected": expected,
        "next_seq": next_seq,
        "stored": stored,
        "base_seq": base_seq,
        "status": status,
        "wake_at": wake_at,
        "expires": expires,
    }
    if connection.execute(_INSTANCES["restart"], row).rowcount != 1:
        raise SequenceConflict
    if base_seq is not None:  # no entry holds them any more: the next start removes what is left of them
        connection.execute(_OPEN_STREAMS, {"key": key})


def _close_stream(connection: sqlite3.Connection, key: int, stream: int) -> None:
    if connection.execute(_CLOSE_STREAM, {"key": key, "stream": stream}).rowcount != 1:
        raise StorageError(f"the stream {stream} is not open, and no entry can hold it")
