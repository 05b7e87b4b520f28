"""The routes about other code for a run, and about runs as files: part of the table in `routes.py`."""

from __future__ import annotations

from typing import Final

from playground.isolates.module import KINDS
from playground.web import rehearsals, run_files
from playground.web.endpoint import ANY, READ_ONLY, TEXT, UNKNOWN, Endpoint, Schema, json_object

LANGUAGE: Final[Schema] = {"enum": ["js", "ts"]}
MODULE: Final[Schema] = {
    "oneOf": [TEXT, *(json_object({kind: ANY if kind == "json" else TEXT}) for kind in KINDS)]
}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 1}
_KIND: Final[Schema] = {"enum": ["do", "sleep", "wait"]}
_FROM: Final[Schema] = {"oneOf": [TEXT, json_object({"kind": _KIND, "name": TEXT, "count": _COUNT})]}
_MODULES: Final[Schema] = {"type": "object", "additionalProperties": MODULE}
_MORE: Final[dict[str, Schema]] = {"seq": {"type": "integer"}, "from": _FROM}
_EDITED: Final[Schema] = {
    "oneOf": [
        json_object({"source": TEXT}, {"language": LANGUAGE, **_MORE}),
        json_object({"modules": _MODULES, "main": TEXT}, _MORE),
    ]
}

EDITING: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        "POST",
        "/api/instances/{id}/rehearse",
        rehearsals.post_rehearsal,
        {
            200: "{ seq, status, matches, new, differs, steps: [{ key, verdict, … }], lines, ends?, error? }",
            403: READ_ONLY,
            404: UNKNOWN,
            413: "too large",
        },
        _EDITED,
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/apply",
        rehearsals.post_application,
        {
            200: "{ id, version }",
            403: READ_ONLY,
            404: UNKNOWN,
            409: "the run has gone on, or its history and the code differ; { rehearsal }",
        },
        _EDITED,
    ),
    Endpoint(
        "POST",
        "/api/instances/{id}/fork",
        rehearsals.post_fork,
        {
            201: "{ id, version, session }",
            403: READ_ONLY,
            404: UNKNOWN,
            409: "as for apply",
            413: "too large",
        },
        _EDITED,
    ),
    Endpoint(
        "GET",
        "/api/instances/{id}/file",
        run_files.get_file,
        {
            200: "the run as a file",
            403: READ_ONLY,
            404: UNKNOWN,
            413: "too large",
            429: "two files are on the way already",
        },
    ),
    Endpoint(
        "POST",
        "/api/runs/from-file",
        run_files.post_run_from_file,
        {
            201: "{ id, version, session }",
            400: "not the file of a run",
            409: "no such step",
            413: "too large",
            429: "two files are on the way already, or too many runs",
        },
        json_object({"file": json_object({})}, {"from": _FROM, "session": TEXT}),
    ),
)
