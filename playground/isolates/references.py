"""What an isolate and the server hold of each other, and values on their way across with such references."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from playground.core.codec import BadEncoding, NotAValue, decode, encode
from playground.core.errors import ErrorRecord, LoadError
from playground.core.values import Encoded, Value
from playground.isolates.context import CallContext
from playground.isolates.handles import Handles
from playground.isolates.remote_function import Invoker
from playground.isolates.revival import Revival
from playground.isolates.stubs import Stubs, Unsettled, settled

MOST_ENV_BYTES: Final = 1 << 20
"""How large an `env` may be when encoded."""


class References:
    """The references of one isolate. `release(numbers)` tells it which of its functions are held no more."""

    def __init__(self, session: Invoker, release: Callable[[list[int]], None]) -> None:
        self._session = session
        self.stubs = Stubs(session)
        self.handles = Handles(release)

    @property
    def counts(self) -> tuple[int, int]:
        """How many functions and targets of the isolate are held here, and how many stubs there."""
        return len(self.handles), len(self.stubs)

    async def text(self, value: Value) -> str:
        """The wire form of a value for the isolate, whose awaitables are awaited first."""
        try:
            return text_of(encode(value, hook=self.stubs.node))
        except Unsettled:
            return text_of(encode(await settled(value), hook=self.stubs.node))

    def env(self, env: Mapping[str, Any]) -> str:
        """The wire form of an `env`, whose stubs stay as long as the isolate lives. Raises `LoadError`."""
        try:
            text = text_of(encode(dict(env), hook=self.stubs.node))
        except NotAValue as error:
            raise LoadError(f"env: {error}") from None
        except Unsettled:
            raise LoadError("env: it holds an awaitable; await it first") from None
        if len(text) > MOST_ENV_BYTES or len(text.encode("utf-8", "surrogatepass")) > MOST_ENV_BYTES:
            raise LoadError(f"env: it is larger than {MOST_ENV_BYTES >> 20} MiB when encoded")
        self.stubs.seal()
        return text

    def revival(self, context: CallContext | None, *, lent: bool = False) -> Revival:
        """What reads the references in a message; `lent`: they are an ask's, until that is answered."""
        return Revival(self._session, self.stubs, self.handles, context, lent)

    def close(self) -> None:
        """The isolate is gone."""
        self.handles.close()
        self.stubs.close()


def wire_of(text: str) -> Encoded:
    """A text of the isolate's as a wire form."""
    return Encoded(text.encode("utf-8", "surrogatepass"))


def text_of(value: Encoded) -> str:
    """A wire form as a text for the isolate."""
    return value.data.decode("utf-8", "surrogatepass")


def error_record(text: str) -> ErrorRecord:
    """The error that an isolate says; whatever it says, one."""
    try:
        value = decode(wire_of(text), hook=_no_reference)
    except BadEncoding:
        return ErrorRecord("Error", "the error cannot be read")
    return value if isinstance(value, ErrorRecord) else ErrorRecord("Error", str(value))


def _no_reference(tag: str, content: Any) -> Any:
    raise BadEncoding(f"{tag} cannot be part of an error")
