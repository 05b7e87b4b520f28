"""Versions: the code that a session has run or kept, as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from playground.storage.versions import VersionSummary
from playground.web.answers import JSONAnswer
from playground.web.audit import audited
from playground.web.code_room import require_room
from playground.web.desk import desk
from playground.web.drafts import read_edited
from playground.web.errors import NotFound, Refused
from playground.web.visitor import require_access, require_grant

_PAGE: Final = 20
_RUNS: Final = 5
_ID: Final = re.compile(r"[0-9a-f]{64}\Z")
_NEEDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "run": "a run that is still there has this code: delete the run first",
        "named": "an instance that this code created is still there, and runs it: delete that first",
        "starting": "a run of this code is about to begin: try again in a moment",
    }
)
"""Why a version stays."""
_CURSOR: Final = re.compile(r"([0-9]{1,15})-([0-9a-f]{64})\Z")


async def list_versions(request: Request) -> Response:
    """The session's versions, newest first, for those who may edit: `{versions, next}`, each `{id, created,
    main, files: [{name, size}], runs: [{id, created}], runCount, neededBy}`: how many runs there were, and
    how many are still there. `?before=` is the `next` of the page before; it is null on the last one.
    """
    session = request.path_params["id"]
    await require_access(request, session, "edit")
    at = desk(request)
    found = await at.versions.list(session, before=_before(request), limit=_PAGE + 1, runs=_RUNS)
    page = found[:_PAGE]
    next = f"{page[-1].created}-{page[-1].id}" if len(found) > _PAGE else None
    return JSONAnswer({"versions": [_listed(each) for each in page], "next": next})


async def get_version(request: Request) -> Response:
    """One version: `{id, created, main, modules}`. Who only watches is given those that were run."""
    session, version = request.path_params["id"], request.path_params["version"]
    access = await require_access(request, session)
    at = desk(request)
    found = await at.versions.code(session, version) if _ID.match(version) else None
    hidden = access not in ("own", "edit") and not await at.versions.was_run(session, version)
    if found is None or hidden:
        raise NotFound
    content = {"id": found.id, "created": found.created, "main": found.main, "modules": dict(found.modules)}
    return JSONAnswer(content)


async def keep_version(request: Request) -> Response:
    """Keep code as a version without running it: `{files, main}`; answers `{id}`. 413 `too_much_code` where
    the session stores as much as it may."""
    at, session, _, files, main = await read_edited(request)
    await require_room(at, session, main, files)
    return JSONAnswer({"id": await at.versions.keep(session, main, files, at.clock.now())}, 201)


async def delete_version(request: Request) -> Response:
    """Remove a version that nothing needs. 409 `version_in_use` where a run that is still there was started
    with it or goes on with it, an instance that the code created is there, or a run is about to begin.
    """
    session, version = request.path_params["id"], request.path_params["version"]
    grant = await require_grant(request, session, "edit")
    at = desk(request)
    at.changes.take(session)
    if not _ID.match(version):
        raise NotFound
    removal = await at.versions.remove(session, version)
    if removal == "unknown":
        raise NotFound
    if removal != "removed":
        raise Refused(409, "version_in_use", _NEEDED[removal])
    await at.shares.audit.add(audited(at, grant, session, "version_deleted", detail={"version": version}))
    return Response(status_code=204)


def _listed(version: VersionSummary) -> dict[str, Any]:
    return {
        "id": version.id,
        "created": version.created,
        "main": version.main,
        "files": [{"name": file.name, "size": file.size} for file in version.files],
        "runs": [{"id": run.id, "created": run.created} for run in version.runs],
        "runCount": version.run_count,
        "neededBy": version.needed_by,
    }


def _before(request: Request) -> tuple[int, str] | None:
    text = request.query_params.get("before")
    if text is None:
        return None
    match = _CURSOR.match(text)
    if match is None:
        raise Refused(400, "bad_cursor", "before is the next of the page before")
    return int(match[1]), match[2]
