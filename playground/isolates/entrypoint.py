"""An export of a tenant's main module: a handler of requests, a class with methods, or a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from playground.core.ports import WorkflowEvent
from playground.core.values import Encoded, Value
from playground.isolates.code import Limits, Tail
from playground.isolates.event_text import event_arguments, event_value
from playground.isolates.exchange import request_shape, response_of
from playground.isolates.receiver import CALL, READ, Receiver, not_implemented
from playground.isolates.remote_result import RemoteMember
from playground.isolates.request import Request, Response
from playground.isolates.run import Run
from playground.isolates.session import IsolateSession


class SessionSource(Protocol):
    """Where an entrypoint's isolate comes from."""

    def session(self, *, patient: bool = True) -> AbstractAsyncContextManager[IsolateSession]:
        """The live isolate, kept for as long as the context is open. Raises `TenantBusy` where the tenant
        must wait, for who is not patient.
        """
        ...


class Entrypoint(Receiver):
    """An export by name (None: the default one). The isolate is loaded when it is called, and again after
    it was lost.

    Its methods are called by name, `await entrypoint.greet("Ada")`, and its properties are awaited,
    `await entrypoint.version`; for names that this class has itself there is `call`. All of them raise
    `LoadError`, `NoSuchEntrypoint`, `LimitExceeded`, `IsolateLost`, and as `RemoteError` what tenant code
    throws.

    It may be put into another isolate's `env`, where it is a service: a stub with `fetch` and these methods.
    """

    is_fetcher = True

    def __init__(
        self,
        source: SessionSource,
        name: str | None,
        *,
        props: Mapping[str, Value] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._source = source
        self._props = dict(props) if props is not None else None
        self._limits = limits
        self.name = name

    async def fetch(self, request: Request, *, tail: Tail | None = None) -> Response:
        """Call its `fetch`. `tail` is given the lines logged meanwhile, too.

        Raises also `TenantBusy`, where the tenant used too much CPU time of late.
        """
        async with self._source.session(patient=False) as session:
            return response_of(await self._call(session, "fetch", [request_shape(request)], tail))

    async def run(self, event: WorkflowEvent, step: Any) -> Encoded:
        """Run the workflow class of this name. Cancelling it forgets the run in the isolate; a later one
        starts from the top.

        `step.journaled` is the engine's side (`core.ports.JournaledStep`).
        """
        seed = f"{event.workflow_name}/{event.instance_id}/{event.timestamp.timestamp()}"
        run = Run(step.journaled, seed, event.instance_id)
        given = event_arguments(event) if run.ahead is not None else [event_value(event)]
        run.comes()
        try:
            async with self._source.session() as session:
                return await session.call(
                    self.name, "run", given, run=run, props=self._props, limits=self._limits
                )
        finally:
            run.there()

    async def tail(self, events: list[dict[str, Any]]) -> None:
        """Hand traces (see `TailHandler`) to its `tail(events)`. No tail is told of that."""
        async with self._source.session() as session:
            await session.call(self.name, "tail", [events], props=self._props, traced=False)

    async def call(self, method: str, *arguments: Value) -> Value:
        """Call a method, and answer its value. Functions and targets in it are proxies (`RemoteFunction`,
        `RemoteTarget`), and live as long as these do.
        """
        return await self.receive(method, list(arguments))

    def __getattr__(self, name: str) -> RemoteMember:
        if name.startswith("_"):
            raise AttributeError(name)
        return RemoteMember(lambda: self, name)

    async def receive(self, method: str, arguments: list[Value]) -> Value:
        if method in (CALL, READ):
            raise not_implemented(method)
        async with self._source.session() as session:
            return await self._call(session, method, arguments, None)

    async def _call(
        self, session: IsolateSession, method: str, arguments: list[Value], tail: Tail | None
    ) -> Value:
        encoded = await session.call(
            self.name, method, arguments, tail=tail, props=self._props, limits=self._limits
        )
        return session.revive(encoded)
