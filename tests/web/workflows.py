"""Workflows in Python, by the source text that names them."""

from __future__ import annotations

from typing import Any, Final

from playground.core.errors import ErrorRecord, RemoteError
from playground.core.ports import Runner, WorkflowEvent

NASTY: Final = (
    "<img src=x onerror=alert(1)>",
    "data: x\n\nevent: y\ndata: z",
    "one\r\ntwo\rthree\u2028four\0five",
    "id: 99\nretry: 1",
    "\x1b[31mred\x1b[0m \u202egnirts\u202c",
    "'; DROP TABLE entries; --",
)


class Greet:
    """One step, one line."""

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        name = event.payload.get("name", "world") if isinstance(event.payload, dict) else "world"

        async def compose(ctx: Any) -> str:
            return f"Hello, {name}!"

        greeting = await step.do("compose", compose)
        step.journaled.log("log", "info", f"composed {greeting}")
        return {"greeting": greeting}


class Fail:
    """Throws."""

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        raise RemoteError(ErrorRecord("Error", "no luck", stack="at run (index.js:3)"))


class Surrogate:
    """Answers half a character."""

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        return "a\ud800b"


class Wait:
    """Logs, then waits for an approval."""

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        step.journaled.log("log", "log", "waiting")
        got = await step.wait_for_event("decide", type="approval")
        return {"decided": got["payload"]}


class Chatty:
    """Logs 700 lines: more than one batch of a stream."""

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        for number in range(700):
            step.journaled.log("log", "log", f"line {number}")
        return None


class Nasty:
    """Logs what would break a stream out of its frame, and a page out of its text."""

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        for line in NASTY:
            step.journaled.log("log", "log", line)
        return list(NASTY)


WORKFLOWS: Final[dict[str, type[Runner]]] = {
    "greet": Greet,
    "fail": Fail,
    "surrogate": Surrogate,
    "wait": Wait,
    "chatty": Chatty,
    "nasty": Nasty,
}
