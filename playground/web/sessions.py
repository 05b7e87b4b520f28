"""Sessions: what a page needs to come back to where it was."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from playground.web.answers import JSONAnswer
from playground.web.body import read_object
from playground.web.desk import desk
from playground.web.drafts import code_of
from playground.web.shares import share_view
from playground.web.visitor import admitted, require_access

_MOST_RUNS: Final = 100


async def post_session(request: Request) -> Response:
    """The visitor's own session: the one that there is (200), or a new one (201) with its cookie."""
    at = desk(request)
    await read_object(request, at.settings.body_limit, timeout_s=at.settings.body_timeout_s)
    session = await admitted(request)
    created = bool(request.scope.get("playground.cookies"))
    return JSONAnswer({"id": session}, 201 if created else 200)


async def get_session(request: Request) -> Response:
    """What stands in the session's editor (`source` is its main file), its latest runs (newest first), and
    what this visitor may do.
    """
    session = request.path_params["id"]
    access = await require_access(request, session)
    at = desk(request)
    code = await code_of(at, session, watched=access not in ("own", "edit"))
    newest = await at.engine.latest(session, _MOST_RUNS)
    versions = await at.versions.of_runs(session, _MOST_RUNS)
    content: dict[str, Any] = {
        "id": session,
        "access": access,
        "source": code.source,
        "language": code.language,
        **code.as_json(),
        "runs": [
            {
                "id": summary.id,
                "status": summary.status,
                "created": summary.created,
                "versionId": versions.get(summary.id),
            }
            for summary in newest
        ],
    }
    if access == "own":
        live = await at.shares.live(session, at.clock.now())
        content["shares"] = [share_view(share) for share in live]
    return JSONAnswer(content)
