"""Shares: links that let others into a session, to watch, to approve or to edit.

A link carries its secret behind the `#`, which browsers do not send: neither our log nor another server's
Referer ever holds it. The page trades it by POST for a cookie that opens this one session, as far as the
link's scope goes. What each scope may do is in `routes.py`, beside each endpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from playground.core.durations import DAY, HOUR
from playground.core.ids import new_secret
from playground.storage.approvals import Approval
from playground.storage.audit import AuditRow
from playground.storage.share import Scope, Share
from playground.web.answers import JSONAnswer
from playground.web.audit import audited
from playground.web.body import read_object
from playground.web.desk import Desk, desk
from playground.web.doorkeeper import digest, is_token
from playground.web.errors import NotFound, Refused
from playground.web.plain_text import one_line
from playground.web.security import origin_of
from playground.web.visitor import (
    Grant,
    address_of,
    allows,
    is_public_id,
    remember_share,
    require_grant,
    visitor_of,
)

SCOPES: Final[tuple[Scope, ...]] = ("view", "approve", "edit")
PRESETS: Final[Mapping[str, int | None]] = {
    "1 hour": HOUR,
    "1 day": DAY,
    "7 days": 7 * DAY,
    "never": None,
}
"""How long links are good, by the words for it; in ms."""
_MOST_SHARES: Final = 100
_LONGEST_LABEL: Final = 80
_LATEST: Final = 1 << 53


async def post_share(request: Request) -> Response:
    """Make a link to the session: `{scope: "view" | "approve" | "edit", expires?, label?}`, `expires` in
    epoch ms, or `1 hour`, `1 day`, `7 days`, `never`. The secret is shown this once.
    """
    session = request.path_params["id"]
    await require_grant(request, session, "own")
    at = desk(request)
    at.changes.take(session)
    wanted = await read_object(request, at.settings.body_limit, timeout_s=at.settings.body_timeout_s)
    scope = next((each for each in SCOPES if each == wanted.get("scope")), None)
    if scope is None:
        raise Refused(400, "bad_scope", f"scope must be one of {', '.join(SCOPES)}")
    now = at.clock.now()
    label, expires = read_label(wanted), read_expiry(wanted, now)
    links = [share for share in await at.shares.live(session, now) if share.instance is None]
    if len(links) >= _MOST_SHARES:
        raise Refused(409, "too_many_shares", f"a session has at most {_MOST_SHARES} links; revoke one first")
    secret = new_secret()
    share = await at.shares.create(session, digest(secret), scope, now, expires, label)
    url = f"{origin_of(request)}/s/{session}#share={secret}"
    return JSONAnswer({**share_view(share), "url": url}, 201)


async def list_shares(request: Request) -> Response:
    """The session's links that are good, for its owner, oldest first; those to one wait of one run among
    them, with what has become of them.
    """
    session = request.path_params["id"]
    await require_grant(request, session, "own")
    at = desk(request)
    now = at.clock.now()
    approvals = {each.share.id: each for each in await at.shares.approvals.of_session(session, now)}
    shares = await at.shares.live(session, now)
    return JSONAnswer({"shares": [share_view(share, approvals.get(share.id)) for share in shares]})


async def delete_share(request: Request) -> Response:
    """Revoke a link. Whoever came in by it is out at the next request, and with the next entry of a live
    stream.
    """
    session = request.path_params["id"]
    await require_grant(request, session, "own")
    at = desk(request)
    at.changes.take(session)
    if not await at.shares.revoke(session, request.path_params["share"], at.clock.now()):
        raise NotFound
    return Response(status_code=204)


async def redeem_share(request: Request) -> Response:
    """Trade `{session, secret}` for the cookie. Wrong, revoked and expired secrets answer as unknown sessions
    do. Who has a link to the session that allows more keeps that one.
    """
    at = desk(request)
    at.newcomers.take(address_of(request))
    offered = await read_object(request, at.settings.body_limit, timeout_s=at.settings.body_timeout_s)
    session, secret = offered.get("session"), offered.get("secret")
    if not (
        isinstance(session, str) and isinstance(secret, str) and is_public_id(session) and is_token(secret)
    ):
        raise NotFound
    now = at.clock.now()
    share = await at.shares.by_secret(session, digest(secret), now)
    if share is None:
        raise NotFound
    await at.shares.used(share, now)
    await note_opening(at, audited(at, Grant(share.scope, share), session, "link_opened"))
    held = await (await visitor_of(request)).access(request, session)
    if held is not None and held != share.scope and allows(held, share.scope):
        return JSONAnswer({"session": session, "scope": held})
    remember_share(request, session, secret)
    return JSONAnswer({"session": session, "scope": share.scope})


async def note_opening(at: Desk, row: AuditRow) -> None:
    """Store in the audit trail that a link was opened; of each at most ten a minute, so that who holds one
    cannot fill the trail.
    """
    with suppress(Refused):
        at.openings.take(row.share or "")
        await at.shares.audit.add(row)


def read_label(wanted: Mapping[str, Any]) -> str:
    """The `label` of a body: one line, at most 80 characters; empty where there is none."""
    label = wanted.get("label", "")
    if not isinstance(label, str):
        raise Refused(400, "bad_label", "label must be a text")
    label = one_line(label)
    if len(label) > _LONGEST_LABEL:
        raise Refused(400, "bad_label", f"a label has at most {_LONGEST_LABEL} characters")
    return label


def read_expiry(wanted: Mapping[str, Any], now: int) -> int | None:
    """The `expires` of a body, in epoch ms: None for never."""
    expires = wanted.get("expires")
    if isinstance(expires, str) and expires in PRESETS:
        span = PRESETS[expires]
        return None if span is None else now + span
    if expires is None or (type(expires) is int and now < expires <= _LATEST):
        return expires
    known = ", ".join(PRESETS)
    raise Refused(400, "bad_expires", f"expires must be a time to come, in epoch milliseconds, or {known}")


def share_view(share: Share, approval: Approval | None = None) -> dict[str, Any]:
    """A link as its owner sees it; `approval` where it is for one wait of one run."""
    view: dict[str, Any] = {
        "id": share.id,
        "scope": share.scope,
        "label": share.label,
        "created": share.created,
        "expires": share.expires,
        "lastUsed": share.last_used,
    }
    if approval is not None:
        decision = approval.decision
        view["approval"] = {
            "instance": share.instance,
            "step": approval.step,
            "type": approval.event_type,
            "question": approval.question,
            "decision": None
            if decision is None
            else {"time": decision.time, "verdict": decision.verdict, "by": decision.by},
        }
    return view
