"""The errors of steps, for workflows in Python to catch by class.

A step that failed for good raises what was stored, a `RemoteError`. Where the record's name is that of one of
our classes, the error is of that class too: `except WorkflowTimeoutError` is what the JavaScript of
`error.name === "WorkflowTimeoutError"` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from playground.core.errors import (
    NonRetryableDelayError,
    NonRetryableError,
    RemoteError,
    WorkflowFatalError,
    WorkflowTimeoutError,
)


class RemoteTimeout(RemoteError, WorkflowTimeoutError):
    """A step, or a wait for an event, took too long."""


class RemoteNonRetryable(RemoteError, NonRetryableError):
    """A step has stopped its retries."""


class RemoteFatal(RemoteError, WorkflowFatalError):
    """A step is written wrongly."""


class RemoteDelay(RemoteError, NonRetryableDelayError):
    """A step's delay function has failed."""


_CLASSES: Final[Mapping[str, type[RemoteError]]] = MappingProxyType(
    {
        "WorkflowTimeoutError": RemoteTimeout,
        "NonRetryableError": RemoteNonRetryable,
        "WorkflowFatalError": RemoteFatal,
        "NonRetryableDelayError": RemoteDelay,
    }
)


def by_class(error: RemoteError) -> RemoteError:
    """The same error, of the class that its name says; itself where there is none."""
    record = error.record()
    found = _CLASSES.get(record.name)
    return error if found is None else found(record)
