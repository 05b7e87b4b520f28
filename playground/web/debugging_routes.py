"""The rows of the table of routes by which a run is debugged."""

from __future__ import annotations

from typing import Final

from playground.engine.breakpoints import MOST_TEXTS
from playground.engine.debug_settings import FASTEST, LONGEST_CRAWL_MS, MOST, MOST_TIMES
from playground.web import debugging
from playground.web.endpoint import ANY, READ_ONLY, TEXT, UNKNOWN, Endpoint, Schema, json_object

_FAULT: Final = json_object(
    {"kind": {"enum": ["fail", "timeout", "crawl"]}},
    {
        "times": {"type": "integer", "minimum": 1, "maximum": MOST_TIMES},
        "step": {"type": ["string", "null"]},
        "name": TEXT,
        "message": TEXT,
        "delayMs": {"type": "integer", "minimum": 1, "maximum": LONGEST_CRAWL_MS},
    },
)
_BREAKPOINT: Final = {
    "oneOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 2, "maxItems": MOST_TEXTS}]
}
DEBUG: Final[Schema] = json_object(
    {},
    {
        "pace": {"oneOf": [{"type": "number", "minimum": 1, "maximum": FASTEST}, {"const": "skip"}]},
        "breakpoints": {"type": "array", "items": _BREAKPOINT, "maxItems": MOST},
        "everyStep": {"type": "boolean"},
        "faults": {"type": "array", "items": _FAULT, "maxItems": MOST},
        "pins": {"type": "object", "additionalProperties": ANY, "maxProperties": MOST},
    },
)
_STEP: Final = {"oneOf": [TEXT, json_object({"kind": TEXT, "name": TEXT, "count": {"type": "integer"}})]}

DEBUGGING: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        "POST",
        "/api/instances/{id}/debug",
        debugging.set_debug,
        {
            200: "{ id, status }",
            400: "what is asked for cannot be; error says which key is wrong",
            403: READ_ONLY,
            404: UNKNOWN,
            409: "it has ended already",
        },
        DEBUG,
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/continue",
        debugging.go_on,
        {
            200: "{ id, status, continued }",
            400: "bad options",
            403: READ_ONLY,
            404: UNKNOWN,
            409: "the run is not stopped at a breakpoint",
        },
        json_object({}, {"mode": {"enum": ["step", "run"]}, "step": _STEP}),
    ),
    Endpoint(
        "POST",
        "/api/debug/kill-server",
        debugging.kill_server,
        {202: "{ killed }", 403: "the operator does not allow it", 404: "a visitor without a session"},
        json_object({}),
    ),
)
