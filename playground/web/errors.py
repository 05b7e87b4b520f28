"""From domain errors to HTTP answers: one table.

Every answer is `{ error, code }`, where known with `name`, `module`, `line`, `column` and `frame`; never a
stack trace, never a path of the server. What is in no table is a bug of ours: it is logged here and answered
as a bare 500.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from playground.core import errors
from playground.web.answers import JSONAnswer
from playground.web.thrown import ThrownByFetch

_log = logging.getLogger(__name__)


class Refused(errors.PlaygroundError):
    """The request cannot be met as it is.

    `status` is the HTTP status, `code` a short machine-readable reason, `details` more keys of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.details = dict(details or {})


class NotFound(Refused):
    """Nothing that this visitor may see has this address. Unknown, foreign and revoked things all answer with
    these bytes.
    """

    def __init__(self, message: str = "not found") -> None:
        super().__init__(404, "not_found", message)


STATUS_OF: Final[Mapping[type[errors.PlaygroundError], int]] = MappingProxyType(
    {
        errors.PlaygroundError: 500,
        errors.TenantError: 500,
        errors.WorkflowError: 409,
        errors.WorkflowFatalError: 400,
        errors.WorkflowTimeoutError: 500,
        errors.NonRetryableError: 500,
        errors.NonRetryableDelayError: 500,
        errors.RemoteError: 500,
        errors.LimitExceeded: 500,
        errors.LoadError: 500,
        errors.NoSuchEntrypoint: 500,
        errors.NonDeterminismError: 500,
        errors.IsolateLost: 503,
        errors.IsolateCrashed: 503,
        errors.TenantBusy: 429,
        errors.SequenceConflict: 409,
        errors.StorageError: 503,
        errors.DiskFull: 507,
        errors.FilesInUse: 503,
    }
)
"""The status of each class; a class that is not listed has that of its nearest base. Tenant code that fails
is 500, as in the reference playground: the request was understood, the code that it brought was not able to
answer.
"""

CODE_OF: Final[Mapping[type[errors.PlaygroundError], str]] = MappingProxyType(
    {
        errors.PlaygroundError: "internal",
        errors.TenantError: "tenant_error",
        errors.WorkflowError: "workflow_error",
        errors.WorkflowFatalError: "workflow_fatal",
        errors.WorkflowTimeoutError: "timeout",
        errors.NonRetryableError: "tenant_error",
        errors.NonRetryableDelayError: "tenant_error",
        errors.RemoteError: "tenant_error",
        errors.LimitExceeded: "limit_exceeded",
        errors.LoadError: "load_error",
        errors.NoSuchEntrypoint: "no_such_entrypoint",
        errors.NonDeterminismError: "non_determinism",
        errors.IsolateLost: "isolate_lost",
        errors.IsolateCrashed: "isolate_lost",
        errors.TenantBusy: "too_busy",
        errors.SequenceConflict: "conflict",
        errors.StorageError: "storage_refused",
        errors.DiskFull: "disk_full",
        errors.FilesInUse: "storage_refused",
    }
)

_STATUS_OF_REASON: Final[Mapping[str, int]] = MappingProxyType(
    {
        "instance.not_found": 404,
        "instance.no_event": 404,
        "instance.no_output": 404,
        "instance.already_exists": 409,
        "instance.cannot_apply": 409,
        "instance.cannot_crash": 409,
        "instance.cannot_debug": 409,
        "instance.cannot_restart": 409,
        "instance.cannot_send_event": 409,
        "instance.cannot_skip": 409,
        "instance.cannot_terminate": 409,
        "instance.moved_on": 409,
        "instance.newer": 409,
        "instance.not_stopped": 409,
        "instance.no_step": 409,
        "instance.no_value": 409,
        "instance.not_waiting": 409,
        "instance.too_large": 413,
        "run_file.bad": 400,
    }
)
"""The reasons are the answers' codes, too."""

_LONGEST_MESSAGE: Final = 8192
_MOST_CAUSES: Final = 5
_LONGEST_CAUSE: Final = 500

