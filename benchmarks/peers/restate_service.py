"""Restate's side of the three steps: an ASGI application that its server calls."""

from __future__ import annotations

import restate

service = restate.Service("Three")


@service.handler()
async def run(context: restate.Context, number: int) -> int:
    """Three durable steps."""
    number = await context.run_typed("first", first, number=number)
    number = await context.run_typed("second", add_one, number=number)
    return await context.run_typed("third", add_one, number=number)


async def first(number: int) -> int:
    """The first step."""
    return number


async def add_one(number: int) -> int:
    """The second and the third."""
    return number + 1


app = restate.app(services=[service])
