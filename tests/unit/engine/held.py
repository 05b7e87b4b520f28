"""A journal that tells of some commits only when the test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from playground.core.errors import DiskFull
from playground.storage.journal import Journal


class Held:
    """Appends that hold an entry of one of `types` are committed, and nobody is told. Those with one of type
    `refused` are not committed.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *types: str, refused: str = "") -> None:
        self._types = {*types, refused}
        self._tell: list[Callable[[], None]] = []
        append = Journal.append

        def held(journal: Journal, item: Any, done: Callable[[Any], None]) -> None:
            found = self._types & {entry.type for entry in item.entries}
            if refused in found:
                self._tell.append(partial(done, DiskFull("told to be full")))
            elif found:
                append(journal, item, lambda result: self._tell.append(partial(done, result)))
            else:
                append(journal, item, done)

        monkeypatch.setattr(Journal, "append", held)

    async def came(self, number: int) -> None:
        """Return when so many wait to be told of."""
        async with asyncio.timeout(10):
            while len(self._tell) < number:
                await asyncio.sleep(0.001)

    def tell(self) -> None:
        """Tell of the first one."""
        self._tell.pop(0)()

    def let_go(self) -> None:
        """Hold nothing more."""
        self._types.clear()
