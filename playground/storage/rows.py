"""What goes into the journal, and what comes out."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple, Protocol

_ROW_BYTES: Final = 8192
"""Bytes of a value that take as long to write as a row."""


class NewEntry(NamedTuple):
    """An entry to append. `data` is its JSON, `value` the stored value in wire form. `time` is epoch ms."""

    time: int
    type: str
    data: str
    value: bytes | None = None


class Story(NamedTuple):
    """What an instance that takes over history begins with: the entries after its first one. `streams` are
    the chunks of those whose value is a stream, by their place in `entries`; the numbers are given when it
    is stored.
    """

    entries: Sequence[NewEntry]
    streams: Mapping[int, Sequence[bytes]] = {}

    @property
    def value_bytes(self) -> int:
        """The lengths of all values, without streams."""
        return sum(len(entry.value) for entry in self.entries if entry.value is not None)


class Along(Protocol):
    """What is written in the transaction of an append, or another change: both are committed, or neither."""

    def write(self, connection: sqlite3.Connection) -> None:
        """Write it, in the writer's thread. What it raises is raised by the change, which is undone then."""
        ...


class NewInstance(NamedTuple):
    """An instance to create, with its first entry. With a `story` it goes on from there. `along` is written
    with it.
    """

    scope: str
    workflow: str
    id: str
    created: int
    params: bytes
    engine_version: int
    entry: NewEntry
    success_retention: int | None = None
    error_retention: int | None = None
    schedule: str | None = None
    story: Story | None = None
    along: Along | None = None


Restart = Literal["from the top", "from a step"]
"""How an instance begins anew: without its history, or with some of it."""


class Append(NamedTuple):
    """Entries to append to an instance whose next seq is `expected_seq`, and what its row says afterwards.

    `projection` is `(status, wake_at)`, None where both stay as they are; `wake_at` is when a waiting
    instance must run by itself (epoch ms), or None. `streams` are the open ones that the entries hold, each
    with its length in bytes. `expires` is when an instance that ends with this is to be removed. With
    `restart` the last entry begins it anew, whatever its status. `along` is written with it.
    """

    key: int
    scope: str
    expected_seq: int
    entries: Sequence[NewEntry]
    projection: tuple[str, int | None] | None
    streams: Sequence[tuple[int, int]] = ()
    expires: int | None = None
    restart: Restart | None = None
    along: Along | None = None

    @property
    def weight(self) -> int:
        """About how many rows it is worth; large values count for what they take."""
        entries = self.entries
        return len(entries) + sum(len(value) for *_, value in entries if value is not None) // _ROW_BYTES


class InstanceRow(NamedTuple):
    """A row of `instances`."""

    key: int
    scope: str
    workflow: str
    id: str
    status: str
    created: int
    params: bytes
    next_seq: int
    wake_at: int | None
    engine_version: int
    value_bytes: int
    """How much the instance stores: params, values and streams."""
    base_seq: int = 1
    """The seq of the first of its entries. Earlier ones were wiped by a restart."""
    success_retention: int | None = None
    """How long it is kept after its end (ms), where that is not the server's to say."""
    error_retention: int | None = None
    schedule: str | None = None
    """What fired, `{"cron", "scheduledTime"}` as JSON, where a schedule created it."""

    @classmethod
    def of(cls, row: sqlite3.Row) -> InstanceRow:
        return cls(*row)

    @classmethod
    def of_new(cls, key: int, new: NewInstance) -> InstanceRow:
        """What `new` is when it is created: its first entry (and its story) is written, and nothing was done
        yet.
        """
        story = new.story or Story(())
        return cls(
            key,
            new.scope,
            new.workflow,
            new.id,
            "queued" if new.story is None else "running",
            new.created,
            new.params,
            2 + len(story.entries),
            None,
            new.engine_version,
            len(new.params) + story.value_bytes,
            1,
            new.success_retention,
            new.error_retention,
            new.schedule,
        )


class Outcome(NamedTuple):
    """An instance's key and status, and the value and JSON of its last entry where it has finished."""

    key: int
    status: str
    value: bytes | None
    data: str | None


class Created(NamedTuple):
    """What `Journal.create` answers for each instance: its key, and the position of its last entry."""

    key: int
    position: int


class EntryRow(NamedTuple):
    """A row of `entries` with its instance's id. `value` is None where it was not asked for or is large."""

    position: int
    instance: str
    seq: int
    time: int
    type: str
    data: str
    value: bytes | None
