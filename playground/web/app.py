"""The web's composition: routes, middleware and error hooks around the services."""

from __future__ import annotations

from collections.abc import Collection

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from playground.core.errors import PlaygroundError
from playground.web.answers import JSONAnswer
from playground.web.desk import Desk
from playground.web.errors import on_playground_error
from playground.web.metrics import Measure
from playground.web.openapi import describe
from playground.web.pages import on_http_exception
from playground.web.routes import ENDPOINTS
from playground.web.security import Guard
from playground.web.services import Services
from playground.web.static_files import PageFiles


class _Web(Starlette):
    """Starlette with nothing around its routes but what is ours: `Guard` answers what nobody foresaw, so
    there is no middleware for errors around it.
    """

    allowed_hosts: Collection[str] | None = None

    def build_middleware_stack(self) -> ASGIApp:
        handled = ExceptionMiddleware(self.router, handlers=self.exception_handlers)
        return Measure(Guard(handled, self.allowed_hosts), self.state.desk.metrics)


def create_app(services: Services) -> Starlette:
    """The ASGI application over `services`, which the caller has started and closes again."""
    settings = services.settings
    description = describe(ENDPOINTS, settings.version)

    async def get_description(request: Request) -> Response:
        """The API described in OpenAPI 3.1."""
        return JSONAnswer(description)

    desk = Desk(services)
    app = _Web(
        routes=[
            *(endpoint.route() for endpoint in ENDPOINTS),
            Route("/openapi.json", get_description),
            Mount(
                "/static",
                PageFiles(directory=settings.static, check_dir=False),
                name="static",
                middleware=[Middleware(GZipMiddleware, compresslevel=6)],
            ),
        ],
        exception_handlers={PlaygroundError: on_playground_error, HTTPException: on_http_exception},
    )
    app.state.desk = desk
    app.allowed_hosts = settings.allowed_hosts
    return app
