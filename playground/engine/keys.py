"""The keys of the steps that one execution is asked for."""

from __future__ import annotations

from playground.core.errors import WorkflowFatalError
from playground.core.ports import StepKey, StepKind


class Keys:
    """Counts how often each kind and name were asked for."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._counted: set[StepKey] = set()

    def next(self, kind: StepKind, name: str, count: int | None = None) -> StepKey:
        """The key of this call. With `count` the runner has counted itself; each such key may come once, else
        `WorkflowFatalError` is raised.
        """
        if count is None:
            count = self._counts[kind, name] = self._counts.get((kind, name), 0) + 1
            return StepKey(kind, name, count)
        key = StepKey(kind, name, count)
        self.add(key)
        return key

    def add(self, key: StepKey) -> None:
        """The runner has counted itself, and this is the key."""
        if key.count < 1 or key in self._counted:
            raise WorkflowFatalError(f'The step "{key.name}" was asked for twice at once')
        self._counted.add(key)
