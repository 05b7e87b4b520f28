"""Approvals: one wait of one run, put before somebody who has nothing but a link.

The link's secret is behind the `#`, as with every link. The page trades it by POST for a cookie that is sent
to this approval's own addresses and to no others; so it opens no session and no other run. Nothing is decided
by a GET. A decision, its row in the audit trail and the event in the run's log are one transaction, which is
refused where the wait does not wait any more: so it is made once, or not at all.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from playground.core.errors import WorkflowError
from playground.core.ids import new_public_id, new_secret
from playground.engine.answering import PendingWait
from playground.storage.approvals import (
    MOST_OPEN,
    Approval,
    Deciding,
    Decision,
    NotOpen,
    TooManyOpen,
    Verdict,
)
from playground.storage.share import Share
from playground.web.answers import JSONAnswer
from playground.web.approval_state import approval_view, instance_of, is_live, state_of
from playground.web.audit import audited
from playground.web.body import read_object
from playground.web.desk import Desk, desk
from playground.web.doorkeeper import digest, is_token
from playground.web.errors import NotFound, Refused
from playground.web.instance_lookup import find_instance
from playground.web.plain_text import one_line, plain
from playground.web.security import origin_of, set_cookie
from playground.web.shares import note_opening, read_expiry, read_label
from playground.web.visitor import Grant, address_of, is_public_id, require_grant, visitor_of

APPROVAL_COOKIE: Final = "pg_approval"
_COOKIE_AGE_S: Final = 30 * 24 * 3600
_LONGEST_QUESTION: Final = 500
_LONGEST_NAME: Final = 100
_LONGEST_NOTE: Final = 2000
_MOST_FIELDS: Final = 30
_LARGEST_FIELDS: Final = 8192
_TOO_LATE: Final = ("instance.not_waiting", "instance.not_found")
_VERDICTS: Final[tuple[Verdict, ...]] = ("approved", "rejected", "answered")


async def post_approval(request: Request) -> Response:
    """Make a link to one wait of one run: `{instance, step, label?, question?, fields?, expires?}`, `step` a
    key like `wait:1:decide`. It is good for one answer. The secret is shown this once.
    """
    session = request.path_params["id"]
    await require_grant(request, session, "own")
    at = desk(request)
    at.changes.take(session)
    wanted = await read_object(request, at.settings.body_limit, timeout_s=at.settings.body_timeout_s)
    now = at.clock.now()
    label, expires = read_label(wanted), read_expiry(wanted, now)
    question, fields = _text(wanted, "question", _LONGEST_QUESTION), _fields(wanted.get("fields"))
    wait, instance = await _wanted_wait(request, session, wanted)
    secret = new_secret()
    share = Share(new_public_id(), session, "approve", now, expires, label, None, instance)
    step = wait.step
    approval = Approval(
        share, step.name, step.count, wait.type, wait.seq, wait.started, question or step.name, fields
    )
    try:
        await at.shares.approvals.create(approval, digest(secret))
    except TooManyOpen:
        message = (
            f"a session has at most {MOST_OPEN} links to waits that nobody has answered; revoke one first"
        )
        raise Refused(409, "too_many_shares", message) from None
    url = f"{origin_of(request)}/a/{share.id}#{secret}"
    content = {"id": share.id, "url": url, "label": label, "expires": expires, "until": wait.until}
    return JSONAnswer(content, 201)


async def open_approval(request: Request) -> Response:
    """Trade `{secret}` for the cookie of this approval, and see what is asked. Wrong secrets answer as
    unknown approvals do; one that was right tells what has become of its link.
    """
    at = desk(request)
    at.newcomers.take(address_of(request))
    offered = await read_object(request, at.settings.body_limit, timeout_s=at.settings.body_timeout_s)
    secret = offered.get("secret")
    approval = await _found(at, request.path_params["id"], secret)
    share = approval.share
    if is_live(approval, at.clock.now()):
        await at.shares.used(share, at.clock.now())
        row = audited(
            at,
            Grant("approve", share),
            share.session,
            "link_opened",
            instance=share.instance,
            step=approval.step,
        )
        await note_opening(at, row)
    path = f"/api/approvals/{share.id}"
    set_cookie(request, APPROVAL_COOKIE, str(secret), max_age=_COOKIE_AGE_S, path=path)
    return JSONAnswer(await approval_view(at, approval))


async def get_approval(request: Request) -> Response:
    """What is asked, by which run, and whether it can still be answered. It decides nothing."""
    at = desk(request)
    return JSONAnswer(await approval_view(at, await admitted_approval(request)))


async def decide_approval(request: Request) -> Response:
    """Answer, once: `{verdict: "approved" | "rejected", by, note?, payload?}` sends the event `{...payload,
    approved, by, note}`; `{verdict: "answered", by, payload}` sends the payload as it is. 409 where it was
    decided before, or nothing waits for it any more; `approval` is then how it stands.
    """
    at = desk(request)
    approval = await admitted_approval(request)
    at.changes.take(approval.share.id)  # what the session's owner may change is not the approver's to use up
    body = await read_object(request, at.settings.body_limit, timeout_s=at.settings.body_timeout_s)
    decision, payload = _decision(body, at.clock.now())
    try:
        await _decide(at, approval, decision, payload)
    except (NotOpen, WorkflowError) as error:
        if isinstance(error, WorkflowError) and not error.message.startswith(_TOO_LATE):
            raise
        raise await _too_late(request, at) from None
    return JSONAnswer(await approval_view(at, await admitted_approval(request)))


async def _too_late(request: Request, at: Desk) -> Refused:
    approval = await admitted_approval(request)
    details = {"approval": await approval_view(at, approval)}
    if approval.decision is not None:
        return Refused(409, "already_decided", "this was decided before", details=details)
    return Refused(409, "not_open", "nothing waits for this any more", details=details)


async def admitted_approval(request: Request) -> Approval:
    """The approval in the address, for those who hold its cookie; `NotFound` for all others."""
    return await _found(desk(request), request.path_params["id"], request.cookies.get(APPROVAL_COOKIE))


async def _found(at: Desk, id: str, secret: Any) -> Approval:
    if not is_public_id(id) or not is_token(secret):
        raise NotFound
    approval = await at.shares.approvals.by_secret(id, digest(secret))
    if approval is None:
        raise NotFound
    return approval


async def _decide(at: Desk, approval: Approval, decision: Decision, payload: Any) -> None:
    if await state_of(at, approval) != "open":
        raise NotOpen
    instance = await instance_of(at, approval)
    if instance is None:
        raise NotOpen
    along = Deciding(approval, decision)
    await instance.answer(type=approval.event_type, payload=payload, wait_seq=approval.wait_seq, along=along)


async def _wanted_wait(request: Request, session: str, wanted: dict[str, Any]) -> tuple[PendingWait, str]:
    id, step = wanted.get("instance"), wanted.get("step")
    if not isinstance(id, str) or not isinstance(step, str):
        raise Refused(400, "bad_wait", "instance and step say which wait the link is for")
    visitor = await visitor_of(request)
    of, instance = await find_instance(request, visitor, id)
    if of != session:
        raise NotFound("instance.not_found")
    for wait in await instance.waits():
        if f"{wait.step.kind}:{wait.step.count}:{wait.step.name}" == step:
            return wait, instance.id
    raise WorkflowError("instance.not_waiting: the run does not wait there now")


def _decision(body: dict[str, Any], now: int) -> tuple[Decision, Any]:
    verdict = next((each for each in _VERDICTS if each == body.get("verdict")), None)
    if verdict is None:
        raise Refused(400, "bad_verdict", f"verdict must be one of {', '.join(_VERDICTS)}")
    by, note = one_line(_text(body, "by", _LONGEST_NAME)), _text(body, "note", _LONGEST_NOTE)
    if not by:
        raise Refused(400, "no_name", "say who decides: by must not be empty")
    decision = Decision(now, verdict, by, note)
    if verdict == "answered":
        if "payload" not in body:
            raise Refused(400, "no_payload", "an answer needs a payload")
        return decision, body["payload"]
    more = body.get("payload", {})
    if not isinstance(more, dict):
        raise Refused(400, "bad_payload", "what goes with a verdict must be an object")
    return decision, {**more, "approved": verdict == "approved", "by": by, "note": note}


def _text(body: dict[str, Any], name: str, most: int) -> str:
    text = body.get(name, "")
    if not isinstance(text, str):
        raise Refused(400, f"bad_{name}", f"{name} must be a text")
    text = plain(text)
    if len(text) > most:
        raise Refused(400, f"bad_{name}", f"{name} has at most {most} characters")
    return text


def _fields(fields: Any) -> Any:
    if fields is None:
        return None
    known = isinstance(fields, list) and all(
        isinstance(field, dict) and isinstance(field.get("name"), str) for field in fields
    )
    if not known or len(fields) > _MOST_FIELDS or len(msgspec.json.encode(fields)) > _LARGEST_FIELDS:
        message = f"fields must be a list of at most {_MOST_FIELDS} objects with names"
        raise Refused(400, "bad_fields", message)
    return fields
