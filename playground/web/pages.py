"""Pages: the playground, of one's own or watched."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from playground.web.desk import desk
from playground.web.drafts import code_of
from playground.web.errors import answer_for_http
from playground.web.security import content_security_policy
from playground.web.visitor import visitor_of


async def get_page(request: Request) -> Response:
    """The visitor's own playground; `session` is null until something was run or saved."""
    visitor = await visitor_of(request)
    return await _page(request, visitor.own, "own" if visitor.own is not None else None)


async def get_session_page(request: Request) -> Response:
    """The page of one session. It opens for everybody, and holds nothing of a session that the visitor may
    not see:

    a share's secret is behind the `#`, so only the page's script can trade it.
    """
    session = request.path_params["id"]
    access = await (await visitor_of(request)).access(request, session)
    return await _page(request, session, access)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Starlette's hook for unknown addresses and methods: for those who read pages, a page."""
    assert isinstance(error, HTTPException)
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return answer_for_http(request, error)
    context = {"title": error.detail, "message": "There is nothing at this address.", "nonce": ""}
    templates = desk(request).templates
    return templates.TemplateResponse(
        request, "error.html", context, status_code=error.status_code, headers=dict(error.headers or {})
    )


async def _page(request: Request, session: str | None, access: str | None) -> Response:
    at = desk(request)
    watched = access not in ("own", "edit")
    code = await code_of(at, session if access is not None else None, watched=watched)
    nonce = secrets.token_urlsafe(16)
    context: dict[str, Any] = {
        "page": {
            "session": session,
            "access": access,
            # the main file's text stands in the editor's field
            "files": {name: None if name == code.main else file for name, file in code.files.items()},
            "main": code.main,
            "revision": code.revision,
            "language": code.language,
            "version": at.settings.version,
            "killable": at.kill_server is not None,
        },
        "source": code.source,
        "payload": code.payload if isinstance(code.payload, str) else _text(code.payload),
        "nonce": nonce,
        "modules": at.modules,
        "built": await asyncio.to_thread(at.builds.current),
    }
    headers = {"content-security-policy": content_security_policy(nonce), "cache-control": "no-store"}
    return at.templates.TemplateResponse(request, "playground.html", context, headers=headers)


def _text(payload: Any) -> str:
    return "" if payload is None else msgspec.json.format(msgspec.json.encode(payload), indent=2).decode()
