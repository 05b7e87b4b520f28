"""An export of a tenant's main module: a handler of requests, or a workflow."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from playground.core.codec import decode
from playground.core.errors import TenantError
from playground.core.ports import WorkflowEvent
from playground.core.values import Encoded, Value, View
from playground.isolates.code import Tail
from playground.isolates.request import Request, Response
from playground.isolates.run import Run
from playground.isolates.session import IsolateSession


class SessionSource(Protocol):
    """Where an entrypoint's isolate comes from."""

    def session(self) -> AbstractAsyncContextManager[IsolateSession]:
        """The live isolate, kept for as long as the context is open."""
        ...


class Entrypoint:
    """An export by name (None: the default one). The isolate is loaded when it is called, and again after
    it was lost.
    """

    def __init__(self, source: SessionSource, name: str | None) -> None:
        self._source = source
        self.name = name

    async def fetch(self, request: Request, *, tail: Tail | None = None) -> Response:
        """Call its `fetch`. `tail` is given the lines logged meanwhile, instead of the code's own.

        Raises `LoadError`, `NoSuchEntrypoint`, `LimitExceeded`, `IsolateLost`, and as `RemoteError` what
        the handler throws.
        """
        body = (
            request.body.encode("utf-8", "surrogatepass") if isinstance(request.body, str) else request.body
        )
        value: Value = {
            "method": request.method,
            "url": request.url,
            "headers": [[name, text] for name, text in request.headers.items()],
            "body": body if body else None,
        }
        async with self._source.session() as session:
            return _response(decode(await session.call(self.name, "fetch", [value], tail=tail)))

    async def run(self, event: WorkflowEvent, step: Any) -> Encoded:
        """Run the workflow class of this name. Cancelling it forgets the run in the isolate; a later one
        starts from the top.

        `step.journaled` is the engine's side (`core.ports.JournaledStep`).
        """
        value: Value = {
            "payload": event.payload,
            "timestamp": event.timestamp,
            "instanceId": event.instance_id,
            "workflowName": event.workflow_name,
        }
        if event.schedule is not None:
            value["schedule"] = event.schedule
        run = Run(step.journaled, f"{event.workflow_name}/{event.instance_id}/{event.timestamp.timestamp()}")
        async with self._source.session() as session:
            return await session.call(self.name, "run", [value], run=run)

    async def call(self, method: str, *arguments: Value) -> Value:
        """Call another method of it, and answer its value."""
        async with self._source.session() as session:
            return decode(await session.call(self.name, method, arguments))


def _response(value: Any) -> Response:
    if not isinstance(value, dict) or not isinstance(value.get("status"), int):
        raise TenantError("the fetch handler did not answer with a Response")
    pairs = value.get("headers")
    headers = {str(name).lower(): str(text) for name, text in pairs} if isinstance(pairs, list) else {}
    body = value.get("body")
    if isinstance(body, str):
        body = body.encode("utf-8", "replace")
    if isinstance(body, View):
        body = body.data
    return Response(value["status"], headers, body if isinstance(body, bytes) else b"")
