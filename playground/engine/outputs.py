"""Values on their way into the log: encoded, checked for size, and previewed. Pure."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET

from playground.core.codec import NotAValue, encode
from playground.core.errors import WorkflowFatalError
from playground.core.preview import as_json
from playground.core.values import UNDEFINED, Encoded
from playground.engine.instance_log import InstanceLog
from playground.engine.settings import EngineSettings

_UNDEFINED: Final = encode(UNDEFINED)


def encode_value(value: Any, limit: int, what: str) -> Encoded:
    """`value` (already encoded or not) in wire form. Larger than `limit` bytes: `WorkflowFatalError` about
    `what`.
    """
    try:
        encoded = value if isinstance(value, Encoded) else encode(value)
    except NotAValue as error:
        raise WorkflowFatalError(f"{what} is not a value that can be stored: {error}") from error
    if len(encoded) > limit:
        raise WorkflowFatalError(f"{what} is too large: {len(encoded)} bytes, and the limit is {limit} bytes")
    return encoded


def check_room(log: InstanceLog, size: int, settings: EngineSettings, what: str) -> None:
    """Raise `WorkflowFatalError` about `what` where the instance cannot store `size` more bytes."""
    limit, stored = settings.instance_limit, log.value_bytes + log.draining
    if stored + size > limit:
        raise WorkflowFatalError(
            f"{what} cannot be stored: the instance stores {stored} bytes already, "
            f"and the limit is {limit} bytes"
        )


def show(value: Encoded, settings: EngineSettings) -> Any:
    """What the log shows of a value; `UNSET` (nothing) of `undefined`."""
    if value.data == _UNDEFINED.data:
        return UNSET
    return as_json(value, settings.preview_limit)
