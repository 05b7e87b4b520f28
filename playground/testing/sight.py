"""An instance as a test sees it at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.core.ports import StepKey
from playground.core.streams import StepValue
from playground.core.values import Encoded
from playground.engine.history import fold
from playground.engine.streams import StoredStream, stored_stream
from playground.engine.view import entry_json, fold_run
from playground.storage.journal import Journal
from playground.storage.rows import EntryRow, InstanceRow

_MOST_TOLD: Final = 20


class IntrospectionError(AssertionError):
    """A test waited for what the instance did not do; the message says what it did."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the log of an instance says. `row` is None where there is no such instance, `status` then too."""

    row: InstanceRow | None
    entries: Sequence[EntryRow]
    run: dict[str, Any]

    @property
    def status(self) -> str | None:
        """The instance's status."""
        return self.run["status"] if self.row is not None else None

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Its steps, as the page shows them."""
        steps: list[dict[str, Any]] = self.run["steps"]
        return steps

    def step(self, name: str, count: int, kind: str | None) -> dict[str, Any] | None:
        """The step with that name and count, of any kind or of this one."""
        for step in self.steps:
            if (step["name"], step["count"]) == (name, count) and kind in (None, step["kind"]):
                return step
        return None

    async def value(self, journal: Journal, key: StepKey) -> StepValue:
        """The result of a step that has completed, in wire form or as a stream."""
        row, record = self.row, fold(list(self.entries)).steps.get(key)
        if row is None or record is None or record.completion is None:
            raise IntrospectionError(f'step "{key.name}" has no result any more: {self.told()}')
        value = await journal.value(row.key, record.completion.seq)
        assert value is not None
        if record.completion.stream:
            return stored_stream(row.key, StoredStream.of(value), journal.chunks)
        return Encoded(value)

    def told(self) -> str:
        """The status and the steps, for messages."""
        if self.row is None:
            return "there is no such instance"
        error = self.run["error"]
        why = f" ({error['name']}: {error['message']})" if error is not None else ""
        steps = [_told(step) for step in self.steps]
        if len(steps) > _MOST_TOLD:
            steps = [f"… {len(steps) - _MOST_TOLD} more", *steps[-_MOST_TOLD:]]
        seen = f"its steps are {', '.join(steps)}" if steps else "no step has begun"
        return f'instance "{self.row.id}" is {self.run["status"]}{why}; {seen}'


async def look(journal: Journal, scope: str, workflow: str, id: str) -> Sight:
    """See the instance as it stands."""
    row = await journal.find(scope, workflow, id)
    entries = await journal.history(row) if row is not None else []
    return Sight(row, entries, fold_run(entry_json(entry) for entry in entries))


def _told(step: dict[str, Any]) -> str:
    number = f" (number {step['count']})" if step["count"] > 1 else ""
    return f'{step["kind"]} "{step["name"]}"{number} {step["state"]}'
