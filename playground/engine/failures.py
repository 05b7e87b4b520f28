"""Errors on their way into the log, and which of them end a step at once. Pure."""

from __future__ import annotations

from typing import Any, Final

from playground.core.codec import encode
from playground.core.errors import (
    ErrorRecord,
    LimitExceeded,
    NonRetryableDelayError,
    NonRetryableError,
    WorkflowFatalError,
    record_of,
)
from playground.engine.entries import ErrorPreview, well_formed

NON_RETRYABLE_CODE: Final = "NON_RETRYABLE"
"""The `code` of records whose error was a `NonRetryableError` by class and bears another name."""

_NON_RETRYABLE_NAMES: Final = frozenset({"NonRetryableError", "WorkflowFatalError"})
_NON_RETRYABLE_CLASSES: Final = (
    LimitExceeded,
    NonRetryableDelayError,
    NonRetryableError,
    WorkflowFatalError,
)
_NAME_SHOWN: Final = 256
_MESSAGE_SHOWN: Final = 8_192
_STACK_SHOWN: Final = 16_384
_MESSAGE_KEPT: Final = 65_536
_DEPTH_SHOWN: Final = 4
_ERRORS_SHOWN: Final = 5
INTERRUPTED: Final = ErrorRecord(
    "Interrupted", "The attempt was interrupted: what ran it stopped or was lost."
)


def ends_the_step(error: BaseException, record: ErrorRecord) -> bool:
    """Whether a failed attempt with this error is not retried."""
    return (
        isinstance(error, _NON_RETRYABLE_CLASSES)
        or record.name in _NON_RETRYABLE_NAMES
        or record.code == NON_RETRYABLE_CODE
    )


def error_preview(record: ErrorRecord, depth: int = _DEPTH_SHOWN) -> ErrorPreview:
    """The error as the log shows it, cut to size, with what led to it: `depth` errors one behind the other at
    most, and the outermost with what it stands for. A text in the place of an error has no name.
    """
    stack, inner = record.stack, record.errors if depth == _DEPTH_SHOWN else None
    errors = [_shown_behind(each, 1) for each in (inner or ())[:_ERRORS_SHOWN]]
    return ErrorPreview(
        well_formed(record.name[:_NAME_SHOWN]),
        well_formed(record.message[:_MESSAGE_SHOWN]),
        well_formed(stack[:_STACK_SHOWN]) if stack is not None else None,
        _shown_behind(record.cause, depth),
        [each for each in errors if each is not None] or None,
    )


def _shown_behind(error: Any, depth: int) -> ErrorPreview | None:
    if depth > 0 and isinstance(error, ErrorRecord):
        return error_preview(error, depth - 1)
    if depth > 0 and isinstance(error, str):
        return ErrorPreview("", well_formed(error[:_MESSAGE_SHOWN]))
    return None


def stored_error(record: ErrorRecord, limit: int) -> bytes:
    """The record in wire form. One larger than `limit` bytes loses its cause, and its texts are cut."""
    try:
        encoded = encode(record)
    except Exception:
        # a cause that is no value; the error itself always is one
        encoded = encode(_without_cause(record))
    return encoded.data if len(encoded) <= limit else encode(_without_cause(record)).data


def record_to_store(error: BaseException) -> ErrorRecord:
    """`error` as the record that tenants will see."""
    return record_of(error)


def _without_cause(record: ErrorRecord) -> ErrorRecord:
    return ErrorRecord(
        record.name[:_NAME_SHOWN],
        record.message[:_MESSAGE_KEPT],
        record.stack[:_STACK_SHOWN] if record.stack is not None else None,
        code=record.code,
    )
