"""The approver's page, and the stream that it follows."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from playground.web.approval_state import approval_events, instance_of, is_live
from playground.web.approvals import APPROVAL_COOKIE, admitted_approval
from playground.web.cursor import cursor_of
from playground.web.desk import desk
from playground.web.doorkeeper import digest
from playground.web.errors import NotFound
from playground.web.security import content_security_policy
from playground.web.streams import answer_with
from playground.web.visitor import visitor_of


async def get_approval_page(request: Request) -> Response:
    """The page of one approval. It is the same for everybody, and for whatever looks at links before people
    do: what is asked comes to the page's script, which has the secret.
    """
    at = desk(request)
    headers = {"content-security-policy": content_security_policy(), "cache-control": "no-store"}
    context = {"version": at.settings.version}
    return at.templates.TemplateResponse(request, "approve.html", context, headers=headers)


async def stream_approval(request: Request) -> Response:
    """The run that asks, and no other: events `entry` without console lines, id = seq, and `done`."""
    at = desk(request)
    approval = await admitted_approval(request)
    after = cursor_of(request)
    instance = await instance_of(at, approval) if is_live(approval, at.clock.now()) else None
    if instance is None:
        raise NotFound
    secret_hash = digest(request.cookies[APPROVAL_COOKIE])
    events = approval_events(at, approval, instance, secret_hash, after)
    return answer_with(request, await visitor_of(request), events)
