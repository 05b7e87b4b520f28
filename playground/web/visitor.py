"""Who asks: the owner of one session, a watcher of others, both, or nobody yet."""

from __future__ import annotations

import re
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Literal

from starlette.requests import Request

from playground.web.desk import desk
from playground.web.doorkeeper import digest, is_token
from playground.web.errors import NotFound, Refused
from playground.web.security import set_cookie

Access = Literal["own", "view"]

SESSION_COOKIE: Final = "pg_session"
SHARE_COOKIE: Final = "pg_share_"
_COOKIE_AGE_S: Final = 365 * 24 * 3600
_MOST_SHARES: Final = 16
_PUBLIC_ID: Final = re.compile(r"[A-Za-z0-9_-]{16}\Z")


@dataclass(frozen=True, slots=True)
class Visitor:
    """`own` is the session that the visitor owns; `shares` are the secrets, by session, of links that were
    traded.
    """

    own: str | None
    shares: dict[str, str]

    async def access(self, request: Request, session: str) -> Access | None:
        """What the visitor may do with `session`; None is nothing, as with an unknown one."""
        if session == self.own:
            return "own"
        return "view" if await self.may_watch(request, session) else None

    async def may_watch(self, request: Request, session: str) -> bool:
        """Whether a link to `session` that this visitor traded is still good."""
        secret = self.shares.get(session)
        if secret is None:
            return False
        at = desk(request)
        return await at.shares.by_secret(session, digest(secret), at.clock.now()) is not None

    async def sessions(self, request: Request) -> list[str]:
        """Every session that the visitor may look into, the own one first."""
        own = [self.own] if self.own is not None else []
        others = [session for session in self.shares if session != self.own]
        return own + [session for session in others if await self.may_watch(request, session)]


async def visitor_of(request: Request) -> Visitor:
    """Read the visitor off the request. A Bearer token that is not ours is a 401; a cookie that is not is no
    cookie.
    """
    doorkeeper = desk(request).doorkeeper
    shares = _shares(request)
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        own = await doorkeeper.session_of(token.strip()) if scheme.lower() == "bearer" else None
        if own is None:
            raise Refused(401, "unauthorized", "unknown token", headers={"www-authenticate": "Bearer"})
        return Visitor(own, shares)
    token = request.cookies.get(SESSION_COOKIE, "")
    return Visitor(await doorkeeper.session_of(token), shares)


def turn_of(request: Request) -> AbstractAsyncContextManager[None]:
    """Its turn at the turnstile: its session's where it is known, else its address's at the other."""
    at = desk(request)
    token = request.headers.get("authorization", "").partition(" ")[2].strip()
    session = at.doorkeeper.remembered(token or request.cookies.get(SESSION_COOKIE, ""))
    if session is not None:
        return at.turnstile.turn(session)
    return at.strangers.turn(address_of(request))


async def admitted(request: Request) -> str:
    """The visitor's own session, made now (and its cookie set) where there was none."""
    visitor = await visitor_of(request)
    if visitor.own is not None:
        return visitor.own
    at = desk(request)
    at.newcomers.take(address_of(request))
    session, token = await at.doorkeeper.admit(at.clock.now())
    set_cookie(request, SESSION_COOKIE, token, max_age=_COOKIE_AGE_S)
    return session.id


async def require_access(request: Request, session: str, *, write: bool = False) -> Access:
    """What this visitor may do with `session`: 404 where that is nothing, 403 where `write` is asked of a
    watcher.
    """
    access = await (await visitor_of(request)).access(request, session)
    if access is None:
        raise NotFound
    if write and access != "own":
        raise watching_only()
    return access


def watching_only() -> Refused:
    """The refusal to let a watcher change something."""
    return Refused(403, "read_only", "this link lets you watch, and nothing more")


def remember_share(request: Request, session: str, secret: str) -> None:
    """Have the answer set the cookie that lets its bearer watch `session`."""
    set_cookie(request, SHARE_COOKIE + session, secret, max_age=_COOKIE_AGE_S)


def address_of(request: Request) -> str:
    """The address that the request came from, as the server sees it."""
    return request.client.host if request.client is not None else "unknown"


def is_public_id(text: object) -> bool:
    """Whether `text` has the form of a session's or a share's id."""
    return isinstance(text, str) and _PUBLIC_ID.match(text) is not None


def _shares(request: Request) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in request.cookies.items():
        session = name.removeprefix(SHARE_COOKIE)
        if session != name and is_public_id(session) and is_token(value) and len(found) < _MOST_SHARES:
            found[session] = value
    return found
