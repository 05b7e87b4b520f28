"""What a test has changed about steps, of one instance or of all of a workflow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from playground.core.ports import StepContext, StepKey
from playground.core.streams import StepValue

StepRef = str | tuple[str, int]
"""A step by its name, however often it is asked for; or by its name and count (from 1)."""

Outcome = Callable[[StepContext], Awaitable[StepValue]]


class Chosen:
    """Some steps, or all."""

    def __init__(self) -> None:
        self._all = False
        self._names: set[str] = set()
        self._keys: set[tuple[str, int]] = set()

    def add(self, steps: tuple[StepRef, ...]) -> None:
        """Choose these as well; all, where there are none."""
        self._all = self._all or not steps
        for step in steps:
            if isinstance(step, str):
                self._names.add(step)
            else:
                self._keys.add(step)

    def holds(self, key: StepKey) -> bool:
        """Whether the step is one of them."""
        return self._all or key.name in self._names or (key.name, key.count) in self._keys


@dataclass(slots=True)
class Mock:
    """An outcome for the attempts of a step. `times` is how many of each instance; None is all."""

    name: str
    count: int | None
    outcome: Outcome
    times: int | None
    used: Counter[str] = field(default_factory=Counter)

    def take(self, instance: str, step: StepKey) -> bool:
        """Whether it is for this attempt, which is used up then."""
        if step.name != self.name or self.count not in (None, step.count):
            return False
        if self.times is not None and self.used[instance] >= self.times:
            return False
        self.used[instance] += 1
        return True


class Changes:
    """Changes that one introspector has made."""

    def __init__(self) -> None:
        self.sleeps = Chosen()
        self.delays = Chosen()
        self.timeouts = Chosen()
        self.mocks: list[Mock] = []
        self.events: list[tuple[str, Any]] = []
        """Type and payload of what each instance is sent when its run begins."""
        self._sent: defaultdict[str, int] = defaultdict(int)

    def replacement(self, instance: str, context: StepContext) -> Outcome | None:
        """The first outcome that is left for this attempt."""
        return next((mock.outcome for mock in self.mocks if mock.take(instance, context.step)), None)

    def skips(self, key: StepKey) -> bool:
        """Whether the step does not wait."""
        match key.kind:
            case "sleep":
                return self.sleeps.holds(key)
            case "wait":
                return self.timeouts.holds(key)
            case _:
                return self.delays.holds(key)

    def unsent(self, instance: str) -> list[tuple[str, Any]]:
        """The events that the instance was not sent yet, which counts as sent now."""
        sent, self._sent[instance] = self._sent[instance], len(self.events)
        return self.events[sent:]


class Registry:
    """All changes: `core.ports.Introspection`. Those of an instance go before those of its workflow."""

    def __init__(self) -> None:
        self._of_instances: dict[tuple[str, str], Changes] = {}
        self._of_workflows: dict[str, Changes] = {}

    def add(self, workflow: str, instance: str | None, changes: Changes) -> None:
        """Apply `changes` from now on. Raises `ValueError` where somebody else has changes there."""
        known: dict[Any, Changes] = self._of_workflows if instance is None else self._of_instances
        key = workflow if instance is None else (workflow, instance)
        if key in known:
            raise ValueError(f"{instance or workflow!r} is introspected already")
        known[key] = changes

    def remove(self, workflow: str, instance: str | None) -> None:
        """Apply them no longer."""
        if instance is None:
            self._of_workflows.pop(workflow, None)
        else:
            self._of_instances.pop((workflow, instance), None)

    def of(self, workflow: str, instance: str) -> list[Changes]:
        """What applies to an instance."""
        both = (self._of_instances.get((workflow, instance)), self._of_workflows.get(workflow))
        return [changes for changes in both if changes is not None]

    def replacement(self, workflow: str, instance: str, context: StepContext) -> Outcome | None:
        """See `core.ports.Introspection`."""
        if context.step.kind != "do":
            return None
        found = (changes.replacement(instance, context) for changes in self.of(workflow, instance))
        return next((outcome for outcome in found if outcome is not None), None)

    def skips(self, workflow: str, instance: str, key: StepKey) -> bool:
        """See `core.ports.Introspection`."""
        return any(changes.skips(key) for changes in self.of(workflow, instance))
