"""Whether a replay asks for what history holds. Pure.

A workflow that is a function of its event and of what its steps come to asks for the same steps in the same
order each time. One whose names or branches depend on anything else does not, and then history does not help
it: steps run again, or answers belong to other questions.

What is compared is not the plain order. Branches of a workflow that wait for something of their own (a timer,
a request) may take turns in another order, and nothing is wrong with that. A step of history is missing where
the run has settled, nothing is under way that could ask for it, and yet the run has gone past it: it has
asked for a step that history does not hold, was told of a later completion, or has ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from playground.core.ports import StepKey

_VERBS: Final = {"do": "step.do", "sleep": "step.sleep", "wait": "step.waitForEvent"}
THE_END: Final = "the end of run()"


@dataclass(frozen=True, slots=True)
class Start:
    """A step that history holds, by the seq of the entry with which it began. `detail` is what else should be
    the same each time (a configuration, a type of event); empty where nothing is. A step that was found
    `instead_of` another (its seq) stands in that one's place.
    """

    seq: int
    key: StepKey
    detail: str = ""
    instead_of: int | None = None

    @property
    def place(self) -> tuple[int, bool, int]:
        """Where it stands among the others."""
        moved = self.instead_of
        return (self.seq if moved is None else moved, moved is None, self.seq)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """History holds the step `step` at `place` (a seq): `expected` and `found`, in words. `instead` is the
    step that was found.
    """

    place: int
    step: StepKey
    expected: str
    found: str
    instead: StepKey | None = None


def describe(key: StepKey) -> str:
    """`step.do "name"`, with the number of the call where it is not the first."""
    call = f" (call {key.count})" if key.count > 1 else ""
    return f'{_VERBS.get(key.kind, key.kind)} "{key.name}"{call}'


class Comparison:
    """One replay against history. `known` are the places of which it was told before: no replay asks for what
    is there.
    """

    def __init__(self, starts: Iterable[Start], known: Collection[int] = ()) -> None:
        self._known = set(known)
        ordered = sorted(starts, key=lambda start: start.place)
        self._starts = {start.key: start for start in ordered}
        self._unasked = {start.key: start for start in ordered if start.seq not in self._known}
        self._asks: list[StepKey] = []
        self._taken: set[StepKey] = set()

    @property
    def is_over(self) -> bool:
        """Whether all that history holds was asked for: from here on everything is new."""
        return not self._unasked

    def holds(self, key: StepKey) -> bool:
        """Whether history holds that step."""
        return key in self._starts

    def ask(self, key: StepKey, detail: str = "") -> Mismatch | None:
        """The run asks for a step; what is wrong with it, where history holds it with another detail."""
        self._asks.append(key)
        start = self._starts.get(key)
        self._unasked.pop(key, None)
        if start is None or not detail or not start.detail or detail == start.detail:
            return None
        return self._once(start, f"{describe(key)} with {start.detail}", f"{describe(key)} with {detail}")

    def passed(self, key: StepKey) -> Mismatch | None:
        """The run has settled, and was told of a later completion than that step's."""
        start = self._unasked.get(key)
        return self._missing(start) if start is not None else None

    def beyond(self) -> Mismatch | None:
        """The run has settled, and has asked for a step that history does not hold: the first that is
        missing.
        """
        return next((self._missing(start) for start in self._unasked.values()), None)

    def end(self) -> list[Mismatch]:
        """The run has ended: all that is missing."""
        missing = [self._missing(start) for start in list(self._unasked.values())]
        return [mismatch for mismatch in missing if mismatch is not None]

    def _missing(self, start: Start) -> Mismatch | None:
        self._unasked.pop(start.key, None)
        instead = self._instead_of(start)
        found = describe(instead) if instead is not None else THE_END
        return self._once(start, describe(start.key), found, instead)

    def _instead_of(self, start: Start) -> StepKey | None:
        """What was asked for first of all that history holds later, or not at all."""
        for key in self._asks:
            found = self._starts.get(key)
            if found is not None and found.place > start.place:
                return key
            if found is None and key not in self._taken:
                self._taken.add(key)
                return key
        return None

    def _once(
        self, start: Start, expected: str, found: str, instead: StepKey | None = None
    ) -> Mismatch | None:
        if start.seq in self._known:
            return None
        self._known.add(start.seq)
        return Mismatch(start.seq, start.key, expected, found, instead)
