"""The one table of routes. The API's description is made from it, so that it names what is here and nothing
else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.isolates.module import KINDS
from playground.web import (
    drafts,
    health,
    instances,
    lifecycle,
    outputs,
    pages,
    runs,
    sessions,
    shares,
    status,
    streams,
    versions,
)
from playground.web.visitor import turn_of

Handler = Callable[[Request], Awaitable[Response]]
Schema = Mapping[str, Any]

_EVENTS: Final = "text/event-stream"
_TEXT: Final = {"type": "string"}
_ANY: Final[Schema] = {}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row: what is asked for, who answers, and what the description says of it.

    `answers` maps statuses to what they mean, `body` is the JSON schema of the request's body where one is
    read, `media` is the type of a successful answer. Rows that are `hidden` are pages and not in the
    description.
    """

    method: str
    path: str
    handler: Handler
    answers: Mapping[int, str]
    body: Schema | None = None
    media: str = "application/json"
    hidden: bool = False

    def route(self) -> Route:
        """The row as Starlette's route; the metrics know it by its path."""
        handler, path = self.handler, self.path
        in_turn = path.startswith("/api/")

        async def answer(request: Request) -> Response:
            request.scope["playground.route"] = path
            if not in_turn:
                return await handler(request)
            async with turn_of(request):
                return await handler(request)

        whole = path.replace("{key}", "{key:path}")  # a step's name may have slashes
        return Route(whole, answer, methods=[self.method], name=handler.__name__)


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required)}


_LANGUAGE: Final[Schema] = {"enum": ["js", "ts"]}
_MODULE: Final[Schema] = {
    "oneOf": [_TEXT, *(_object({kind: _ANY if kind == "json" else _TEXT}) for kind in KINDS)]
}
_RUN: Final[Schema] = {
    "oneOf": [
        _object({"source": _TEXT}, {"payload": _ANY, "language": _LANGUAGE}),
        _object(
            {"modules": {"type": "object", "additionalProperties": _MODULE}, "main": _TEXT},
            {"payload": _ANY},
        ),
    ]
}

_FILES: Final[Mapping[str, Schema]] = {
    "files": {"type": "object", "additionalProperties": _MODULE},
    "main": _TEXT,
}
_SAVED: Final[Mapping[str, Schema]] = {"payload": _ANY, "revision": {"type": "integer", "minimum": 0}}
_DRAFT: Final[Schema] = {
    "oneOf": [_object(_FILES, _SAVED), _object({"source": _TEXT}, {"language": _LANGUAGE, **_SAVED})]
}

_COUNT: Final[Schema] = {"type": "integer", "minimum": 1}
_STEP: Final = _object({"name": _TEXT}, {"count": _COUNT, "type": {"enum": ["do", "sleep", "waitForEvent"]}})
_STEP_KEY: Final = _object({"kind": {"enum": ["sleep", "do", "rollback"]}, "name": _TEXT, "count": _COUNT})

