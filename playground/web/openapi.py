"""`/openapi.json`: the route table in the words of OpenAPI 3.1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from playground.web.endpoint import Endpoint

_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_ERROR: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "error": {"type": "string"},
        "code": {"type": "string"},
        "name": {"type": "string"},
        "module": {"type": "string"},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
    },
    "required": ["error", "code"],
}


def describe(endpoints: Iterable[Endpoint], version: str) -> dict[str, Any]:
    """The description of all endpoints that are not hidden."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        if not endpoint.hidden:
            paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dynamic Workflows", "version": version},
        "security": [{}, {"cookie": []}, {"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR},
            "securitySchemes": {
                "cookie": {"type": "apiKey", "in": "cookie", "name": "pg_session"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    summary = " ".join((endpoint.handler.__doc__ or "").strip().partition("\n\n")[0].split())
    operation: dict[str, Any] = {
        "operationId": endpoint.handler.__name__,
        "summary": summary,
        "responses": {str(status): _response(endpoint, status) for status in endpoint.answers},
    }
    if parameters := _PARAMETER.findall(endpoint.path):
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in parameters
        ]
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": endpoint.body}},
        }
    return operation


def _response(endpoint: Endpoint, status: int) -> dict[str, Any]:
    response: dict[str, Any] = {"description": endpoint.answers[status]}
    if status >= 400:
        response["content"] = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    elif status not in (202, 204):
        response["content"] = {endpoint.media: {"schema": {}}}
    return response
