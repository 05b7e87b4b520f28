"""A run that goes on with another version: its pin and its params, written with the entry that says so."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.core.errors import SequenceConflict
from playground.storage.queries import load
from playground.storage.rows import Along

_INSTANCES: Final = load("instances")
_VERSIONS: Final = load("versions")


@dataclass(frozen=True, slots=True)
class MovedRun:
    """A `storage.rows.Along`. `params` name the version for whoever runs the instance `key`; the pin, where
    the tenant's run has one, says the same to whoever asks.
    """

    key: int
    tenant: str
    run: str
    version: str
    params: bytes
    also: Along | None = None

    def write(self, connection: sqlite3.Connection) -> None:
        """Write both, and what `also` goes with them."""
        if connection.execute(_INSTANCES["carry"], {"key": self.key, "params": self.params}).rowcount != 1:
            raise SequenceConflict
        about = {"tenant": self.tenant, "run": self.run, "version": self.version}
        connection.execute(_VERSIONS["move"], about)
        if self.also is not None:
            self.also.write(connection)


@dataclass(frozen=True, slots=True)
class CodeKept:
    """A `storage.rows.Along` that stores a version, where it is not, and what goes with it: whoever goes on
    with it cannot lose it to somebody who removes what no run needs.
    """

    version: Mapping[str, Any]
    also: Along

    def write(self, connection: sqlite3.Connection) -> None:
        """Write both."""
        connection.execute(_VERSIONS["store"], self.version)
        self.also.write(connection)
