"""The one table of routes. The API's description is made from it, so that it names what is here and nothing
else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.web import (
    drafts,
    examples,
    health,
    instances,
    lifecycle,
    outputs,
    pages,
    runs,
    sessions,
    status,
    streams,
    versions,
)
from playground.web.debugging_routes import DEBUG, DEBUGGING
from playground.web.editing_routes import EDITING, LANGUAGE, MODULE
from playground.web.endpoint import ANY, EVENTS, READ_ONLY, TEXT, UNKNOWN, Endpoint, Schema, json_object
from playground.web.sharing_routes import SHARING

_LINEAGE: Final = json_object({"of": TEXT, "why": {"const": "replay"}})
_WITH_IT: Final = {"payload": ANY, "session": TEXT, "debug": DEBUG, "lineage": _LINEAGE}
_RUN: Final[Schema] = {
    "oneOf": [
        json_object({"source": TEXT}, {"language": LANGUAGE, **_WITH_IT}),
        json_object(
            {"modules": {"type": "object", "additionalProperties": MODULE}, "main": TEXT},
            _WITH_IT,
        ),
    ]
}

_FILES: Final[Mapping[str, Schema]] = {
    "files": {"type": "object", "additionalProperties": MODULE},
    "main": TEXT,
}
_SAVED: Final[Mapping[str, Schema]] = {"payload": ANY, "revision": {"type": "integer", "minimum": 0}}
_DRAFT: Final[Schema] = {
    "oneOf": [json_object(_FILES, _SAVED), json_object({"source": TEXT}, {"language": LANGUAGE, **_SAVED})]
}

_COUNT: Final[Schema] = {"type": "integer", "minimum": 1}
_STEP: Final = json_object(
    {"name": TEXT}, {"count": _COUNT, "type": {"enum": ["do", "sleep", "waitForEvent"]}}
)
_STEP_KEY: Final = json_object({"kind": {"enum": ["sleep", "do", "rollback"]}, "name": TEXT, "count": _COUNT})

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint("GET", "/", pages.get_page, {200: "the page"}, media="text/html", hidden=True),
    Endpoint("GET", "/s/{id}", pages.get_session_page, {200: "the page"}, media="text/html", hidden=True),
    Endpoint("GET", "/api/source", runs.get_source, {200: "the default source"}, media="text/javascript"),
    Endpoint(
        "GET",
        "/api/examples",
        examples.list_examples,
        {200: "{ examples: [{ id, title, group, shows, sketch, try, language, files }] }", 304: "as it was"},
    ),
    Endpoint(
        "GET",
        "/api/examples/{id}",
        examples.get_example,
        {200: "the same of one, files by name with their texts, main, payload", 404: "no such example"},
    ),
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
        {200: "{ id, status: { status, output, error } }", 404: UNKNOWN},
    ),
    Endpoint(
        "GET",
        "/api/stream/{id}",
        streams.stream_run,
        {200: "events log, entry, status, done; Last-Event-ID or ?after=seq", 404: UNKNOWN},
        media=EVENTS,
    ),
    Endpoint(
        "POST",
        "/api/sessions",
        sessions.post_session,
        {200: "{ id } of the visitor's session", 201: "{ id } of a new one, with its cookie"},
        json_object({}),
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}",
        sessions.get_session,
        {
            200: "{ id, access, source, language, files, main, payload, revision, runs, shares? }",
            404: UNKNOWN,
        },
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}/stream",
        streams.stream_session,
        {200: "events entry of all runs, deleted, draft; Last-Event-ID or ?after=position", 404: UNKNOWN},
        media=EVENTS,
    ),
    Endpoint(
        "PUT",
        "/api/sessions/{id}/draft",
        drafts.put_draft,
        {
            200: "{ revision }, where the body named one",
            204: "kept",
            403: READ_ONLY,
            404: UNKNOWN,
            409: "changed elsewhere since; draft is what is there",
            413: "too large",
        },
        _DRAFT,
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}/draft",
        drafts.get_draft,
        {200: "{ files, main, payload, revision }", 403: READ_ONLY, 404: UNKNOWN},
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}/versions",
        versions.list_versions,
        {200: "{ versions, next }; ?before=next", 403: READ_ONLY, 404: UNKNOWN},
    ),
    Endpoint(
        "POST",
        "/api/sessions/{id}/versions",
        versions.keep_version,
        {201: "{ id }", 403: READ_ONLY, 404: UNKNOWN, 413: "too large"},
        json_object(_FILES),
    ),
    Endpoint(
        "GET",
        "/api/sessions/{id}/versions/{version}",
        versions.get_version,
        {200: "{ id, created, main, modules }", 404: UNKNOWN},
    ),
    Endpoint(
        "DELETE",
        "/api/sessions/{id}/versions/{version}",
        versions.delete_version,
        {204: "removed", 403: READ_ONLY, 404: UNKNOWN, 409: "a run needs it"},
    ),
    *SHARING,
    *DEBUGGING,
    Endpoint(
        "GET",
        "/api/instances/{id}",
        instances.get_instance,
        {200: "{ id, status, output, error, version, source, entries, residence, … }", 404: UNKNOWN},
    ),
    Endpoint(
        "GET",
        "/api/instances/{id}/steps/{key}/output",
        outputs.get_output,
        {200: "the output, as a file", 403: "watching only, or sensitive", 404: UNKNOWN},
        media="*/*",
    ),
    Endpoint(
        "GET",
        "/api/instances/{id}/values/{of}",
        outputs.get_value,
        {200: "the value, as a file", 403: READ_ONLY, 404: UNKNOWN},
        media="*/*",
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/pause",
        lifecycle.pause,
        {200: "{ id, status }", 403: READ_ONLY, 404: UNKNOWN},
        json_object({}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/resume",
        lifecycle.resume,
        {200: "{ id, status }", 403: READ_ONLY, 404: UNKNOWN},
        json_object({}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/terminate",
        lifecycle.terminate,
        {
            200: "{ id, status }",
            400: "bad options",
            403: READ_ONLY,
            404: UNKNOWN,
            409: "it has ended already",
        },
        json_object({}, {"rollback": {"type": "boolean"}}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/restart",
        lifecycle.restart,
        {200: "{ id, status }", 400: "bad options", 403: READ_ONLY, 404: UNKNOWN, 409: "no such step"},
        json_object({}, {"from": _STEP}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/delete",
        lifecycle.delete,
        {200: "{ id, status: null }", 403: READ_ONLY, 404: UNKNOWN},
        json_object({}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/skip",
        lifecycle.skip,
        {
            200: "{ id, status }",
            400: "not a step",
            403: READ_ONLY,
            404: UNKNOWN,
            409: "the step neither sleeps nor waits for its next attempt, or the instance is paused",
        },
        {
            "oneOf": [
                json_object({"step": {"oneOf": [TEXT, _STEP_KEY]}}),
                json_object({"all": {"const": True}}),
            ]
        },
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/crash",
        lifecycle.crash,
        {200: "{ id, status, crashed }", 403: READ_ONLY, 404: UNKNOWN, 409: "it has ended already"},
        json_object({}),
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/events",
        instances.send_event,
        {
            202: "stored",
            400: "not an event",
            403: READ_ONLY,
            404: UNKNOWN,
            409: "it has ended, or (with a step, or by a link that allows to approve) does not wait for it",
        },
        json_object({"type": TEXT}, {"payload": ANY, "step": {"oneOf": [TEXT, _STEP_KEY]}}),
    ),
    *EDITING,
    Endpoint("GET", "/healthz", health.get_health, {200: "{ status, version, isolates }"}),
    Endpoint("GET", "/metrics", health.get_metrics, {200: "Prometheus text"}, media="text/plain"),
)
