"""Attacks as rows of a table: what is tried, where, and how it must end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.live.workflows import workflow

Where = Callable[[str], str]
"""Makes a tenant module of an attack's body: the place in which it is run."""


def run(body: str) -> str:
    """In the workflow, outside steps."""
    return workflow(body)


def step(body: str) -> str:
    """In a step's callback, which is tried twice where what fails may be retried."""
    config = "{ retries: { limit: 1, delay: 1 } }"
    return workflow(f"return await step.do('attack', {config}, async () => {{ {body} }});")


def delay(body: str) -> str:
    """In the function that says how long to wait for the next attempt."""
    config = f"{{ retries: {{ limit: 1, delay: () => {{ {body} }} }} }}"
    return workflow(f"await step.do('attack', {config}, async () => {{ throw new Error('once'); }});")


def rollback(body: str) -> str:
    """In the handler that would undo a step of a run that fails."""
    undo = f"{{ rollback: async () => {{ {body} }} }}"
    return workflow(f"""
        await step.do('done', {{}}, async () => 1, {undo});
        throw new Error('for the rollback');
    """)


def handler(body: str) -> str:
    """In the `fetch` handler, before it creates anything."""
    return f"export default {{ async fetch(request, env) {{ {body} }} }};"


def module(body: str) -> str:
    """At the top level of the module."""
    return workflow("return 1;", module=body)


def constructor(body: str) -> str:
    """In the constructor of the workflow's class."""
    return workflow(f"}} constructor(ctx, env) {{ super(ctx, env); {body}")


def timer(body: str) -> str:
    """In a timer's callback, while the run waits."""
    return workflow(f"await new Promise(() => setTimeout(() => {{ {body} }}, 1));")


def replayed(body: str) -> str:
    """In the workflow, once before and once after everything was killed: both values are the output."""
    return workflow(f"""
        const attempt = async () => {{ {body} }};
        const now = await attempt();
        const before = await step.do('before the kill', async () => now);
        await step.waitForEvent('the kill', {{ type: 'killed' }});
        return {{ before, now }};
    """)


ANYTHING: Final = object()
"""Any output."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attack must end: in one of the `errors`, by name, whose message holds one of the `words`; or,
    where it `works`, with this `output`.
    """

    errors: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    works: bool = False
    output: Any = ANYTHING

    @property
    def is_limit(self) -> bool:
        """Whether nothing but a limit may end it."""
        return not self.works and self.errors <= {"CpuLimitError", "MemoryLimitError"}

    def __or__(self, other: Outcome) -> Outcome:
        output = self.output if self.works else other.output
        return Outcome(
            self.errors | other.errors, self.words + other.words, self.works or other.works, output
        )


CPU: Final = Outcome(frozenset({"CpuLimitError"}))
MEM: Final = Outcome(frozenset({"MemoryLimitError"}))


def rejected(names: str, *words: str) -> Outcome:
    """A clear error: one of these names (by spaces), and one of these words in the message."""
    return Outcome(frozenset(names.split()), words)


def ok(output: Any = ANYTHING) -> Outcome:
    """It works, and this is the output."""
    return Outcome(works=True, output=output)


def json_of(text: str) -> Any:
    """What a JSON text says."""
    return json.loads(text)


@dataclass(frozen=True, slots=True)
class Attack:
    """One row."""

    name: str
    where: Where
    body: str
    outcome: Outcome
    payload: Any = None

    @property
    def source(self) -> str:
        return self.where(self.body)

    @property
    def is_replayed(self) -> bool:
        """Whether it waits for a kill before it ends."""
        return self.where is replayed

    def __str__(self) -> str:
        return f"{self.name} ({self.where.__name__})"


def table(where: Where, outcome: Outcome, rows: dict[str, str]) -> list[Attack]:
    """Rows that have place and outcome in common."""
    return [Attack(name, where, body, outcome) for name, body in rows.items()]
