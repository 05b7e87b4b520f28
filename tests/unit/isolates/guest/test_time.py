"""What clocks say in the guest: in `run` what the host says, everywhere else real time."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest

from tests.unit.isolates.guest.conftest import MakeGuest
from tests.unit.isolates.guest.guest import Reference, Said, Stub
from tests.unit.isolates.guest.test_workflow import workflow

NOON = 1_767_225_600_000
READ = "[Date.now(), new Date().getTime(), Date(), performance.now() - zero]"
ZERO = "const zero = performance.now() - Date.now();"


def function(said: Said) -> int:
    """The callback of the step that was asked for."""
    callback: Any = said.arguments[2]
    assert isinstance(callback, Reference)
    return int(callback.content)


def is_now(milliseconds: Any) -> bool:
    return abs(float(milliseconds) - time.time() * 1000) < 60_000


def test_every_clock_of_a_run_stands_where_the_host_says(guest: MakeGuest) -> None:
    said = guest(workflow(f"return {READ}", ZERO)).run(time=NOON)
    now, constructed, text, performance = said.result
    assert (now, constructed, performance) == (NOON, NOON, NOON)
    assert text.startswith("Thu Jan 01 2026 00:00:00")


def test_a_runs_clock_moves_with_the_answers(guest: MakeGuest) -> None:
    body = """
        const seen = [Date.now()];
        for (const name of ["a", "b"]) { await step.sleep(name, 1000); seen.push(Date.now()); }
        return seen;
    """
    one = guest(workflow(body))
    first = one.run(time=NOON)
    second = one.answer(first.ask["id"], None, time=NOON + 1500)
    assert one.answer(second.ask["id"], None, time=NOON + 7000).result == [NOON, NOON + 1500, NOON + 7000]


def test_a_busy_run_does_not_see_time_pass(guest: MakeGuest) -> None:
    body = "const t = Date.now(); let x = 0; for (let i = 0; i < 3e5; i++) x += i; return Date.now() - t"
    assert guest(workflow(body)).run(time=NOON).result == 0


def test_a_steps_callback_has_the_real_time_and_run_its_own_again(guest: MakeGuest) -> None:
    body = "const inside = await step.do('a', async () => Date.now()); return [inside, Date.now()]"
    one = guest(workflow(body))
    asked = one.run(time=NOON)
    inside = one.invoke(function(asked), {}, step={"name": "a"}).result
    assert is_now(inside)
    assert one.answer(asked.ask["id"], inside, time=NOON + 5).result == [inside, NOON + 5]


def test_a_callback_that_goes_on_after_an_answer_has_the_real_time(guest: MakeGuest) -> None:
    body = "return await step.do('a', async () => { await this.env.echo.say(1); return Date.now() })"
    one = guest(workflow(body), env={"echo": Stub(3, ("say",))})
    inside = one.invoke(function(one.run(time=NOON)), {}, step={"name": "a"})
    assert is_now(one.answer(inside.ask["id"], 1).result)


def test_two_runs_have_a_clock_each(guest: MakeGuest) -> None:
    body = "await step.sleep('a', 1); return [Date.now(), Math.random()]"
    one = guest(workflow(body))
    first, second = one.run(time=NOON, seed="one"), one.run(time=NOON + 1, seed="two")
    ends = [
        one.answer(second.ask["id"], None, time=NOON + 20).result,
        one.answer(first.ask["id"], None, time=NOON + 10).result,
    ]
    assert [end[0] for end in ends] == [NOON + 20, NOON + 10]
    assert ends[0][1] != ends[1][1]


def test_a_method_and_a_module_have_the_real_time(guest: MakeGuest) -> None:
    head = f"""
        import {{ WorkerEntrypoint }} from "cloudflare:workers";
        {ZERO}
        const top = {READ};
        export class Body extends WorkerEntrypoint {{ go() {{ return [top, {READ}] }} }}
    """
    one = guest(workflow("return 0", head))
    one.run(time=NOON)
    for now, constructed, _, performance in one.call("go", entry="Body").result:
        assert is_now(now)
        assert is_now(constructed)
        assert is_now(performance)


def test_a_timer_of_a_run_leaves_its_clock_where_it_is(guest: MakeGuest) -> None:
    body = "await new Promise((go) => setTimeout(go, 5000)); return Date.now()"
    one = guest(workflow(body))
    (timer,) = one.run(time=NOON).of("timer")
    assert one.turn("timer", id=timer["id"]).result == NOON


def test_lines_bear_the_real_time(guest: MakeGuest) -> None:
    body = "Date.now = () => 5; globalThis.Date = class { static now() { return 6 } }; console.log('x')"
    (line,) = guest(workflow(body)).run(time=NOON).of("log")
    assert is_now(line["time"])


DATE = [
    ("Date.name", "Date"),
    ("Date.length", 7),
    ("Date.prototype.constructor === Date", True),
    ("new Date() instanceof Date", True),
    ("Object.prototype.toString.call(new Date())", "[object Date]"),
    ("new (class Later extends Date { far() { return this.getTime() } })(5).far()", 5),
    ("new (class Later extends Date {})().getTime() === Date.now()", True),
    ("Object.getPrototypeOf(Reflect.construct(Date, [1], Array)) === Array.prototype", True),
    ("new Date(NaN).getTime()", float("nan")),
    ("new Date(undefined).getTime()", float("nan")),
    ("new Date(2020, 1, 29).getMonth()", 1),
    ("new Date('2020-02-29T00:00:00Z').getTime()", 1582934400000),
    ("Date.UTC(2020, 1, 29)", 1582934400000),
    ("Date.parse('2020-02-29T00:00:00Z')", 1582934400000),
    ("typeof Date(2020, 1, 29)", "string"),
    ("Object.getOwnPropertyNames(Date).sort()", ["UTC", "length", "name", "now", "parse", "prototype"]),
    ("structuredClone(new Date(7)).getTime()", 7),
]


@pytest.mark.parametrize(("code", "value"), DATE, ids=[code for code, _ in DATE])
def test_date_is_still_a_date(guest: MakeGuest, code: str, value: Any) -> None:
    result = guest(workflow(f"return {code}")).run(time=NOON).result
    assert result == value or (math.isnan(value) and math.isnan(result))


# -- randomness


def test_what_callbacks_draw_does_not_move_what_a_run_draws(guest: MakeGuest) -> None:
    body = """
        const drawn = [Math.random()];
        await step.do("a", async () => { for (let i = 0; i < 10; i++) Math.random(); return Math.random() });
        drawn.push(Math.random());
        return drawn;
    """

    def drawn(*, replayed: bool) -> Any:
        one = guest(workflow(body))
        asked = one.run(time=NOON)
        if not replayed:
            one.invoke(function(asked), {}, step={"name": "a"})
        return one.answer(asked.ask["id"], 0.5, time=NOON).result

    assert drawn(replayed=False) == drawn(replayed=True)


def test_another_seed_draws_other_numbers(guest: MakeGuest) -> None:
    one = guest(workflow("return [Math.random(), Math.random()]"))
    assert one.run(seed="one").result == one.run(seed="one").result != one.run(seed="two").result


def test_crypto_is_real_in_a_run(guest: MakeGuest) -> None:
    one = guest(workflow("return [crypto.randomUUID(), Math.random()]"))
    first, second = one.run(time=NOON).result, one.run(time=NOON).result
    assert first[0] != second[0]
    assert first[1] == second[1]
