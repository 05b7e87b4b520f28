"""What goes wrong in cryptography, by the names that the specification gives it."""

from __future__ import annotations

from playground.core.errors import TenantError


class SubtleError(TenantError):
    """An operation of `crypto.subtle` failed. `name` is that of the DOMException which the tenant catches."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def data_error(message: str) -> SubtleError:
    """Key data does not say what it should."""
    return SubtleError("DataError", message)


def operation_error(message: str) -> SubtleError:
    """The operation failed, for whatever reason that may be told."""
    return SubtleError("OperationError", message)


def not_supported(message: str) -> SubtleError:
    """What is asked for is beyond what is offered here."""
    return SubtleError("NotSupportedError", message)
