"""Forks: the code of a session, in a session of one's own."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from playground.web.answers import JSONAnswer
from playground.web.body import read_object
from playground.web.desk import desk
from playground.web.drafts import code_of
from playground.web.errors import Refused
from playground.web.security import set_cookie
from playground.web.visitor import (
    COOKIE_AGE_S,
    FORK_COOKIE,
    MOST_FORKS,
    SESSION_COOKIE,
    address_of,
    may_edit,
    require_grant,
    visitor_of,
)


async def fork_session(request: Request) -> Response:
    """Make a session of the visitor's own with what they see of this one: its files and payload, and none of
    its runs. Nothing is run. What the visitor had before stays theirs.
    """
    session = request.path_params["id"]
    grant = await require_grant(request, session, "view")
    at = desk(request)
    at.newcomers.take(address_of(request))
    await read_object(request, at.settings.body_limit, timeout_s=at.settings.body_timeout_s)
    visitor = await visitor_of(request)
    if len(visitor.forks) >= MOST_FORKS:
        message = f"this browser has {MOST_FORKS} forks already, which is the most that it can keep"
        raise Refused(409, "too_many_forks", message)
    code = await code_of(at, session, watched=not may_edit(grant.access))
    now = at.clock.now()
    fork, token = await at.doorkeeper.admit(now)
    payload = msgspec.json.encode(code.payload).decode()
    await at.sessions.save_draft(fork.id, code.files, code.main, payload, now)
    cookie = SESSION_COOKIE if visitor.own is None else FORK_COOKIE + fork.id
    set_cookie(request, cookie, token, max_age=COOKIE_AGE_S)
    return JSONAnswer({"id": fork.id}, 201)
