"""An endpoint: one row of the table of routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.web.visitor import turn_of

Handler = Callable[[Request], Awaitable[Response]]
Schema = Mapping[str, Any]

EVENTS: Final = "text/event-stream"
TEXT: Final[Schema] = {"type": "string"}
ANY: Final[Schema] = {}
UNKNOWN: Final = "unknown, or not this visitor's to see"
READ_ONLY: Final = "the visitor came by a link that does not allow it"


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


def json_object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """The schema of an object with these properties."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required)}
