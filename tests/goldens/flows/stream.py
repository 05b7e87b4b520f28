"""A result that is a stream."""

from typing import Any

from playground import Stream


async def run(event: Any, step: Any) -> Any:
    stream = await step.do("stream", lambda: Stream([b"one ", b"two"]))
    text = await stream.text()
    await step.sleep("nap", 100)
    return text
