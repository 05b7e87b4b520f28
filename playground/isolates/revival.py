"""What the references in an isolate's value stand for here."""

from __future__ import annotations

from typing import Any, Final

from playground.core.codec import BadEncoding
from playground.core.errors import TenantError
from playground.isolates.context import CallContext
from playground.isolates.handles import Handles
from playground.isolates.remote_function import Invoker, RemoteFunction, RemoteTarget
from playground.isolates.stubs import Stubs

MOST: Final = 1000
"""How many references one value may hold."""


class Revival:
    """Reads the references in the values of one message (a `core.codec.DecodeHook`): stubs of ours become
    what they stand for, functions and targets become proxies. `lent`: these are an ask's, until `settle`.
    """

    def __init__(
        self, session: Invoker, stubs: Stubs, handles: Handles, context: CallContext | None, lent: bool
    ) -> None:
        self._session = session
        self._stubs = stubs
        self._handles = handles
        self._context = context
        self._lent = lent
        self._numbers: list[int] = []
        self._count = 0

    def __call__(self, tag: str, content: Any) -> Any:
        self._count += 1
        if self._count > MOST:
            raise TenantError(f"a value refers to more than {MOST} functions, targets and stubs")
        if tag == "$stub":
            if not isinstance(content, dict):
                raise BadEncoding("a stub has a number")
            return self._stubs.get(content.get("id"))
        if type(content) is not int:
            raise BadEncoding("functions and targets have numbers")
        kind = RemoteFunction if tag == "$fn" else RemoteTarget
        proxy = kind(self._session, content, self._context)
        self._handles.hold(proxy, lent=self._lent)
        self._numbers.append(content)
        return proxy

    def settle(self, *, keep: bool) -> list[int]:
        """The ask is answered; which of what it lent is held on."""
        return self._handles.settle(self._numbers, keep=keep)
