"""What of an isolate the host holds: functions and targets, until their proxies here are gone."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from playground.core.errors import TenantError

MOST: Final = 10_000
"""How many functions and targets of one isolate may be held at a time."""


class Held(Protocol):
    """A proxy of something in the isolate."""

    @property
    def rpc_number(self) -> int: ...


class _Ref(weakref.ref[Any]):
    __slots__ = ("number",)

    number: int


class Handles:
    """The proxies of one isolate's functions and targets.

    When a proxy is gone, its number goes to `release(numbers)`, with the others that went at the same time.
    What came with an ask is the ask's until it is answered, so that most callbacks cost no message.
    """

    def __init__(self, release: Callable[[list[int]], None]) -> None:
        self._release = release
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._live: dict[int, _Ref] = {}
        self._lent: set[int] = set()
        self._gone: list[int] = []
        self._closed = False

    def __len__(self) -> int:
        """How many proxies there are."""
        return len(self._live)

    def hold(self, proxy: Held, *, lent: bool = False) -> None:
        """A proxy was made. `lent`: with an ask, until `settle`. Raises `TenantError` where there are too
        many.
        """
        if len(self._live) >= MOST:
            raise TenantError(f"more than {MOST} functions and targets of one isolate are held")
        if lent:
            self._lent.add(proxy.rpc_number)
        ref = self._live[proxy.rpc_number] = _Ref(proxy, self._dropped)
        ref.number = proxy.rpc_number

    def settle(self, numbers: Sequence[int], *, keep: bool) -> list[int]:
        """An ask is answered: which of what it lent is held on. The isolate releases the others by itself."""
        kept = [number for number in numbers if keep and number in self._live]
        self._lent.difference_update(numbers)
        for number in set(numbers).difference(kept):
            self._live.pop(number, None)
        return kept

    def dispose(self, number: int) -> None:
        """Release a proxy's object before the proxy is gone."""
        if self._live.pop(number, None) is not None and number not in self._lent:
            self._give_back(number)

    def close(self) -> None:
        """The isolate is gone, and all that it held with it."""
        self._closed = True
        self._live.clear()
        self._gone.clear()

    def _dropped(self, ref: _Ref) -> None:
        if self._live.get(ref.number) is not ref:
            return
        del self._live[ref.number]
        if ref.number not in self._lent:
            self._give_back(ref.number)

    def _give_back(self, number: int) -> None:
        if self._closed or self._loop.is_closed():
            return
        self._gone.append(number)
        if len(self._gone) == 1:
            # garbage is collected in whichever thread fills the measure
            here = threading.get_ident() == self._thread
            (self._loop.call_soon if here else self._loop.call_soon_threadsafe)(self._flush)

    def _flush(self) -> None:
        gone, self._gone = self._gone, []
        if gone and not self._closed:
            self._release(gone)
