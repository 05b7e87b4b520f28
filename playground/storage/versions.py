"""Versions: tenants' code, and which run was started with which."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from playground.storage import queries
from playground.storage.database import Database

_SQL: Final = queries.load("versions")
_MOST_COUNTED: Final = 10_000
"""Tenants whose versions are counted in memory, and of versions those that need not be looked for."""

ModuleJson = str | Mapping[str, Any]
"""A module as JSON: a text whose kind its name says, or an object of its kind alone."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a tenant's code: modules by name, and the main one's name. `created` in epoch ms."""

    id: str
    main: str
    modules: Mapping[str, ModuleJson]
    created: int


class VersionFile(msgspec.Struct, frozen=True):
    """One module of a version: its name, and its size in bytes as it is stored."""

    name: str
    size: int


class VersionRun(msgspec.Struct, frozen=True):
    """A run that was started with a version. `created` in epoch ms."""

    id: str
    created: int


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """A version without its code. `runs` are its latest; `run_count` counts all of them, `needed_by` those
    that are still there.
    """

    id: str
    main: str
    created: int
    files: Sequence[VersionFile]
    runs: Sequence[VersionRun]
    run_count: int
    needed_by: int


Removal = Literal["removed", "unknown", "run", "named", "starting"]
"""What became of a version that was to be removed. The last three say what needs it: a run that is still
there, an instance that the code created (or a schedule), a run that is about to begin.
"""


def version_id(main: str, modules: Mapping[str, ModuleJson]) -> str:
    """The name of that code: hex SHA-256 over the main module's name and every module with its kind, in the
    order of their names.
    """
    content = hashlib.sha256()
    for text in (main, *(part for name in sorted(modules) for part in _parts(name, modules[name]))):
        encoded = text.encode("utf-8", "surrogatepass")
        content.update(len(encoded).to_bytes(8, "big"))
        content.update(encoded)
    return content.hexdigest()


def _parts(name: str, module: ModuleJson) -> tuple[str, ...]:
    if isinstance(module, str):
        return name, module
    # no name is empty, so no list of texts reads as this one
    return "", name, msgspec.json.encode(module, order="deterministic").decode()


class _Pins:
    """The batch of runs to pin: two statements however many there are."""

    def apply(self, connection: sqlite3.Connection, items: Sequence[Mapping[str, Any]]) -> Sequence[None]:
        connection.executemany(_SQL["store"], items)
        connection.executemany(_SQL["pin"], items)
        return [None] * len(items)


