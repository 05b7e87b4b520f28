"""Errors on their way into the log, and which of them end a step at once. Pure."""

from __future__ import annotations

from typing import Final

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
_CAUSES_SHOWN: Final = 4
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


def error_preview(record: ErrorRecord, causes: int = _CAUSES_SHOWN) -> ErrorPreview:
    """The error as the log shows it, cut to size, with what led to it: `causes` errors one behind the other
    at most. A cause that is a text has no name.
    """
    stack, cause = record.stack, record.cause
    shown: ErrorPreview | None = None
    if causes > 0 and isinstance(cause, ErrorRecord):
        shown = error_preview(cause, causes - 1)
    elif causes > 0 and isinstance(cause, str):
        shown = ErrorPreview("", well_formed(cause[:_MESSAGE_SHOWN]))
    return ErrorPreview(
        well_formed(record.name[:_NAME_SHOWN]),
        well_formed(record.message[:_MESSAGE_SHOWN]),
        well_formed(stack[:_STACK_SHOWN]) if stack is not None else None,
        shown,
    )


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
