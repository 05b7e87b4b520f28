"""Shares: links that let others watch a session.

A link carries its secret behind the `#`, which browsers do not send: neither our log nor another server's
Referer ever holds it. The page trades it by POST for a cookie that opens this one session for reading.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from playground.core.ids import new_secret
from playground.web.answers import JSONAnswer
from playground.web.body import read_object
from playground.web.desk import desk
from playground.web.doorkeeper import digest, is_token
from playground.web.errors import NotFound, Refused
from playground.web.security import origin_of
from playground.web.visitor import address_of, is_public_id, remember_share, require_access

_MOST_SHARES: Final = 100


async def post_share(request: Request) -> Response:
    """Make a link to the session: `{scope: "view", expires?}`, `expires` in epoch ms. The secret is shown
    this once.
    """
    session = request.path_params["id"]
    await require_access(request, session, write=True)
    at = desk(request)
    at.changes.take(session)
    wanted = await read_object(request, at.settings.body_limit, timeout_s=at.settings.body_timeout_s)
    if wanted.get("scope") != "view":
        raise Refused(400, "bad_scope", 'the only scope is "view"')
    expires, now = wanted.get("expires"), at.clock.now()
    if expires is not None and (type(expires) is not int or expires <= now):
        raise Refused(400, "bad_expires", "expires must be a time to come, in epoch milliseconds")
    if len(await at.shares.live(session, now)) >= _MOST_SHARES:
        raise Refused(409, "too_many_shares", f"a session has at most {_MOST_SHARES} links; revoke one first")
    secret = new_secret()
    share = await at.shares.create(session, digest(secret), "view", now, expires)
    content = {
        "id": share.id,
        "url": f"{origin_of(request)}/s/{session}#share={secret}",
        "scope": share.scope,
        "expires": share.expires,
    }
    return JSONAnswer(content, 201)


async def delete_share(request: Request) -> Response:
    """Revoke a link. Whoever came in by it is out at the next request, and with the next entry of a live
    stream.
    """
    session = request.path_params["id"]
    await require_access(request, session, write=True)
    at = desk(request)
    at.changes.take(session)
    if not await at.shares.revoke(session, request.path_params["share"], at.clock.now()):
        raise NotFound
    return Response(status_code=204)


async def redeem_share(request: Request) -> Response:
    """Trade `{session, secret}` for the cookie. Wrong, revoked and expired secrets answer as unknown sessions
    do.
    """
    at = desk(request)
    at.newcomers.take(address_of(request))
    offered = await read_object(request, at.settings.body_limit, timeout_s=at.settings.body_timeout_s)
    session, secret = offered.get("session"), offered.get("secret")
    if not (
        isinstance(session, str) and isinstance(secret, str) and is_public_id(session) and is_token(secret)
    ):
        raise NotFound
    share = await at.shares.by_secret(session, digest(secret), at.clock.now())
    if share is None:
        raise NotFound
    remember_share(request, session, secret)
    return JSONAnswer({"session": session, "scope": share.scope})
