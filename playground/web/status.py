"""An instance's status, as the reference playground shows it."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from playground.core.preview import as_json
from playground.engine.engine import InstanceStatus
from playground.engine.entries import ErrorPreview
from playground.web.answers import JSONAnswer
from playground.web.instance_lookup import find_status
from playground.web.visitor import visitor_of

_WHOLE: Final = 8 * 1024 * 1024
"""More than any value of 1 MiB takes as JSON: an output is never cut here."""


def status_view(status: InstanceStatus) -> dict[str, Any]:
    """`{status, output, error}`; the last two are null where there is none. Also `rollback`, `{outcome,
    error}`, where the instance was rolled back.
    """
    view: dict[str, Any] = {
        "status": status.status,
        "output": as_json(status.output, _WHOLE) if status.output is not None else None,
        "error": status.error.summary() if status.error is not None else None,
    }
    if (rollback := status.rollback) is not None:
        view["rollback"] = {"outcome": rollback.outcome, "error": _summary(rollback.error)}
    return view


def _summary(error: ErrorPreview | None) -> dict[str, str] | None:
    return {"name": error.name, "message": error.message} if error is not None else None


async def get_status(request: Request) -> Response:
    """The status of one run."""
    instance = request.path_params["id"]
    status = await find_status(request, await visitor_of(request), instance)
    return JSONAnswer({"id": instance, "status": status_view(status)})
