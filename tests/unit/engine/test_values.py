"""Values as Python workflows give and get them: now, and on a replay."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from playground.core.errors import ErrorRecord, WorkflowError
from playground.core.values import INVALID_DATE, UNDEFINED, BigInt, Map, RegExp, Set, View
from playground.engine.step import WorkflowStep
from tests.unit.engine.harness import Server, fails_with

MIB = 1024 * 1024


def made() -> dict[str, Any]:
    """One of each. Cycles and what is shared are made new each time."""
    shared = {"deep": [1]}
    cycle: dict[str, Any] = {"map": Map(), "set": Set()}
    cycle["self"] = cycle
    cycle["map"].pairs.append((cycle, cycle["set"]))
    cycle["set"].items.append(cycle["map"])
    return {
        "plain": [None, True, False, "", "\0\ud800👍", {}, []],
        "undefined": UNDEFINED,
        "numbers": [0, -1, 2**53, 0.1, 1e300, math.inf, -math.inf],
        "zero": -0.0,
        "nan": math.nan,
        "bigints": [BigInt(1), 2**64, -(10**300)],
        "dates": [datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC), INVALID_DATE],
        "regexp": RegExp('a(?<b>c)/"', "giu"),
        "map": Map([(None, UNDEFINED), ({"key": 1}, [1])]),
        "set": Set([UNDEFINED, "a"]),
        "bytes": b"\0\xff",
        "views": [View("Uint8Array", b"\1\2"), View("Float64Array", b"\0" * 8), View("DataView", b"")],
        "error": ErrorRecord("RangeError", "no", cause=ErrorRecord("Error", "deep", cause="text")),
        "keys": {"__proto__": {"polluted": True}, "constructor": 1, "$date": 5, "2": "b", "1": "a"},
        "shared": [shared, shared],
        "cycle": cycle,
    }


def problems(value: dict[str, Any]) -> list[str]:
    """What in `value` is not as it was made."""
    wanted = made()
    found = [key for key in wanted if key not in ("cycle", "nan", "zero") and value[key] != wanted[key]]
    cycle = value["cycle"]
    checks = {
        "order": list(value["keys"]) == ["1", "2", "__proto__", "constructor", "$date"],
        "nan": math.isnan(value["nan"]),
        "zero": math.copysign(1, value["zero"]) == -1,
        "shared": value["shared"][0] is value["shared"][1],
        "bigint": type(value["bigints"][0]) is BigInt,
        "self": cycle["self"] is cycle,
        "map": cycle["map"].pairs[0][0] is cycle and cycle["map"].pairs[0][1] is cycle["set"],
        "set": cycle["set"].items[0] is cycle["map"],
    }
    return found + [name for name, holds in checks.items() if not holds]


async def test_every_kind_of_value_comes_back_as_it_was_now_and_on_a_replay(server: Server) -> None:
    calls = 0

    async def run(step: WorkflowStep) -> Any:
        def make() -> Any:
            nonlocal calls
            calls += 1
            return made()

        first = await step.do("make", make)
        before = problems(first)
        await step.sleep("nap", 60_000)
        again = await step.do("again", lambda: first)
        return [before, problems(first), problems(again), calls]

    instance = await server.start(run)
    await server.waiting(instance)
    after = await server.crash(run)
    calls = 0
    await after.engine.start()
    await after.advance(60_000)
    again = await after.find(instance.id)
    await after.ended(again)
    assert await again.result() == [[], [], [], 0]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (lambda: 1, "$: a function cannot be stored"),
        ({"a": [0, object()]}, "$.a[1]: an object cannot be stored"),
        (Map([(1, {1, 2})]), "$.get(0): a set cannot be stored"),
        ({1: "a"}, "$: a key is a int, not a string (use Map)"),
        ([datetime(2026, 1, 1)], "$[0]: a datetime without a time zone is no moment in time"),  # noqa: DTZ001
        ([10**5000], "$[0]: a BigInt of more than 4000 digits cannot be stored"),
    ],
)
async def test_what_is_no_value_fails_the_step_at_once_and_says_where(
    server: Server, value: Any, why: str
) -> None:
    calls = 0

    async def run(step: WorkflowStep) -> Any:
        def make() -> Any:
            nonlocal calls
            calls += 1
            return value

        return list(await fails_with(step, "make", make))

    message = f'The result of step "make" is not a value that can be stored: {why}'
    assert await server.output(run) == ["WorkflowFatalError", message]
    assert calls == 1


@pytest.mark.parametrize("more", [0, 1])
async def test_a_mebibyte_is_a_value_and_a_byte_more_is_none(server: Server, more: int) -> None:
    size = MIB - len('j""') + more
    whole = size - more

    async def run(step: WorkflowStep) -> Any:
        result: list[Any] = []
        if more:
            result += await fails_with(step, "make", lambda: "s" * size)
        else:
            result.append(len(await step.do("make", lambda: "s" * size)))
        got = await step.wait_for_event("go", type="go")
        await step.do("lengths", lambda: [result, len(got["payload"])])
        return "o" * size

    server.register(run)
    flow = server.engine.workflow("test")
    if more:
        with pytest.raises(WorkflowError, match="params is too large: 1048577 bytes"):
            await flow.create("too-large", "p" * size)
    instance = await flow.create("one", "p" * whole)
    await server.waiting(instance)
    if more:
        with pytest.raises(WorkflowError, match="The event's payload is too large: 1048577 bytes"):
            await instance.send_event(type="go", payload="e" * size)
    await instance.send_event(type="go", payload="e" * whole)
    status = await server.ended(instance)
    *_, lengths = await server.entries(instance, "step_completed")
    refusal = "is too large: 1048577 bytes, and the limit is 1048576 bytes"
    refused = ["WorkflowFatalError", f'The result of step "make" {refusal}']
    assert lengths["output"] == [refused if more else [size], whole]
    assert status.status == ("errored" if more else "complete")
    if status.error is not None:
        assert status.error.message == f"The workflow's output {refusal}"
