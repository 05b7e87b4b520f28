"""For whoever operates the server: is it alive, how is it doing, what does it offer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from playground.web.answers import JSONAnswer
from playground.web.desk import desk


async def get_health(request: Request) -> Response:
    """Alive: the event loop turns and requests are answered."""
    return JSONAnswer({"status": "ok", "version": desk(request).settings.version})


async def get_metrics(request: Request) -> Response:
    """Counters in the Prometheus text format."""
    at = desk(request)
    gauges = {"playground_streams_open": ("Event streams that are open.", float(at.streams.total))}
    return PlainTextResponse(
        at.metrics.text(gauges),
        headers={"cache-control": "no-store"},
        media_type="text/plain; version=0.0.4",
    )
