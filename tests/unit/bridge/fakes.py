"""A workflow binding that keeps its instances in a dictionary."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.core.codec import decode, encode
from playground.core.errors import ErrorRecord, WorkflowError
from playground.core.values import UNDEFINED, Encoded
from playground.storage.rows import EntryRow


@dataclass(frozen=True)
class FakeStatus:
    status: str = "queued"
    output: Encoded | None = None
    error: ErrorRecord | None = None
    rollback: Any = None


class FakeEntries:
    """Two entries a look."""

    def __init__(self, log: Sequence[EntryRow]) -> None:
        self._log = log

    async def batches(self) -> AsyncGenerator[Sequence[EntryRow], None]:
        yield ()
        for start in range(0, len(self._log), 2):
            yield self._log[start : start + 2]


@dataclass
class FakeInstance:
    id: str
    encoded_params: Encoded
    current: FakeStatus = field(default_factory=FakeStatus)
    calls: list[Any] = field(default_factory=list)
    log: list[EntryRow] = field(default_factory=list)

    async def status(self) -> FakeStatus:
        return self.current

    async def params(self) -> Encoded:
        return self.encoded_params

    async def pause(self) -> None:
        self.calls.append("pause")

    async def resume(self) -> None:
        self.calls.append("resume")

    async def terminate(self, *, rollback: bool = False) -> None:
        self.calls.append("terminate, undoing" if rollback else "terminate")

    async def restart(self, from_step: Any = None) -> None:
        self.calls.append("restart" if from_step is None else ("restart", from_step))

    async def delete(self) -> None:
        self.calls.append("delete")

    async def send_event(self, *, type: Any, payload: Any = UNDEFINED) -> None:
        self.calls.append((type, payload))

    def entries(self, cursor: int = 0) -> FakeEntries:
        return FakeEntries(self.log[cursor:])


class FakeWorkflow:
    def __init__(self) -> None:
        self.instances: dict[str, FakeInstance] = {}
        self.retentions: list[Any] = []

    async def create(self, id: Any = None, params: Any = UNDEFINED, retention: Any = None) -> FakeInstance:
        self.retentions.append(retention)
        instance = FakeInstance(id or f"auto-{len(self.instances)}", encode(params))
        self.instances[instance.id] = instance
        return instance

    async def create_batch(self, batch: Sequence[Mapping[str, Any]]) -> list[FakeInstance]:
        return [
            await self.create(each.get("id"), each.get("params", UNDEFINED), each.get("retention"))
            for each in batch
        ]

    async def get(self, id: Any) -> FakeInstance:
        if id not in self.instances:
            raise WorkflowError("instance.not_found")
        return self.instances[id]

    def params_of(self, id: str) -> Any:
        return decode(self.instances[id].encoded_params)
