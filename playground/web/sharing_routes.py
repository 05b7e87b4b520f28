"""The rows of the table of routes that share a session, ask for approvals and tell of both."""

from __future__ import annotations

from typing import Any, Final

from playground.web import approval_page, approvals, audit, forks, shares
from playground.web.endpoint import ANY, EVENTS, READ_ONLY, TEXT, UNKNOWN, Endpoint, Schema, json_object

_EXPIRES: Final[Schema] = {"oneOf": [{"type": "integer"}, {"type": "null"}, {"enum": list(shares.PRESETS)}]}
_LINK: Final[dict[str, Any]] = {"expires": _EXPIRES, "label": TEXT}
_APPROVAL: Final = "{ id, state, question, label, created, expires, revoked, now, decision, run }"

SHARING: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        "POST",
        "/api/sessions/{id}/shares",
        shares.post_share,
        {201: "{ id, url, scope, label, created, expires, lastUsed }", 403: READ_ONLY, 404: UNKNOWN},
        json_object({"scope": {"enum": list(shares.SCOPES)}}, _LINK),
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}/shares",
        shares.list_shares,
        {200: "{ shares }", 403: READ_ONLY, 404: UNKNOWN},
    ),
    Endpoint(
        "DELETE",
        "/api/sessions/{id}/shares/{share}",
        shares.delete_share,
        {204: "revoked", 403: READ_ONLY, 404: UNKNOWN},
    ),
    Endpoint(
        "POST",
        "/api/shares/redeem",
        shares.redeem_share,
        {200: "{ session, scope }, with the cookie", 404: "unknown, revoked or expired"},
        json_object({"session": TEXT, "secret": TEXT}),
    ),
    Endpoint(
        "POST",
        "/api/sessions/{id}/fork",
        forks.fork_session,
        {201: "{ id } of the new session, with its cookie", 404: UNKNOWN, 409: "too many forks"},
        json_object({}),
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}/audit",
        audit.get_audit,
        {200: "{ rows, next }; ?before=next&limit=", 403: READ_ONLY, 404: UNKNOWN},
    ),
    Endpoint(
        "POST",
        "/api/sessions/{id}/approvals",
        approvals.post_approval,
        {
            201: "{ id, url, label, expires, until }",
            403: READ_ONLY,
            404: UNKNOWN,
            409: "the run does not wait there now",
        },
        json_object(
            {"instance": TEXT, "step": TEXT}, {**_LINK, "question": TEXT, "fields": {"type": "array"}}
        ),
    ),
    Endpoint(
        "GET",
        "/a/{id}",
        approval_page.get_approval_page,
        {200: "the page"},
        media="text/html",
        hidden=True,
    ),
    Endpoint(
        "POST",
        "/api/approvals/{id}/open",
        approvals.open_approval,
        {200: f"{_APPROVAL}, with the cookie", 404: UNKNOWN},
        json_object({"secret": TEXT}),
    ),
    Endpoint(
        "GET",
        "/api/approvals/{id}",
        approvals.get_approval,
        {200: _APPROVAL, 404: UNKNOWN},
    ),
    Endpoint(
        "GET",
        "/api/approvals/{id}/stream",
        approval_page.stream_approval,
        {200: "events entry of the one run, done; Last-Event-ID or ?after=seq", 404: UNKNOWN},
        media=EVENTS,
    ),
    Endpoint(
        "POST",
        "/api/approvals/{id}/decide",
        approvals.decide_approval,
        {
            200: _APPROVAL,
            400: "no verdict, or nobody's",
            404: UNKNOWN,
            409: "decided before, or nothing waits for it; approval is how it stands",
        },
        json_object(
            {"verdict": {"enum": ["approved", "rejected", "answered"]}, "by": TEXT},
            {"note": TEXT, "payload": ANY},
        ),
    ),
)
