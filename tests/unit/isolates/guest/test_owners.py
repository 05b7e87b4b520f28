"""Whose work it is: what goes on after an `await` belongs to whoever awaits, in whosever turn that is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.isolates.guest.conftest import MakeGuest
from tests.unit.isolates.guest.guest import Guest, Reference, Said
from tests.unit.isolates.guest.test_workflow import workflow

NOON = 1_767_225_600_000
SHARED = "let release; const shared = new Promise((resolve) => { release = resolve });"
FIRST, SECOND, CALLBACK = 1, 2, 2
"""The ids of two runs; and that of a callback where there is one run."""


def two_runs(guest: MakeGuest, body: str, before: str = SHARED) -> tuple[Guest, Said, Said]:
    """Two runs of `body`, the first at noon, the second a second later."""
    one = guest(workflow(body, before))
    return one, one.run("first", seed="one", time=NOON), one.run("second", seed="two", time=NOON + 1000)


def owners(said: Said) -> list[tuple[Any, str]]:
    return [(line["owner"], line["message"]) for line in said.of("log")]


@pytest.mark.parametrize(
    "wait",
    [
        "await shared",
        "await shared.then(() => 1)",
        "await Promise.all([shared, 1])",
        "await Promise.race([shared, new Promise(() => {})])",
        "await new Promise((go) => { shared.then(go) })",
        "await { then(go) { shared.then(go) } }",
        "for await (const x of [shared]) x",
        "await (async function* () { yield await shared })().next()",
        "await (async () => { await shared; await null })()",
        "await new Promise((go) => { shared.then(() => queueMicrotask(go)) })",
        "await shared.finally(() => {})",
    ],
)
def test_what_two_runs_wait_for_goes_on_as_the_work_of_each(guest: MakeGuest, wait: str) -> None:
    body = f"""
        if (event.payload === "second") {{ await step.sleep("a", 1); release(); }}
        {wait};
        console.log(event.payload);
        await step.sleep("b", 1);
        return [event.payload, Date.now(), Math.random()];
    """
    one, _, second = two_runs(guest, body)
    both = one.answer(second.ask["id"], None, time=NOON + 2000)
    assert sorted(owners(both)) == [(FIRST, "first"), (SECOND, "second")]
    asks = {ask["owner"]: ask["id"] for ask in both.of("ask")}
    assert sorted(asks) == [FIRST, SECOND]
    ends = [
        one.answer(asks[FIRST], None, time=NOON + 3000).result,
        one.answer(asks[SECOND], None, time=NOON + 4000).result,
    ]
    assert [end[:2] for end in ends] == [["first", NOON + 3000], ["second", NOON + 4000]]

    alone = guest(workflow("return Math.random()"))
    drawn = [alone.run(seed=seed, time=NOON).result for seed in ("one", "two")]
    assert [end[2] for end in ends] == drawn


def test_the_clock_is_that_of_whoever_awaits(guest: MakeGuest) -> None:
    body = """
        if (event.payload === "second") { await step.sleep("a", 1); release(); }
        await shared;
        console.log(Date.now());
    """
    one, _, second = two_runs(guest, body)
    both = one.answer(second.ask["id"], None, time=NOON + 2000)
    assert sorted(owners(both)) == [(FIRST, str(NOON)), (SECOND, str(NOON + 2000))]


def test_a_callback_that_run_releases_draws_no_number_of_runs(guest: MakeGuest) -> None:
    body = """
        let release; const gate = new Promise((go) => { release = go });
        const drawn = [Math.random()];
        const a = step.do("a", async () => { await gate; console.log("in a"); Math.random(); Math.random() });
        await step.sleep("b", 1);
        release();
        await a;
        drawn.push(Math.random(), Date.now());
        return drawn;
    """

    def drawn(*, replayed: bool) -> Any:
        one = guest(workflow(body))
        begun = one.run(time=NOON)
        do, sleep = begun.of("ask")
        if not replayed:
            import msgspec

            callback = msgspec.json.decode(do["args"][1:])[2]["$fn"]
            one.invoke(callback, {}, step={"name": "a"})
        slept = one.answer(sleep["id"], None, time=NOON + 1)
        assert owners(slept) == ([] if replayed else [(CALLBACK, "in a")])
        return one.answer(do["id"], None, time=NOON + 2).result

    assert drawn(replayed=False) == drawn(replayed=True)


def test_a_module_s_work_that_a_call_lets_go_on_is_nobody_s(guest: MakeGuest) -> None:
    before = SHARED + "shared.then(() => console.log('the module'));"
    said = guest(workflow("release(); await null; console.log('the run')", before)).run(time=NOON)
    assert owners(said) == [(None, "the module"), (FIRST, "the run")]


def test_an_async_generator_that_two_share_works_for_whoever_asks(guest: MakeGuest) -> None:
    before = """
        const numbers = (async function* () { for (let n = 0; ; n++) { console.log(n); yield n } })();
    """
    one = guest(workflow("return (await numbers.next()).value", before))
    first, second = one.run(), one.run()
    assert (owners(first), owners(second)) == ([(FIRST, "0")], [(SECOND, "1")])
    assert [first.result, second.result] == [0, 1]


def test_a_tenant_that_replaces_promise_confuses_no_one_else(guest: MakeGuest) -> None:
    before = SHARED + "Promise.prototype.then = () => { throw new Error('mine') }; globalThis.Promise = null;"
    body = """
        if (event.payload === "second") { await step.sleep("a", 1); release(); }
        await shared; console.log(event.payload);
    """
    one, _, second = two_runs(guest, body, before)
    both = one.answer(second.ask["id"], None, time=NOON + 2000)
    assert sorted(owners(both)) == [(FIRST, "first"), (SECOND, "second")]


# -- rejections that nobody handles


def exceptions(said: Said) -> list[tuple[Any, str]]:
    lines = [line for line in said.of("log") if line["kind"] == "exception"]
    return [(line["owner"], line["message"].splitlines()[0]) for line in lines]


UNHANDLED = [
    "Promise.reject(new TypeError('late'))",
    "(async () => { await null; throw new TypeError('late') })()",
    "new Promise(() => { throw new TypeError('late') })",
    "Promise.resolve().then(() => { throw new TypeError('late') })",
    "Promise.all([Promise.reject(new TypeError('late'))])",
    "step.do('x', () => 1).then(() => {}); Promise.reject(new TypeError('late')).finally(() => {})",
    "const bad = Promise.reject(new TypeError('late')); setTimeout(() => bad.catch(() => {}), 1)",
]


@pytest.mark.parametrize("code", UNHANDLED)
def test_a_rejection_that_nobody_handles_is_one_line_of_its_owner(guest: MakeGuest, code: str) -> None:
    said = guest(workflow(f"{code}; await step.sleep('a', 1)")).run(time=NOON)
    assert exceptions(said) == [(FIRST, "Uncaught (in promise) TypeError: late")]
    assert said.of("result") == []


HANDLED = [
    "Promise.reject(new Error('x')).catch(() => {})",
    "const bad = Promise.reject(new Error('x')); await null; await null; bad.catch(() => {})",
    "const b = Promise.reject(new Error('x')); queueMicrotask(() => queueMicrotask(() => b.catch(() => {})))",
    "try { await Promise.reject(new Error('x')) } catch {}",
    "await Promise.allSettled([Promise.reject(new Error('x'))])",
    "await Promise.race([1, Promise.reject(new Error('x'))])",
    "const b = (async () => { throw Error('x') })(); for (let i = 0; i < 9; i++) await i; b.catch(() => 0)",
]


@pytest.mark.parametrize("code", HANDLED)
def test_one_that_is_handled_in_the_same_turn_is_none(guest: MakeGuest, code: str) -> None:
    said = guest(workflow(f"{code}; return 1")).run(time=NOON)
    assert said.of("log") == []
    assert said.result == 1


def test_the_line_says_where_it_was_thrown(guest: MakeGuest) -> None:
    source = workflow("fail(); return 1", "\nasync function fail() {\n  throw new RangeError('far');\n}\n")
    (line,) = guest(source).run().of("log")
    first, *frames = line["message"].splitlines()
    assert first == "Uncaught (in promise) RangeError: far"
    assert frames[0].strip().startswith("at fail (index.js:")
    assert not any("runtime" in frame for frame in frames)


def test_a_rejection_is_the_callback_s_where_the_callback_leaves_it(guest: MakeGuest) -> None:
    body = "await step.do('a', async () => { Promise.reject(new Error('left')); return 1 }); return 2"
    one = guest(workflow(body))
    begun = one.run(time=NOON)
    callback = begun.arguments[2]
    assert isinstance(callback, Reference)
    said = one.invoke(callback.content, {}, step={"name": "a"})
    assert exceptions(said) == [(CALLBACK, "Uncaught (in promise) Error: left")]
    assert said.result == 1


@pytest.mark.parametrize("failing", ["throw new Error('x')", "return Promise.reject(new Error('x'))"])
def test_what_a_run_or_a_callback_throws_is_its_result_and_no_line(guest: MakeGuest, failing: str) -> None:
    said = guest(workflow(failing)).run()
    assert (said.error.message, said.of("log")) == ("x", [])


def test_a_step_that_fails_unawaited_is_no_line(guest: MakeGuest) -> None:
    from playground.core.errors import ErrorRecord

    one = guest(workflow("step.do('a', () => 1); await step.sleep('b', 1); return 1"))
    do, sleep = one.run(time=NOON).of("ask")
    failed = one.refuse(do["id"], ErrorRecord("Error", "the step"))
    ended = one.answer(sleep["id"], None, time=NOON)
    assert failed.of("log") + ended.of("log") == []
    assert ended.error.message == "the step"


def test_a_sleep_that_fails_unawaited_is_a_line(guest: MakeGuest) -> None:
    from playground.core.errors import ErrorRecord

    one = guest(workflow("step.sleep('a', -1); await step.sleep('b', 1)"))
    bad, _ = one.run(time=NOON).of("ask")
    said = one.refuse(bad["id"], ErrorRecord("WorkflowFatalError", "no such duration"))
    assert exceptions(said) == [(FIRST, "Uncaught (in promise) WorkflowFatalError: no such duration")]


def test_one_that_nobody_handles_in_a_timer_or_at_the_top_of_a_module(guest: MakeGuest) -> None:
    one = guest(
        workflow("setTimeout(async () => { throw 5 }, 1); await step.sleep('a', 1)", "Promise.reject(1);")
    )
    assert exceptions(one.loaded) == [(None, "Uncaught (in promise) 1")]
    (timer,) = one.run(time=NOON).of("timer")
    assert exceptions(one.turn("timer", id=timer["id"])) == [(FIRST, "Uncaught (in promise) 5")]


def test_a_module_that_throws_is_no_second_line(guest: MakeGuest) -> None:
    from playground.isolates.process.isolate import LoadFailed

    for source in ("throw new Error('top')", "await null; throw new Error('top')", "import './none.js'"):
        with pytest.raises(LoadFailed) as failed:
            guest(source)
        assert failed.value.said == "[]"


def test_reasons_that_fight_back_are_said_all_the_same(guest: MakeGuest) -> None:
    body = """
        Promise.reject({ get message() { throw 1 }, toString() { Promise.reject('again'); throw 2 } });
        Promise.reject(new Proxy(new Error('x'), { get() { throw 3 } }));
        Promise.reject(Object.assign(new Error('y'), { get stack() { Promise.reject('more'); return 1 } }));
        await step.sleep('a', 1);
    """
    said = guest(workflow(body)).run(time=NOON)
    assert len(exceptions(said)) >= 3
    assert {owner for owner, _ in exceptions(said)} == {FIRST}
