"""Finding an instance that the visitor may see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request

from playground.bridge.envelope import unwrap_params
from playground.core.codec import decode
from playground.core.errors import WorkflowError
from playground.core.ids import is_instance_id
from playground.engine.engine import Instance, InstanceStatus, Workflow
from playground.storage.audit import AuditRow
from playground.web.audit import audited
from playground.web.desk import desk
from playground.web.errors import NotFound
from playground.web.visitor import Access, Grant, Visitor, visitor_of

T = TypeVar("T")


async def find_instance(request: Request, visitor: Visitor, instance_id: str) -> tuple[str, Instance]:
    """The session that the instance belongs to, and its handle.

    Raises `NotFound`, with the same bytes, for unknown ids and for those of sessions that the visitor may not
    see.
    """
    return await _find(request, visitor, instance_id, Workflow.get)


async def find_status(request: Request, visitor: Visitor, instance_id: str) -> InstanceStatus:
    """Where the instance stands. Raises as `find_instance` does."""
    _, status = await _find(request, visitor, instance_id, Workflow.status)
    return status


async def _find(
    request: Request, visitor: Visitor, instance_id: str, ask: Callable[[Workflow, str], Awaitable[T]]
) -> tuple[str, T]:
    """The session that has the instance, and what `ask` answers there."""
    if is_instance_id(instance_id):
        at = desk(request)
        for session in await visitor.sessions(request):
            try:
                return session, await ask(at.engine.workflow(at.settings.workflow, session), instance_id)
            except WorkflowError:
                continue
    raise NotFound("instance.not_found")


@dataclass(frozen=True, slots=True)
class Reached:
    """An instance that somebody is about to do something to: its session, its handle, and who that is."""

    session: str
    instance: Instance
    grant: Grant

    def row(self, request: Request, action: str, detail: Mapping[str, Any] | None = None) -> AuditRow:
        """That it is done, as a row of the audit trail: to be stored with what is done."""
        at = desk(request)
        return audited(at, self.grant, self.session, action, instance=self.instance.id, detail=detail)


async def reach_instance(request: Request, needs: Access) -> Reached:
    """The instance in the address, for those who may do what `needs` says: as `find_instance`, and 403 for
    those who may look only.
    """
    visitor = await visitor_of(request)
    session, instance = await find_instance(request, visitor, request.path_params["id"])
    grant = await visitor.grant(request, session)
    if grant is None:
        raise NotFound("instance.not_found")
    grant.require(needs)
    desk(request).changes.take(session)
    return Reached(session, instance, grant)


async def version_of(request: Request, session: str, instance: Instance) -> str | None:
    """The version of the session's code that the instance runs."""
    pinned = await desk(request).versions.of_run(session, instance.id)
    if pinned is not None:
        return pinned
    envelope = unwrap_params(decode(await instance.params()))
    version = envelope.metadata.get("version") if envelope is not None else None
    return version if isinstance(version, str) else None
