"""`env.WORKFLOWS` as a tenant sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Final, Protocol

from playground.bridge.envelope import Metadata, unwrap_params, wrap_params
from playground.bridge.subscription import EntriesLike, Subscription
from playground.core.codec import decode
from playground.core.errors import WorkflowError
from playground.core.ids import is_instance_id
from playground.core.rpc import RpcTarget
from playground.core.values import UNDEFINED, Encoded

_LARGEST_BATCH: Final = 100
_RETENTION_WORDS: Final = {"successRetention": "success_retention", "errorRetention": "error_retention"}
_NOT_FOUND: Final = {"code": 10400, "message": "workflows.api.error.instance.not_found"}
"""What Cloudflare's deleteBatch() says of such an id."""


class WorkflowInstanceLike(Protocol):
    """What the binding needs of an engine's instance."""

    @property
    def id(self) -> str: ...
    async def status(self) -> Any: ...
    async def params(self) -> Encoded: ...
    async def pause(self) -> None: ...
    async def resume(self) -> None: ...
    async def terminate(self, *, rollback: bool = False) -> None: ...
    async def restart(self, from_step: Any = None) -> None: ...
    async def delete(self) -> None: ...
    async def send_event(self, *, type: Any, payload: Any = UNDEFINED) -> None: ...
    def entries(self, cursor: int = 0) -> EntriesLike: ...


class WorkflowLike(Protocol):
    """What the binding needs of an engine: `Engine.workflow(...)`, or a fake of it."""

    async def create(
        self, id: Any = None, params: Any = UNDEFINED, retention: Any = None
    ) -> WorkflowInstanceLike: ...
    async def create_batch(self, batch: Sequence[Mapping[str, Any]]) -> Sequence[WorkflowInstanceLike]: ...
    async def get(self, id: Any) -> WorkflowInstanceLike: ...


class InstanceStub(RpcTarget):
    """One instance, as tenant code holds it. `id` is there at once (and may be awaited all the same)."""

    rpc_methods: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "status": "status",
            "pause": "pause",
            "resume": "resume",
            "terminate": "terminate",
            "restart": "restart",
            "delete": "delete",
            "sendEvent": "send_event",
            "subscribe": "subscribe",
        }
    )
    rpc_properties: ClassVar[Mapping[str, str]] = MappingProxyType({"id": "id"})

    def __init__(self, instance: WorkflowInstanceLike) -> None:
        self._instance = instance

    @property
    def id(self) -> str:
        """The instance's id."""
        return self._instance.id

    async def status(self) -> dict[str, Any]:
        """`{status, output, error}`; `output` and `error` are null where there is none. Also `rollback`,
        `{outcome, error}`, where the instance was rolled back.
        """
        status = await self._instance.status()
        shown: dict[str, Any] = {
            "status": status.status,
            "output": decode(status.output) if status.output is not None else None,
            "error": status.error.summary() if status.error is not None else None,
        }
        if (rollback := status.rollback) is not None:
            why = rollback.error
            error = {"name": why.name, "message": why.message} if why is not None else None
            shown["rollback"] = {"outcome": rollback.outcome, "error": error}
        return shown

    async def pause(self) -> None:
        """Pause the instance: at once, or when the callbacks in flight have ended."""
        await self._instance.pause()

    async def resume(self) -> None:
        """Resume the paused instance, with its deadlines moved by the length of the pause."""
        await self._instance.resume()

    async def terminate(self, options: Any = None) -> None:
        """Terminate the instance, with `{ rollback: true }` when its steps are undone; a finished one raises
        `instance.cannot_terminate`.
        """
        rollback = isinstance(options, dict) and options.get("rollback") is True
        await self._instance.terminate(rollback=rollback)

    async def restart(self, options: Any = None) -> None:
        """Run the instance again: from the top, or from a step: `{ from: { name, count?, type? } }`."""
        checked = _options(options, "restart()", "from?")
        if unknown := [key for key in checked if key != "from"]:
            raise WorkflowError(f"restart(): {str(unknown[0])[:80]} is not a known option")
        await self._instance.restart(checked.get("from"))

    async def delete(self) -> None:
        """Remove the instance and all that it stores; its id is free again."""
        await self._instance.delete()

    async def send_event(self, options: Any = None) -> None:
        """Send `{type, payload}` to the instance."""
        if not isinstance(options, dict) or "type" not in options:
            raise WorkflowError("sendEvent() needs { type, payload? }")
        await self._instance.send_event(type=options["type"], payload=options.get("payload", UNDEFINED))

    async def subscribe(self, options: Any = None) -> Subscription:
        """The instance's events after `cursor`, those of the types in `filter`, and those that follow."""
        return Subscription(self._instance.entries, options)


