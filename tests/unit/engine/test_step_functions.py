"""Steps that are functions: `@step.do("name")`."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.core.codec import decode
from playground.core.errors import RemoteError
from playground.core.ports import StepContext
from playground.engine.step import Rollback, WorkflowStep
from tests.unit.engine.harness import Gate, Server


async def test_a_function_is_a_step(server: Server) -> None:
    async def run(step: WorkflowStep) -> object:
        @step.do("reserve")
        async def reserve() -> int:
            return 17

        return await reserve()

    instance = await server.start(run)
    assert (await server.ended(instance)).status == "complete"
    (completed,) = await server.entries(instance, "step_completed")
    assert completed["step"] == {"kind": "do", "name": "reserve", "count": 1}
    assert await server.output(run) == 17


async def test_a_step_without_a_name_is_named_like_its_function(server: Server) -> None:
    async def run(step: WorkflowStep) -> None:
        @step.do()
        def charge() -> None:
            """Charge the card."""

        assert (charge.definition.name, charge.__name__) == ("charge", "charge")
        assert charge.__doc__ == "Charge the card."
        await charge()

    instance = await server.start(run)
    assert (await server.ended(instance)).status == "complete"
    (completed,) = await server.entries(instance, "step_completed")
    assert completed["step"]["name"] == "charge"


async def test_each_call_is_a_step_of_its_own_and_takes_arguments(server: Server) -> None:
    async def run(step: WorkflowStep) -> object:
        @step.do("double")
        async def double(number: int, *, plus: int = 0) -> int:
            return number * 2 + plus

        return [await double(1), await double(number=2), await double(3, plus=1)]

    instance = await server.start(run)
    status = await server.ended(instance)
    assert status.output is not None
    assert decode(status.output) == [2, 4, 7]
    counts = [entry["step"]["count"] for entry in await server.entries(instance, "step_completed")]
    assert counts == [1, 2, 3]


async def test_ctx_is_the_context(server: Server) -> None:
    async def run(step: WorkflowStep) -> object:
        @step.do("price", config={"retries": {"limit": 1, "delay": 0}})
        async def price(ctx: StepContext, currency: str = "EUR") -> object:
            if ctx.attempt == 1:
                raise RuntimeError("not yet")
            return [ctx.step.name, ctx.attempt, ctx.config["retries"]["limit"], currency]

        return await price()

    assert await server.output(run) == ["price", 2, 1, "EUR"]


async def test_parameters_named_like_steps_get_their_results_once(server: Server) -> None:
    calls: list[str] = []

    async def run(step: WorkflowStep) -> object:
        @step.do("user")
        async def user() -> str:
            calls.append("user")
            return "Ada"

        @step.do()
        async def cart(user: str) -> list[str]:
            calls.append("cart")
            return [user, "book"]

        @step.do()
        async def order(user: str, cart: list[str], gift: bool = False) -> object:
            calls.append("order")
            return [user, cart, gift]

        return [await order(), await order(gift=True)]

    assert await server.output(run) == [["Ada", ["Ada", "book"], False], ["Ada", ["Ada", "book"], True]]
    assert calls == ["user", "cart", "order", "order"]


async def test_the_steps_that_a_concurrent_one_needs_run_at_once(server: Server) -> None:
    left, right = Gate(), Gate()

    async def run(step: WorkflowStep) -> object:
        @step.do()
        async def a() -> int:
            await left()
            return 1

        @step.do()
        async def b() -> int:
            await right()
            return 2

        @step.do(concurrent=True)
        async def both(a: int, b: int) -> int:
            return a + b

        return await both()

    instance = await server.start(run)
    async with asyncio.timeout(20):
        await left.reached.wait()
        await right.reached.wait()
    left.opened.set()
    right.opened.set()
    status = await server.ended(instance)
    assert status.output is not None
    assert decode(status.output) == 3


async def test_otherwise_they_run_one_after_the_other(server: Server) -> None:
    running: list[str] = []
    most = 0

    async def run(step: WorkflowStep) -> object:
        async def work(name: str) -> None:
            nonlocal most
            running.append(name)
            most = max(most, len(running))
            await asyncio.sleep(0)
            running.remove(name)

        @step.do()
        async def a() -> None:
            await work("a")

        @step.do()
        async def b() -> None:
            await work("b")

        @step.do()
        async def both(a: None, b: None) -> int:
            return most

        return await both()

    assert await server.output(run) == 1


async def test_steps_that_are_named_in_order_are_given_whatever_the_parameters_are_called(
    server: Server,
) -> None:
    async def run(step: WorkflowStep) -> object:
        @step.do("one")
        async def load() -> int:
            return 1

        @step.do("two")
        async def more() -> int:
            return 2

        @step.do("sum", depends=[load, more], concurrent=True)
        async def add(a: int, ctx: StepContext, b: int, c: int = 3) -> object:
            return [a, b, c, ctx.step.name]

        @step.do("after", depends=[add])
        async def after() -> str:
            return "after"

        return [await after(), await add(10), await add(10, b=20, c=30)]

    instance = await server.start(run)
    assert await instance.result() == ["after", [10, 1, 2, "sum"], [10, 20, 30, "sum"]]
    names = [entry["step"]["name"] for entry in await server.entries(instance, "step_completed")]
    assert [sorted(names[:2]), names[2:]] == [["one", "two"], ["sum", "after", "sum", "sum"]]


async def test_a_step_that_failed_is_run_again_for_the_next_that_needs_it(server: Server) -> None:
    calls = 0

    async def run(step: WorkflowStep) -> object:
        @step.do(config={"retries": {"limit": 0, "delay": 0}})
        async def flaky() -> int:
            nonlocal calls
            calls += 1
            if calls == 1:
                raise RuntimeError("at first")
            return calls

        @step.do()
        async def after(flaky: int) -> int:
            return flaky * 10

        with pytest.raises(RemoteError, match="at first"):
            await after()
        return await after()

    assert await server.output(run) == 20


async def test_a_parameter_that_nobody_knows_is_named(server: Server) -> None:
    async def run(step: WorkflowStep) -> object:
        @step.do("ship")
        async def ship(adress: str) -> None: ...

        return await ship()

    name, message = await server.error(run)
    assert name == "WorkflowFatalError"
    assert '"ship"' in message
    assert '"adress"' in message


async def test_a_decorator_above_nothing_is_a_step_without_a_callback(server: Server) -> None:
    async def run(step: WorkflowStep) -> object:
        nothing: Any = step.do("a")
        return await nothing

    assert await server.error(run) == ("WorkflowFatalError", 'Step "a" requires a callback function')

    async def decorated(step: WorkflowStep) -> object:
        nothing: Any = 5
        return step.do("a")(nothing)

    assert await server.error(decorated) == ("WorkflowFatalError", 'Step "a" requires a callback function')


async def test_a_bad_config_of_a_function_is_refused_with_its_key(server: Server) -> None:
    async def run(step: WorkflowStep) -> object:
        @step.do("a", config={"retries": {"limit": -1, "delay": 0}})
        async def a() -> None: ...

        return await a()

    name, message = await server.error(run)
    assert name == "WorkflowFatalError"
    assert "retries.limit" in message


async def test_a_function_s_step_is_undone(server: Server) -> None:
    undone: list[Any] = []

    async def run(step: WorkflowStep) -> object:
        @step.do("book", rollback=lambda rollback: undone.append((rollback.step_name, rollback.output)))
        async def book() -> str:
            return "seat 4"

        await book()
        raise RuntimeError("no")

    assert await server.error(run) == ("RuntimeError", "no")
    assert undone == [("book", "seat 4")]
    assert Rollback.__doc__


async def test_a_step_that_nobody_awaits_ends_before_the_instance_with_all_that_it_needs(
    server: Server,
) -> None:
    gate = Gate()

    async def run(step: WorkflowStep) -> str:
        @step.do()
        async def first() -> int:
            await gate()
            return 1

        @step.do()
        async def second(first: int) -> int:
            return first + 1

        second()
        return "done"

    instance = await server.start(run)
    async with asyncio.timeout(20):
        await gate.reached.wait()
    gate.opened.set()
    assert (await server.ended(instance)).status == "complete"
    names = [entry["step"]["name"] for entry in await server.entries(instance, "step_completed")]
    assert names == ["first", "second"]


async def test_a_step_that_is_called_off_before_it_began_holds_nothing_up(server: Server) -> None:
    async def run(step: WorkflowStep) -> str:
        @step.do()
        async def never() -> None:
            raise AssertionError("it was called off")

        never().cancel()
        return "done"

    assert await server.output(run) == "done"


async def test_a_step_that_nobody_awaits_errors_the_instance_where_it_fails(server: Server) -> None:
    async def run(step: WorkflowStep) -> str:
        @step.do(config={"retries": {"limit": 0, "delay": 0}})
        async def failing() -> None:
            raise RuntimeError("unseen")

        failing()
        return "done"

    assert await server.error(run) == ("RuntimeError", "unseen")


async def test_a_step_function_cannot_be_called_inside_the_callback_of_another(server: Server) -> None:
    async def run(step: WorkflowStep) -> object:
        @step.do()
        async def inner() -> int:
            return 1

        @step.do()
        async def outer() -> int:
            return int(await inner())

        return await outer()

    name, message = await server.error(run)
    assert name == "WorkflowFatalError"
    assert "inside the callback of another step" in message


async def test_configuration_may_be_given_by_its_name(server: Server) -> None:
    async def run(step: WorkflowStep) -> object:
        return await step.do("a", lambda context: context.config["timeout"], config={"timeout": "1 second"})

    assert await server.output(run) == 1000


async def test_a_replay_answers_functions_from_the_log(server: Server) -> None:
    calls: list[str] = []

    async def run(step: WorkflowStep) -> object:
        @step.do()
        async def a() -> str:
            calls.append("a")
            return "A"

        @step.do()
        async def b(a: str) -> str:
            calls.append("b")
            return a + "B"

        @step.do(concurrent=True)
        async def c(a: str, b: str) -> str:
            calls.append("c")
            return a + b

        before = await b()
        await step.sleep("a day", "1 day")
        return [before, await c()]

    instance = await server.start(run)
    await server.waiting(instance)
    after = await server.crash(run)
    await after.engine.start()
    instance = await after.find(instance.id)
    await after.waiting(instance)
    await after.advance(86_400_000)
    status = await after.ended(instance)
    assert status.output is not None
    assert decode(status.output) == ["AB", "AAB"]
    assert calls == ["a", "b", "c"]


async def test_a_decorator_without_parentheses_will_do(server: Server) -> None:
    async def run(step: WorkflowStep) -> int:
        @step.do
        async def reserve() -> int:
            return 17

        return int(await reserve())

    assert await server.output(run) == 17


async def test_a_step_that_is_awaited_and_not_called_says_so(server: Server) -> None:
    async def run(step: WorkflowStep) -> object:
        async def reserve() -> int:
            return 17

        return await step.do(reserve)

    said = "reserve is a step that was not called: await reserve(), or step.do('name', reserve)"
    assert await server.error(run) == ("WorkflowFatalError", said)