_BARE: Final[Mapping[type[errors.PlaygroundError], str]] = MappingProxyType(
    {
        errors.PlaygroundError: "something went wrong on our side",
        errors.IsolateLost: "the code's isolate went away; try again",
        errors.IsolateCrashed: "the code's isolate went away; try again",
        errors.TenantBusy: "the code used up its CPU time of this minute; try again later",
        errors.SequenceConflict: "the instance has moved on; try again",
        errors.StorageError: "the server cannot store anything at the moment",
        errors.DiskFull: "the server's disk is full; what is stored can still be read",
        errors.FilesInUse: "the server cannot store anything at the moment",
    }
)
"""Errors of ours, whose own words are for the server's log: these are shown instead."""


def answer_for(error: errors.PlaygroundError) -> JSONAnswer:
    """The HTTP answer to `error`."""
    if _reason(error) == "instance.not_found":  # gone meanwhile: as if it had never been
        error = NotFound("instance.not_found")
    if isinstance(error, Refused):
        content = {"error": error.message, "code": error.code, **error.details}
        return JSONAnswer(content, error.status, error.headers)
    known = next(cls for cls in type(error).__mro__ if cls in STATUS_OF)
    if known in _BARE:
        retry = {"retry-after": "1"} if isinstance(error, errors.IsolateLost) else None
        if isinstance(error, errors.TenantBusy):
            retry = {"retry-after": str(-(-error.wait_ms // 1000))}
        return JSONAnswer({"error": _BARE[known], "code": CODE_OF[known]}, STATUS_OF[known], retry)
    reason = _reason(error)
    status = STATUS_OF[known] if reason is None else _STATUS_OF_REASON[reason]
    return JSONAnswer(_tenant_content(error, reason or CODE_OF[known]), status)


def _reason(error: errors.PlaygroundError) -> str | None:
    """What a refusal about an instance begins with, where that is one of those known here."""
    reason = error.message.partition(":")[0] if isinstance(error, errors.WorkflowError) else None
    return reason if reason in _STATUS_OF_REASON else None


def _tenant_content(error: errors.PlaygroundError, code: str) -> dict[str, Any]:
    name = error.name if isinstance(error, errors.TenantError) else "Error"
    own_code = getattr(error, "code", None)
    content: dict[str, Any] = {
        "error": error.message[:_LONGEST_MESSAGE],
        "code": own_code if isinstance(own_code, str) else code,
        "name": name[:_LONGEST_MESSAGE],
    }
    if isinstance(error, (errors.LoadError, ThrownByFetch)):
        position = {
            "module": error.module,
            "line": error.line,
            "column": error.column,
            "frame": error.frame,
        }
        content.update({key: value for key, value in position.items() if value is not None})
    return content


async def on_playground_error(request: Request, error: Exception) -> Response:
    """Starlette's hook for the whole tree."""
    assert isinstance(error, errors.PlaygroundError)
    if not isinstance(error, (Refused, errors.TenantError, errors.TenantBusy)):
        _log.error("%s %s: %s", request.method, request.url.path, error.message)
    elif error.__cause__ is not None:  # what was wrong with what somebody sent
        _log.info("%s %s: %r: %s", request.method, request.url.path, error.message, _causes(error))
    return answer_for(error)


def _causes(error: BaseException) -> str:
    causes: list[str] = []
    while (cause := error.__cause__) is not None and len(causes) < _MOST_CAUSES:
        causes.append(repr(cause)[:_LONGEST_CAUSE])
        error = cause
    return ", because of ".join(causes)


_HTTP_CODES: Final[Mapping[int, str]] = MappingProxyType({404: "not_found", 405: "method_not_allowed"})


def answer_for_http(request: Request, error: HTTPException) -> Response:
    """The answer to an unknown address or method: JSON under `/api`, else a line of text."""
    headers = dict(error.headers or {})
    if request.url.path.startswith("/api/"):
        code = _HTTP_CODES.get(error.status_code, "http_error")
        return JSONAnswer({"error": error.detail.lower(), "code": code}, error.status_code, headers)
    return PlainTextResponse(error.detail, error.status_code, headers)


def answer_for_bug() -> JSONAnswer:
    """What is said when something unforeseen happened; the log has the details."""
    return JSONAnswer({"error": _BARE[errors.PlaygroundError], "code": "internal"}, 500)
