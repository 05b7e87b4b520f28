"""Who asks: the owner of sessions, somebody who came by a link, both, or nobody yet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from typing import Final, Literal

from starlette.requests import Request

from playground.core.errors import StorageError
from playground.storage.share import Share
from playground.web.desk import desk
from playground.web.doorkeeper import digest, is_token
from playground.web.errors import NotFound, Refused
from playground.web.security import set_cookie

Access = Literal["own", "edit", "approve", "view"]

SESSION_COOKIE: Final = "pg_session"
FORK_COOKIE: Final = "pg_own_"
SHARE_COOKIE: Final = "pg_share_"
COOKIE_AGE_S: Final = 365 * 24 * 3600
MOST_FORKS: Final = 16
_MOST_SHARES: Final = 16
_PUBLIC_ID: Final = re.compile(r"[A-Za-z0-9_-]{16}\Z")
_LADDER: Final[tuple[Access, ...]] = ("view", "approve", "edit", "own")
"""Each allows what those before it allow, and more."""
_REFUSALS: Final[dict[Access, tuple[str, str]]] = {
    "view": ("read_only", "this link lets you watch, and nothing more"),
    "approve": ("approve_only", "this link lets you watch and answer what a run waits for, and nothing more"),
    "edit": ("owner_only", "only the owner of the session may do that"),
}


def allows(access: Access, needs: Access) -> bool:
    """Whether who has `access` may do what needs `needs`."""
    return _LADDER.index(access) >= _LADDER.index(needs)


def may_edit(access: Access | None) -> bool:
    """Whether who has `access`, if any, may do more than watch and answer."""
    return access is not None and allows(access, "edit")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a visitor may do with a session, and the link that says so (None: it is the visitor's own)."""

    access: Access
    share: Share | None = None

    def require(self, needs: Access) -> None:
        """Raise `Refused` 403 where this is not enough."""
        if not allows(self.access, needs):
            code, message = _REFUSALS[self.access]
            raise Refused(403, code, message)


@dataclass(frozen=True, slots=True)
class Visitor:
    """`own` is the session that the visitor owns; `forks` are the tokens, by session, of those that were made
    as forks; `shares` are the secrets, by session, of links that were traded.
    """

    own: str | None
    shares: dict[str, str]
    forks: dict[str, str] = field(default_factory=dict)

    async def grant(self, request: Request, session: str) -> Grant | None:
        """What the visitor may do with `session`; None is nothing, as with an unknown one."""
        if session == self.own or await self._forked(request, session):
            return Grant("own")
        secret = self.shares.get(session)
        if secret is None:
            return None
        at = desk(request)
        now = at.clock.now()
        share = await at.shares.by_secret(session, digest(secret), now)
        if share is None:
            return None
        with suppress(StorageError):  # that it was used is not worth a refusal
            await at.shares.used(share, now)
        return Grant(share.scope, share)

    async def access(self, request: Request, session: str) -> Access | None:
        """As `grant`, without the link."""
        grant = await self.grant(request, session)
        return grant.access if grant is not None else None

    async def may_watch(self, request: Request, session: str) -> bool:
        """Whether the visitor may look into `session` now."""
        return await self.grant(request, session) is not None

    async def sessions(self, request: Request) -> list[str]:
        """Every session that the visitor may look into, the own ones first."""
        own = [self.own] if self.own is not None else []
        others = [session for session in (*self.forks, *self.shares) if session != self.own]
        return own + [session for session in dict.fromkeys(others) if await self.may_watch(request, session)]

    async def _forked(self, request: Request, session: str) -> bool:
        token = self.forks.get(session)
        return token is not None and await desk(request).doorkeeper.session_of(token) == session


async def visitor_of(request: Request) -> Visitor:
    """Read the visitor off the request. A Bearer token that is not ours is a 401; a cookie that is not is no
    cookie.
    """
    doorkeeper = desk(request).doorkeeper
    shares = _named(request, SHARE_COOKIE, _MOST_SHARES)
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        own = await doorkeeper.session_of(token.strip()) if scheme.lower() == "bearer" else None
        if own is None:
            raise Refused(401, "unauthorized", "unknown token", headers={"www-authenticate": "Bearer"})
        return Visitor(own, shares)
    token = request.cookies.get(SESSION_COOKIE, "")
    forks = _named(request, FORK_COOKIE, MOST_FORKS)
    return Visitor(await doorkeeper.session_of(token), shares, forks)


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
    set_cookie(request, SESSION_COOKIE, token, max_age=COOKIE_AGE_S)
    return session.id


async def require_grant(request: Request, session: str, needs: Access) -> Grant:
    """What this visitor may do with `session`: 404 where that is nothing, 403 where it is not what `needs`
    says.
    """
    grant = await (await visitor_of(request)).grant(request, session)
    if grant is None:
        raise NotFound
    grant.require(needs)
    return grant


async def require_access(request: Request, session: str, needs: Access = "view") -> Access:
    """As `require_grant`, without the link."""
    return (await require_grant(request, session, needs)).access


def remember_share(request: Request, session: str, secret: str) -> None:
    """Have the answer set the cookie that lets its bearer into `session`."""
    set_cookie(request, SHARE_COOKIE + session, secret, max_age=COOKIE_AGE_S)


def address_of(request: Request) -> str:
    """The address that the request came from, as the server sees it."""
    return request.client.host if request.client is not None else "unknown"


def is_public_id(text: object) -> bool:
    """Whether `text` has the form of a session's or a share's id."""
    return isinstance(text, str) and _PUBLIC_ID.match(text) is not None


def _named(request: Request, prefix: str, most: int) -> dict[str, str]:
    found = dict(_secrets(request.cookies.items(), prefix))
    return dict(list(found.items())[:most])


def _secrets(cookies: Iterable[tuple[str, str]], prefix: str) -> Iterable[tuple[str, str]]:
    for name, value in cookies:
        session = name.removeprefix(prefix)
        if session != name and is_public_id(session) and is_token(value):
            yield session, value