_UNKNOWN: Final = "unknown, or not this visitor's to see"
_READ_ONLY: Final = "the visitor came by a link that allows watching only"

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint("GET", "/", pages.get_page, {200: "the page"}, media="text/html", hidden=True),
    Endpoint("GET", "/s/{id}", pages.get_session_page, {200: "the page"}, media="text/html", hidden=True),
    Endpoint("GET", "/api/source", runs.get_source, {200: "the default source"}, media="text/javascript"),
    Endpoint(
        "POST",
        "/api/run",
        runs.post_run,
        {
            200: "{ runId, id, status, session }; id and status as the tenant's fetch answered them",
            400: "not JSON, or no source",
            413: "too large",
            429: "too many runs",
            500: "the tenant's code failed to load or answered badly; name, module, line, column where known",
        },
        _RUN,
    ),
    Endpoint(
        "GET",
        "/api/status/{id}",
        status.get_status,
        {200: "{ id, status: { status, output, error } }", 404: _UNKNOWN},
    ),
    Endpoint(
        "GET",
        "/api/stream/{id}",
        streams.stream_run,
        {200: "events log, entry, status, done; Last-Event-ID or ?after=seq", 404: _UNKNOWN},
        media=_EVENTS,
    ),
    Endpoint(
        "POST",
        "/api/sessions",
        sessions.post_session,
        {200: "{ id } of the visitor's session", 201: "{ id } of a new one, with its cookie"},
        _object({}),
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}",
        sessions.get_session,
        {
            200: "{ id, access, source, language, files, main, payload, revision, runs, shares? }",
            404: _UNKNOWN,
        },
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}/stream",
        streams.stream_session,
        {200: "events entry of all runs, deleted, draft; Last-Event-ID or ?after=position", 404: _UNKNOWN},
        media=_EVENTS,
    ),
    Endpoint(
        "PUT",
        "/api/sessions/{id}/draft",
        drafts.put_draft,
        {
            200: "{ revision }, where the body named one",
            204: "kept",
            403: _READ_ONLY,
            404: _UNKNOWN,
            409: "changed elsewhere since; draft is what is there",
            413: "too large",
        },
        _DRAFT,
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}/draft",
        drafts.get_draft,
        {200: "{ files, main, payload, revision }", 403: _READ_ONLY, 404: _UNKNOWN},
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}/versions",
        versions.list_versions,
        {200: "{ versions, next }; ?before=next", 403: _READ_ONLY, 404: _UNKNOWN},
    ),
    Endpoint(
        "POST",
        "/api/sessions/{id}/versions",
        versions.keep_version,
        {201: "{ id }", 403: _READ_ONLY, 404: _UNKNOWN, 413: "too large"},
        _object(_FILES),
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}/versions/{version}",
        versions.get_version,
        {200: "{ id, created, main, modules }", 404: _UNKNOWN},
    ),
    Endpoint(
        "POST",
        "/api/sessions/{id}/shares",
        shares.post_share,
        {201: "{ id, url, scope, expires }", 403: _READ_ONLY, 404: _UNKNOWN},
        _object({"scope": {"const": "view"}}, {"expires": {"type": ["integer", "null"]}}),
    ),
    Endpoint(
        "DELETE",
        "/api/sessions/{id}/shares/{share}",
        shares.delete_share,
        {204: "revoked", 403: _READ_ONLY, 404: _UNKNOWN},
    ),
    Endpoint(
        "POST",
        "/api/shares/redeem",
        shares.redeem_share,
        {200: "{ session, scope }, with the cookie", 404: "unknown, revoked or expired"},
        _object({"session": _TEXT, "secret": _TEXT}),
    ),
    Endpoint(
        "GET",
        "/api/instances/{id}",
        instances.get_instance,
        {200: "{ id, status, output, error, version, created, source, entries, … }", 404: _UNKNOWN},
    ),
    Endpoint(
        "GET",
        "/api/instances/{id}/steps/{key}/output",
        outputs.get_output,
        {200: "the output, as a file", 403: "watching only, or sensitive", 404: _UNKNOWN},
        media="*/*",
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/pause",
        lifecycle.pause,
        {200: "{ id, status }", 403: _READ_ONLY, 404: _UNKNOWN},
        _object({}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/resume",
        lifecycle.resume,
        {200: "{ id, status }", 403: _READ_ONLY, 404: _UNKNOWN},
        _object({}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/terminate",
        lifecycle.terminate,
        {
            200: "{ id, status }",
            400: "bad options",
            403: _READ_ONLY,
            404: _UNKNOWN,
            409: "it has ended already",
        },
        _object({}, {"rollback": {"type": "boolean"}}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/restart",
        lifecycle.restart,
        {200: "{ id, status }", 400: "bad options", 403: _READ_ONLY, 404: _UNKNOWN, 409: "no such step"},
        _object({}, {"from": _STEP}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/delete",
        lifecycle.delete,
        {200: "{ id, status: null }", 403: _READ_ONLY, 404: _UNKNOWN},
        _object({}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/skip",
        lifecycle.skip,
        {
            200: "{ id, status }",
            400: "not a step",
            403: _READ_ONLY,
            404: _UNKNOWN,
            409: "the step neither sleeps nor waits for its next attempt, or the instance is paused",
        },
        _object({"step": {"oneOf": [_TEXT, _STEP_KEY]}}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/crash",
        lifecycle.crash,
        {200: "{ id, status, crashed }", 403: _READ_ONLY, 404: _UNKNOWN, 409: "it has ended already"},
        _object({}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/events",
        instances.send_event,
        {202: "stored", 400: "not an event", 403: _READ_ONLY, 404: _UNKNOWN, 409: "it has ended already"},
        _object({"type": _TEXT}, {"payload": _ANY}),
    ),
    Endpoint("GET", "/healthz", health.get_health, {200: "{ status, version, isolates }"}),
    Endpoint("GET", "/metrics", health.get_metrics, {200: "Prometheus text"}, media="text/plain"),
)
