"""An endpoint: one row of the table of routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

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
        whole = self.path.replace("{key}", "{key:path}")  # a step's name may have slashes
        return Route(whole, _Answers(self), methods=[self.method], name=self.handler.__name__)


class _Answers:
    """An endpoint as ASGI. What its handler raises is answered by the app, as all that is raised is."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._handler = endpoint.handler
        self._path = endpoint.path
        self._in_turn = endpoint.path.startswith("/api/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["playground.route"] = self._path
        request = Request(scope, receive, send)
        if self._in_turn:
            async with turn_of(request):
                answer = await self._handler(request)
        else:
            answer = await self._handler(request)
        await answer(scope, receive, send)


def json_object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """The schema of an object with these properties."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required)}