class DynamicWorkflowBinding(RpcTarget):
    """A workflow binding that tags what it creates with the platform's metadata.

    `workflow` is the engine's handle, `metadata` any plain object. `identity` names the keys of the metadata
    that say whose an instance is; all of them where it is None. `get` finds only instances that agree on
    these.
    """

    rpc_methods: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "create": "create",
            "createBatch": "create_batch",
            "get": "get",
            "delete": "delete",
            "deleteBatch": "delete_batch",
        }
    )

    def __init__(
        self, workflow: WorkflowLike, metadata: Metadata, *, identity: Sequence[str] | None = None
    ) -> None:
        self._workflow = workflow
        self._metadata = dict(metadata)
        self._identity = tuple(identity) if identity is not None else None

    @property
    def rpc_identity(self) -> dict[str, Any]:
        """What tells it from bindings with other metadata, in the version of code that holds it."""
        identity = list(self._identity) if self._identity is not None else None
        return {"metadata": self._metadata, "identity": identity}

    async def create(self, options: Any = None) -> InstanceStub:
        """Create an instance from `{id?, params?, retention?}`; durable before it answers."""
        return InstanceStub(await self._workflow.create(**self._wrapped(options, "create()")))

    async def create_batch(self, batch: Any = None) -> list[InstanceStub]:
        """Create 1–100 instances, all or (where one is refused) none."""
        if not isinstance(batch, list):
            raise WorkflowError("createBatch() needs a list with at least 1 instance")
        wrapped = [self._wrapped(options, "createBatch()") for options in batch]
        return [InstanceStub(instance) for instance in await self._workflow.create_batch(wrapped)]

    async def get(self, id: Any = None) -> InstanceStub:
        """Find an instance of this tenant; another's answers exactly as an unknown one."""
        instance = await self._workflow.get(id)
        envelope = unwrap_params(decode(await instance.params()))
        if envelope is None or not self._owns(envelope.metadata):
            raise WorkflowError("instance.not_found")
        return InstanceStub(instance)

    async def delete(self, id: Any = None) -> None:
        """Remove an instance of this tenant."""
        await (await self.get(id)).delete()

    async def delete_batch(self, ids: Any = None) -> dict[str, Any]:
        """Remove the 1–100 instances of those ids.

        Answers `{deleted: [{id}], errors: [{id, code, message}]}`, each id where it belongs as often as it
        was given; ids of others are unknown ones.
        """
        if not isinstance(ids, list) or not ids:
            raise WorkflowError("deleteBatch() needs a list with at least 1 instance id")
        if len(ids) > _LARGEST_BATCH:
            raise WorkflowError(f"deleteBatch() takes at most {_LARGEST_BATCH} instances, not {len(ids)}")
        if not all(is_instance_id(id) for id in ids):
            raise WorkflowError("deleteBatch(): Workflow instance has invalid id")
        unique = list(dict.fromkeys(ids))
        outcomes = await asyncio.gather(*map(self._deleted, unique))
        gone = {id for id, deleted in zip(unique, outcomes, strict=True) if deleted}
        return {
            "deleted": [{"id": id} for id in ids if id in gone],
            "errors": [{"id": id, **_NOT_FOUND} for id in ids if id not in gone],
        }

    async def _deleted(self, id: str) -> bool:
        try:
            await self.delete(id)
        except WorkflowError:
            return False
        return True

    def _wrapped(self, options: Any, call: str) -> dict[str, Any]:
        checked = _options(options, call, "id?, params?, retention?")
        params = wrap_params(checked.get("params", UNDEFINED), self._metadata)
        return {"id": checked.get("id"), "params": params, "retention": _retention(checked.get("retention"))}

    def _owns(self, metadata: Metadata) -> bool:
        if self._identity is None:
            return dict(metadata) == self._metadata
        return all(metadata.get(key) == self._metadata.get(key) for key in self._identity)


def wrap_workflow_binding(
    workflow: WorkflowLike, metadata: Metadata, *, identity: Sequence[str] | None = None
) -> DynamicWorkflowBinding:
    """Make the binding to hand to a tenant as `env["WORKFLOWS"]`.

    See `DynamicWorkflowBinding` for the arguments. The metadata is what `load_runner` is given when the
    engine runs one of the tenant's instances, seconds or months later.
    """
    return DynamicWorkflowBinding(workflow, metadata, identity=identity)


def _retention(given: Any) -> Any:
    """`{successRetention?, errorRetention?}` in the engine's words; what is none is left to the engine to
    refuse.
    """
    if not isinstance(given, dict):
        return given
    return {_RETENTION_WORDS.get(key, key): value for key, value in given.items()}


def _options(options: Any, call: str, known: str) -> dict[str, Any]:
    if options is None or options is UNDEFINED:
        return {}
    if not isinstance(options, dict):
        raise WorkflowError(f"{call} needs an object {{ {known} }}")
    return {key: value for key, value in options.items() if value is not UNDEFINED or key == "params"}
