"""For whoever operates the server: is it alive, how is it doing, what does it offer."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from playground.web.answers import JSONAnswer
from playground.web.desk import desk

_ISOLATES: Final = {
    "isolates": "Isolates in the worker processes.",
    "lost": "Worker processes that were lost.",
    "recycled": "Worker processes that were replaced because they were worn.",
}


async def get_health(request: Request) -> Response:
    """Alive: the event loop turns and requests are answered.

    `status` is `degraded` while tenant code may have to wait for a worker process, and `failed`, with 503,
    once nothing can be stored any more until the server is started again.
    """
    at = desk(request)
    isolates = at.isolates
    health: dict[str, Any] = {"status": "ok", "version": at.settings.version}
    if isolates is not None:
        health["isolates"] = isolates.health()
        if isolates.degraded:
            health["status"] = "degraded"
    if at.storage is not None and at.storage.broken is not None:
        health["status"] = "failed"
        health["storage"] = "a write has failed for good; what is stored can be read. Restart the server"
        return JSONAnswer(health, 503)
    return JSONAnswer(health)


async def get_metrics(request: Request) -> Response:
    """Counters in the Prometheus text format."""
    at = desk(request)
    gauges = {"playground_streams_open": ("Event streams that are open.", float(at.streams.total))}
    if at.isolates is not None:
        health = at.isolates.health()
        for name, help_text in _ISOLATES.items():
            gauges[f"playground_workers_{name}"] = (help_text, float(health[name]))
    return PlainTextResponse(
        at.metrics.text(gauges),
        headers={"cache-control": "no-store"},
        media_type="text/plain; version=0.0.4",
    )
