"""The audit trail: what was done to a session and its runs through the web, by whom, and by which link.

Who came by a link is known by that link's label and id, and by nothing else: a name that somebody gave with a
decision is what they said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from playground.storage.audit import AuditRow
from playground.web.answers import JSONAnswer, encode_json
from playground.web.desk import Desk, desk
from playground.web.errors import Refused
from playground.web.visitor import Grant, require_grant

_MOST_ROWS: Final = 200
_ROWS: Final = 50
_LARGEST_PAYLOAD: Final = 1024
_POSITION: Final = re.compile(r"[1-9][0-9]{0,17}\Z")


def audited(
    at: Desk,
    grant: Grant,
    session: str,
    action: str,
    *,
    instance: str | None = None,
    step: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditRow:
    """What somebody with that grant does now, as a row of the trail. It is not stored yet."""
    share = grant.share
    return AuditRow(
        session,
        at.clock.now(),
        action,
        "owner" if share is None else "link",
        None if share is None else share.id,
        None if share is None else share.label,
        None if share is None else share.scope,
        instance,
        step,
        detail or {},
    )


def event_detail(event: Mapping[str, Any]) -> dict[str, Any]:
    """What the trail keeps of an event `{type, payload?}`: the payload too, where it is small."""
    detail: dict[str, Any] = {"type": event["type"]}
    if "payload" in event and len(encode_json(event["payload"])) <= _LARGEST_PAYLOAD:
        detail["payload"] = event["payload"]
    return detail


async def get_audit(request: Request) -> Response:
    """The session's audit trail, newest first, for its owner: `?before=` a position, `?limit=` rows. `next`
    is where the following page begins, null at the end.
    """
    session = request.path_params["id"]
    await require_grant(request, session, "own")
    before = _number(request, "before")
    limit = _number(request, "limit")
    rows = await desk(request).shares.audit.of_session(session, before, min(limit or _ROWS, _MOST_ROWS))
    whole = len(rows) < min(limit or _ROWS, _MOST_ROWS)
    content = {"rows": [_shown(row) for row in rows], "next": None if whole else rows[-1].position}
    return JSONAnswer(content)


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not text.isascii() or _POSITION.match(text) is None:
        raise Refused(400, f"bad_{name}", f"{name} must be a whole number from 1")
    return int(text)


def _shown(row: AuditRow) -> dict[str, Any]:
    link = None if row.share is None else {"id": row.share, "label": row.label, "scope": row.scope}
    return {
        "position": row.position,
        "time": row.time,
        "action": row.action,
        "actor": row.actor,
        "link": link,
        "instance": row.instance,
        "step": row.step,
        "detail": row.detail,
    }
