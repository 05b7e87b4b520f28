"""Workflows in Python, by the source text that names them."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from playground.core.errors import ErrorRecord, RemoteError
from playground.core.ports import Runner, WorkflowEvent
from playground.core.streams import Stream
from playground.core.values import UNDEFINED, Map, View

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


class WaitTwice:
    """Waits at two places at once for events of one type."""

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        async def ask(name: str) -> Any:
            return (await step.wait_for_event(name, type="approval"))["payload"]

        return await asyncio.gather(ask("first"), ask("second"))


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


class Outputs:
    """Steps with outputs of every kind."""

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        page = b"<script>alert(1)</script>"
        await step.do("a/b ü <i>", lambda: {"list": [1, None, "x" * 100_000], "lone": "\ud800"})
        await step.do("nothing", lambda: UNDEFINED)
        await step.do("bytes", lambda: page)
        await step.do("floats", lambda: View("Float32Array", b"\0\0\x80?"))
        await step.do("map", lambda: Map([(1, {2: 3}.get(2))]))
        await step.do("text", lambda: Stream([b"line\n", b"x" * 300_000]))
        await step.do("binary", lambda: Stream([b"\0" * 300_000, page]))
        await step.do("empty", lambda: Stream([]))
        await step.do("secret", {"sensitive": "output"}, lambda: "hush")
        await step.do("secret stream", {"sensitive": "output"}, lambda: Stream([b"hush"]))
        await step.do("twice", lambda: "first")
        await step.do("twice", lambda: "second")
        await step.wait_for_event("decide", type="approval")


class Sleep:
    """Sleeps for a day."""

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        await step.sleep("nap", "1 day")
        return "rested"


class Retry:
    """Fails once, and waits for an hour then."""

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        def call(context: Any) -> int:
            if context.attempt == 1:
                raise ValueError("busy")
            return int(context.attempt)

        return await step.do("call", {"retries": {"limit": 1, "delay": "1 hour"}}, call)


class Booking:
    """Books something, which can be undone, and waits for an approval."""

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        async def cancel(undo: Any) -> None:
            return None

        await step.do("book", lambda: "seat 5", rollback=cancel)
        await step.wait_for_event("decide", type="approval")


class Order:
    """Two steps, an approval, a third step."""

    steps: tuple[str, ...] = ("price", "charge")
    last = "ship"

    async def run(self, event: WorkflowEvent, step: Any) -> Any:
        for name in self.steps:
            await step.do(name, lambda name=name: f"{name} by {type(self).__name__}")
        await step.wait_for_event("decide", type="approval")
        return await step.do(self.last, lambda: f"{self.last} by {type(self).__name__}")


class SentOrder(Order):
    """Another last step."""

    last = "send"


class TaxedOrder(Order):
    """A step more in the middle."""

    steps = ("price", "taxes", "charge")


WORKFLOWS: Final[dict[str, type[Runner]]] = {
    "greet": Greet,
    "fail": Fail,
    "surrogate": Surrogate,
    "wait": Wait,
    "wait twice": WaitTwice,
    "chatty": Chatty,
    "nasty": Nasty,
    "outputs": Outputs,
    "sleep": Sleep,
    "retry": Retry,
    "booking": Booking,
    "order": Order,
    "sent order": SentOrder,
    "taxed order": TaxedOrder,
}
