"""The one table of what each endpoint needs.

`view` < `approve` < `edit` < `own`: each allows what those before it allow, and more. A link gives one of the
first three to one session; `own` is the session's owner. Who has less than an endpoint needs is answered 403;
who has nothing is answered 404, exactly as for what does not exist. `approval` is the link to one wait of one
run, which opens nothing else. `anyone` needs nothing.

The endpoints ask for it themselves (`visitor.require_grant`, `instance_lookup.reach_instance`); the tests
hold them to this table, and this table to the routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from playground.web.visitor import Access

Need = Access | Literal["approval", "anyone"]

LADDER: Final[Mapping[str, Need]] = {
    "GET /": "anyone",
    "GET /s/{id}": "anyone",
    "GET /a/{id}": "anyone",
    "GET /healthz": "anyone",
    "GET /metrics": "anyone",
    "GET /api/source": "anyone",
    "GET /api/examples": "anyone",
    "GET /api/examples/{id}": "anyone",
    "POST /api/sessions": "anyone",
    # in the visitor's own session; "edit" where the body names another
    "POST /api/run": "anyone",
    "POST /api/runs/from-file": "anyone",
    "POST /api/shares/redeem": "anyone",
    # a session
    "GET /api/sessions/{id}": "view",
    "GET /api/sessions/{id}/stream": "view",
    "POST /api/sessions/{id}/fork": "view",
    "GET /api/sessions/{id}/versions/{version}": "view",
    "GET /api/sessions/{id}/versions": "edit",
    "POST /api/sessions/{id}/versions": "edit",
    "DELETE /api/sessions/{id}/versions/{version}": "edit",
    "GET /api/sessions/{id}/draft": "edit",
    "PUT /api/sessions/{id}/draft": "edit",
    "GET /api/sessions/{id}/shares": "own",
    "POST /api/sessions/{id}/shares": "own",
    "DELETE /api/sessions/{id}/shares/{share}": "own",
    "POST /api/sessions/{id}/approvals": "own",
    "GET /api/sessions/{id}/audit": "own",
    # a run
    "GET /api/status/{id}": "view",
    "GET /api/stream/{id}": "view",
    "GET /api/instances/{id}": "view",
    # "approve": only what the run waits for now
    "POST /api/instances/{id}/events": "approve",
    "GET /api/instances/{id}/steps/{key}/output": "edit",
    "GET /api/instances/{id}/values/{of}": "edit",
    "POST /api/instances/{id}/pause": "edit",
    "POST /api/instances/{id}/resume": "edit",
    "POST /api/instances/{id}/terminate": "edit",
    "POST /api/instances/{id}/restart": "edit",
    "POST /api/instances/{id}/delete": "edit",
    "POST /api/instances/{id}/skip": "edit",
    "POST /api/instances/{id}/crash": "edit",
    "POST /api/instances/{id}/debug": "edit",
    "POST /api/instances/{id}/continue": "edit",
    # who has a session, and only where the operator allows it
    "POST /api/debug/kill-server": "anyone",
    "GET /api/instances/{id}/file": "edit",
    "POST /api/instances/{id}/rehearse": "edit",
    "POST /api/instances/{id}/apply": "edit",
    "POST /api/instances/{id}/fork": "edit",
    # one wait of one run
    "POST /api/approvals/{id}/open": "anyone",
    "GET /api/approvals/{id}": "approval",
    "GET /api/approvals/{id}/stream": "approval",
    "POST /api/approvals/{id}/decide": "approval",
}
