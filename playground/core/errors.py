"""The error tree.

```
PlaygroundError                      everything this package raises on purpose
├── TenantError                      may be shown to tenant code, with its name and message
│   ├── WorkflowError                a request about an instance that cannot be met
│   ├── WorkflowFatalError           the workflow is written wrongly; never retried
│   ├── WorkflowTimeoutError         a step's attempt or a wait for an event took too long
│   ├── NonRetryableError            thrown to stop retries
│   ├── NonDeterminismError          a replay asked for other steps than history holds
│   ├── NonRetryableDelayError       a retry-delay function failed
│   ├── RemoteError                  an error that was thrown in tenant code, as a record
│   ├── LimitExceeded                tenant code used more CPU time or memory than it may
│   ├── LoadError                    a tenant's modules do not parse, link or evaluate
│   └── NoSuchEntrypoint             a tenant's modules do not export that class
├── IsolateLost                      the isolate went away; what ran in it is replayed
├── TenantBusy                       the tenant used up its CPU time of this minute; try again later
├── SequenceConflict                 an append expected another next seq than the log's
└── StorageError                     the database refused; nothing was acknowledged
    ├── DiskFull                     there is no space left; it recovers when there is
    └── FilesInUse                   another server has the same files open
```

The docstring of a class without a message of its own is its default message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """A JavaScript-style error as data: what the log stores and the wire carries.

    `cause` is any value of `core.values` (often another `ErrorRecord`), or None for no cause; `props` are the
    error's own enumerable properties beside these, as far as they are values; `errors` is what an
    AggregateError stands for, any values.
    """

    name: str
    message: str
    stack: str | None = None
    cause: Any = None
    code: str | None = None
    props: dict[str, Any] | None = None
    errors: list[Any] | None = None

    def summary(self) -> dict[str, str]:
        """`{"name", "message"}`, the form that `status().error` has."""
        return {"name": self.name, "message": self.message}


class PlaygroundError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        self.message = message if message is not None else (type(self).__doc__ or "").strip()
        super().__init__(self.message)


class TenantError(PlaygroundError):
    """An error that tenant code may see. `name` is what its JavaScript twin is called."""

    name = "Error"

    def record(self) -> ErrorRecord:
        """The error as data."""
        return ErrorRecord(self.name, self.message, code=getattr(self, "code", None))


class WorkflowError(TenantError):
    """The request about this instance cannot be met."""

    name = "WorkflowError"


class WorkflowFatalError(TenantError):
    """The workflow is written wrongly."""

    name = "WorkflowFatalError"


class WorkflowTimeoutError(TenantError):
    """Execution timed out."""

    name = "WorkflowTimeoutError"


class NonRetryableError(TenantError):
    """Raise it in a step to stop its retries. The name may be replaced, as in JavaScript."""

    name = "NonRetryableError"

    def __init__(self, message: str | None = None, name: str | None = None) -> None:
        super().__init__(message)
        if name is not None:
            self.name = name


class NonRetryableDelayError(TenantError):
    """A step's delay function threw an error."""

    name = "NonRetryableDelayError"


class NonDeterminismError(TenantError):
    """A replay asked for other steps than the history holds."""

    name = "NonDeterminismError"


class RemoteError(TenantError):
    """An error thrown by tenant code (or memoised from it), kept as an `ErrorRecord`."""

    def __init__(self, record: ErrorRecord) -> None:
        super().__init__(record.message)
        self.name = record.name
        self._record = record

    def record(self) -> ErrorRecord:
        return self._record


LimitCode = Literal["CPU_LIMIT", "MEMORY_LIMIT"]
_LIMIT_NAMES: dict[str, str] = {"CPU_LIMIT": "CpuLimitError", "MEMORY_LIMIT": "MemoryLimitError"}


class LimitExceeded(TenantError):
    """Tenant code went over a limit. Never retried: the same code on the same input would do it again."""

    def __init__(self, code: LimitCode, message: str) -> None:
        super().__init__(message)
        self.code: LimitCode = code
        self.name = _LIMIT_NAMES[code]


class LoadError(TenantError):
    """A tenant's modules do not parse, link or evaluate. `line` and `column` count from 1; `frame` is what
    stands there, as text of several lines.
    """

    def __init__(
        self,
        message: str,
        *,
        name: str = "Error",
        module: str | None = None,
        line: int | None = None,
        column: int | None = None,
        stack: str | None = None,
        code: str | None = None,
        frame: str | None = None,
    ) -> None:
        super().__init__(message)
        self.name = name
        self.module = module
        self.frame = frame
        self.line = line
        self.column = column
        self.stack = stack
        self.code = code

    def record(self) -> ErrorRecord:
        return ErrorRecord(self.name, self.message, stack=self.stack, code=self.code)


class NoSuchEntrypoint(TenantError):
    """The tenant's main module has no such export."""

    def __init__(self, entrypoint: str) -> None:
        super().__init__(f"no such entrypoint: {entrypoint}")
        self.entrypoint = entrypoint


class IsolateLost(PlaygroundError):
    """The isolate went away (evicted, crashed, or its process died)."""

    wanted = False
    """Whether somebody had it thrown away, so that it says nothing of the code."""


class IsolateCrashed(IsolateLost):
    """The isolate was thrown away in mid-flight, because somebody asked for that."""

    wanted = True


class TenantBusy(PlaygroundError):
    """The tenant's code has used up its CPU time of this minute; try again later."""

    def __init__(self, wait_ms: int) -> None:
        super().__init__()
        self.wait_ms = wait_ms
        """When it may have a turn again, as far as is known."""


class SequenceConflict(PlaygroundError):
    """The log has moved on: another writer appended to this instance."""


class StorageError(PlaygroundError):
    """The database refused the write; nothing was acknowledged."""


class DiskFull(StorageError):
    """There is no space left on the disk; nothing was written. Reads go on."""


class FilesInUse(StorageError):
    """Another server has these files open."""


def record_of(error: BaseException) -> ErrorRecord:
    """`error` as a record: tenant errors as they are, Python exceptions by class name and text, a group of
    them with what is in it.
    """
    if isinstance(error, TenantError):
        return error.record()
    cause, group = error.__cause__, error.exceptions if isinstance(error, BaseExceptionGroup) else None
    return ErrorRecord(
        type(error).__name__,
        str(error),
        cause=record_of(cause) if cause is not None else None,
        errors=[record_of(one) for one in group] if group is not None else None,
    )
