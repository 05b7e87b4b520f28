"""Sessions: what a page needs to come back to where it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from playground.isolates.module import language_of, text_of
from playground.web.answers import JSONAnswer
from playground.web.body import read_object
from playground.web.default_source import DEFAULT_PAYLOAD, default_source
from playground.web.desk import Desk, desk
from playground.web.errors import Refused
from playground.web.runs import read_language
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
    """What stands in the session's editor, its latest runs (newest first), and what this visitor may do."""
    session = request.path_params["id"]
    access = await require_access(request, session)
    at = desk(request)
    code = await code_of(at, session)
    newest = await at.engine.latest(session, _MOST_RUNS)
    versions = await at.versions.of_runs(session, _MOST_RUNS)
    content: dict[str, Any] = {
        "id": session,
        "access": access,
        "source": code.source,
        "language": code.language,
        "payload": code.payload,
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
        content["shares"] = [
            {"id": share.id, "scope": share.scope, "created": share.created, "expires": share.expires}
            for share in live
        ]
    return JSONAnswer(content)


async def put_draft(request: Request) -> Response:
    """Keep what stands in the editor: `{source, payload?, language?}`, the payload any JSON value (the page
    sends its text).
    """
    session = request.path_params["id"]
    await require_access(request, session, write=True)
    at = desk(request)
    at.changes.take(session)
    settings = at.settings
    draft = await read_object(request, settings.body_limit, timeout_s=settings.body_timeout_s)
    source = draft.get("source")
    if not isinstance(source, str):
        raise Refused(400, "no_source", "Missing source code")
    if len(source.encode()) > settings.source_limit:
        raise Refused(413, "source_too_large", f"the code has more than {settings.source_limit} bytes")
    language = read_language(draft.get("language", "js"))
    payload = msgspec.json.encode(draft["payload"]).decode() if "payload" in draft else None
    await at.sessions.save_draft(session, source, payload, at.clock.now(), language)
    return Response(status_code=204)


@dataclass(frozen=True, slots=True)
class EditorContent:
    """What an editor opens with. `payload` is any JSON value."""

    source: str
    language: str
    payload: Any


async def code_of(at: Desk, session: str | None) -> EditorContent:
    """What a page of the session opens with: the draft or the latest run's code, whichever is newer.

    Without either (or without a session) they are the defaults.
    """
    draft = await at.sessions.draft(session) if session is not None else None
    latest = await at.versions.latest(session) if session is not None else None
    payload = msgspec.json.decode(draft.payload) if draft is not None and draft.payload is not None else None
    if latest is not None and (draft is None or draft.saved < latest.created):
        main = latest.modules[latest.main]
        return EditorContent(text_of(main) or "", language_of(latest.main, main), payload)
    if draft is not None:
        return EditorContent(draft.source, draft.language, payload)
    return EditorContent(default_source(), "js", DEFAULT_PAYLOAD)