class Versions:
    """The stored versions. Those that were stored last are kept in memory: they are about to be loaded."""

    def __init__(self, database: Database, remembered: int = 16) -> None:
        self._database = database
        self._pins = _Pins()
        self._remembered = remembered
        self._recent: OrderedDict[tuple[str, str], Version] = OrderedDict()
        self._stored: OrderedDict[str, int] = OrderedDict()
        """How many bytes the versions of tenants take, as far as that was asked."""
        self._counted: OrderedDict[tuple[str, str], None] = OrderedDict()
        """Versions that are stored or about to be, as far as that was asked: nobody looks for them again."""
        self._starting: Counter[tuple[str, str]] = Counter()

    def pin(
        self, tenant: str, run: str, main: str, modules: Mapping[str, ModuleJson], now: int
    ) -> tuple[str, asyncio.Future[None]]:
        """Store the code (where it is new to the tenant) and pin the run to it; answers the version's id.

        Both are durable when the future resolves, and before anything is that is written from now on. A run
        that is pinned already gives a `sqlite3.IntegrityError`.
        """
        row = {**self.row(tenant, main, modules, now), "run": run}
        version: str = row["version"]
        pinned = self._database.submit(self._pins, row)
        self._recent[tenant, version] = Version(version, main, dict(modules), now)
        if len(self._recent) > self._remembered:
            self._recent.popitem(last=False)
        return version, pinned

    async def take_room(self, tenant: str, main: str, modules: Mapping[str, ModuleJson], limit: int) -> bool:
        """Whether that code can be stored with at most `limit` bytes of all of the tenant's versions. Where
        it can, it counts from now on; code that is stored already counts no more than it did.
        """
        version = version_id(main, modules)
        about = {"tenant": tenant, "version": version}
        if (tenant, version) in self._counted:
            return True
        if await self._database.read_one(_SQL["exists"], about) is not None:
            self._count(tenant, version)
            return True
        if tenant not in self._stored:
            row = await self._database.read_one(_SQL["stored"], {"tenant": tenant})
            self._stored.setdefault(tenant, row["bytes"] if row is not None else 0)
            if len(self._stored) > _MOST_COUNTED:
                self._stored.popitem(last=False)
        stored = self._stored.get(tenant, 0) + len(msgspec.json.encode(dict(modules)))
        if stored > limit:
            return False
        self._stored[tenant] = stored
        self._count(tenant, version)
        return True

    def _count(self, tenant: str, version: str) -> None:
        self._counted[tenant, version] = None
        if len(self._counted) > _MOST_COUNTED:
            self._counted.popitem(last=False)

    async def code(self, tenant: str, version: str) -> Version | None:
        """The tenant's version of that id."""
        if (recent := self._recent.get((tenant, version))) is not None:
            return recent
        row = await self._database.read_one(_SQL["get"], {"tenant": tenant, "version": version})
        return _version(row) if row is not None else None

    async def of_run(self, tenant: str, run: str) -> str | None:
        """The id of the version that the tenant's run was started with."""
        row = await self._database.read_one(_SQL["of_run"], {"tenant": tenant, "run": run})
        return row["version"] if row is not None else None

    async def of_runs(self, tenant: str, limit: int) -> dict[str, str]:
        """The versions' ids by run, of the tenant's latest `limit` runs."""
        rows = await self._database.read(_SQL["of_runs"], {"tenant": tenant, "limit": limit})
        return {row["id"]: row["version"] for row in rows}

    async def keep(self, tenant: str, main: str, modules: Mapping[str, ModuleJson], now: int) -> str:
        """Store the code without a run, where it is new to the tenant; answers the version's id."""
        row = self.row(tenant, main, modules, now)
        await self._database.execute(_SQL["store"], row)
        return str(row["version"])

    def row(self, tenant: str, main: str, modules: Mapping[str, ModuleJson], now: int) -> dict[str, Any]:
        """The code as it is stored: `tenant`, `version` (its id), `main`, `modules` (JSON), `created`."""
        return {
            "tenant": tenant,
            "version": version_id(main, modules),
            "main": main,
            "modules": msgspec.json.encode(dict(modules)).decode(),
            "created": now,
        }

    @contextmanager
    def starting(self, tenant: str, version: str) -> Iterator[None]:
        """While a run of the version begins, it is not removed."""
        self._starting[tenant, version] += 1
        try:
            yield
        finally:
            self._starting[tenant, version] -= 1
            if not self._starting[tenant, version]:
                del self._starting[tenant, version]

    async def remove(self, tenant: str, version: str) -> Removal:
        """Remove the version, where nothing needs it, and what is known of its runs that are gone."""
        about = {"tenant": tenant, "version": version, "after": 0}
        newest = await self._database.read_one(_SQL["newest_instance"])
        if await self._database.read_one(_SQL["named_by"], about) is not None:
            return "named"
        about["after"] = newest["key"] if newest is not None else 0
        if (tenant, version) in self._starting:
            return "starting"
        removal, bytes = await self._database.write(lambda connection: _remove(connection, about))
        if removal == "removed":
            self._recent.pop((tenant, version), None)
            self._counted.pop((tenant, version), None)
            if tenant in self._stored:
                self._stored[tenant] -= bytes
        return removal

    async def was_run(self, tenant: str, version: str) -> bool:
        """Whether the tenant has started a run with the version."""
        return (
            await self._database.read_one(_SQL["was_run"], {"tenant": tenant, "version": version}) is not None
        )

    async def list(
        self, tenant: str, *, before: tuple[int, str] | None, limit: int, runs: int
    ) -> list[VersionSummary]:
        """The tenant's versions, newest first, that are older than `before` (the `created` and the id of
        one), each with its latest `runs` runs.
        """
        created, id = before if before is not None else (2**63 - 1, "")
        row = {"tenant": tenant, "created": created, "id": id, "limit": limit, "runs": runs}
        return [_summary(row) for row in await self._database.read(_SQL["list"], row)]

    async def latest(self, tenant: str) -> Version | None:
        """What the tenant ran last; `created` is then when that run was started."""
        row = await self._database.read_one(_SQL["latest"], {"tenant": tenant})
        return _version(row) if row is not None else None


def _remove(connection: sqlite3.Connection, about: Mapping[str, Any]) -> tuple[Removal, int]:
    """The removal, and how many bytes are free. Of instances, those that came since they were looked at."""
    if connection.execute(_SQL["run_by"], about).fetchone() is not None:
        return "run", 0
    if connection.execute(_SQL["named_by"], about).fetchone() is not None:
        return "named", 0
    row = connection.execute(_SQL["remove"], about).fetchone()
    if row is None:
        return "unknown", 0
    connection.execute(_SQL["forget_runs"], about)
    return "removed", row["bytes"]


def _version(row: sqlite3.Row) -> Version:
    modules = msgspec.json.decode(row["modules"], type=dict[str, str | dict[str, Any]])
    return Version(row["id"], row["main"], modules, row["created"])


_files: Final = msgspec.json.Decoder(list[VersionFile]).decode
_runs: Final = msgspec.json.Decoder(list[VersionRun]).decode


def _summary(row: sqlite3.Row) -> VersionSummary:
    files, runs = _files(row["files"]), _runs(row["runs"])
    return VersionSummary(
        row["id"], row["main"], row["created"], files, runs, row["run_count"], row["needed_by"]
    )
