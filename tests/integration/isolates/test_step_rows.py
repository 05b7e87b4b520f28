"""What `step.do` promises tenants, rule by rule, in JavaScript over a real engine and a real isolate."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from playground import wrap_workflow_binding
from playground.engine.engine import EngineSettings
from tests.integration.isolates.conftest import Isolates
from tests.integration.isolates.flows import Flows, opened


@pytest.fixture
def pace_ms() -> int:
    """How fast the clock moves by itself; 0 where only a test moves it."""
    return 5


@pytest.fixture
async def flows(isolates: Isolates, pace_ms: int, tmp_path: Path) -> AsyncIterator[Flows]:
    settings = EngineSettings(step_limit=12)
    async with opened(isolates, tmp_path, settings=settings, pace_ms=pace_ms) as made:
        yield made


CAUGHT = "return await step.do({}).then(() => 'fine', named);"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("'x'.repeat(257), async () => 1", "exceeds max length (256 chars) or invalid characters"),
        ("'a\\nb', async () => 1", "exceeds max length (256 chars) or invalid characters"),
        ("'\\ud800', async () => 1", "exceeds max length (256 chars) or invalid characters"),
        ("7, async () => 1", "Step name must be a string; got 7 [exceeds max length (256 chars) or invalid"),
        ("async () => 1", "Step name must be a string; got a function ["),
        ("async () => 1, async () => 1", "Step name must be a string; got a function ["),
        ("null, async () => 1", "Step name must be a string; got null ["),
        ("'a'", "requires a callback function"),
        ("'a', {}", "requires a callback function"),
        ("'a', 5, async () => 1", 'Step config for "a" is in an invalid format: config must be an object'),
        ("'a', { tries: 1 }, async () => 1", 'Step config for "a" is in an invalid format: tries'),
        ("'a', { timeout: 0 }, async () => 1", 'Step config for "a" is in an invalid format: timeout'),
        ("'a', { timeout: NaN }, async () => 1", 'Step config for "a" is in an invalid format: timeout'),
        ("'a', { timeout: '5 parsecs' }, async () => 1", "5 parsecs"),
        ("'a', { timeout: '366 days' }, async () => 1", "365 days"),
        ("'a', { retries: { limit: 1 } }, async () => 1", "retries.delay is missing"),
        ("'a', { retries: { delay: 1 } }, async () => 1", "retries.limit is missing"),
        ("'a', { retries: { limit: -1, delay: 1 } }, async () => 1", "retries.limit"),
        ("'a', { retries: { limit: 1e9, delay: 0 } }, async () => 1", "from 0 to 10000"),
        ("'a', { retries: { limit: 1.5, delay: 0 } }, async () => 1", "retries.limit"),
        ("'a', { retries: { limit: 1, delay: -1 } }, async () => 1", "retries.delay"),
        ("'a', { retries: { limit: 1, delay: 1, backoff: 'wild' } }, async () => 1", "retries.backoff"),
        ("'a', { sensitive: true }, async () => 1", "sensitive must be 'output'"),
    ],
)
async def test_what_is_refused(flows: Flows, arguments: str, words: str) -> None:
    said = await flows.output(CAUGHT.format(arguments))
    assert said.startswith("WorkflowFatalError: ")
    assert words in said


@pytest.mark.parametrize("name", ["", "x" * 256, "ä𝄞 ", "__proto__", "a-1"])
async def test_names_that_are_taken(flows: Flows, name: str) -> None:
    assert await flows.output(CAUGHT.format(f"{json.dumps(name)}, async () => 1")) == "fine"


async def test_a_context_is_a_copy_and_says_all(flows: Flows) -> None:
    assert await flows.output("""
        const seen = [];
        const look = async (ctx) => {
          seen.push(JSON.parse(JSON.stringify(ctx)));
          ctx.config.timeout = 1;
          ctx.step.name = "z";
        };
        await step.do("a", look);
        await step.do("a", { retries: { limit: 2, delay: "3 seconds" }, timeout: "1 minute" }, look);
        await step.do("b", { retries: { limit: 1, delay: () => 5, backoff: "linear" } }, look);
        return seen;
    """) == [
        {
            "step": {"name": "a", "count": 1},
            "attempt": 1,
            "config": {"retries": {"limit": 5, "delay": 1000, "backoff": "exponential"}, "timeout": 600000},
        },
        {
            "step": {"name": "a", "count": 2},
            "attempt": 1,
            "config": {"retries": {"limit": 2, "delay": 3000, "backoff": "exponential"}, "timeout": 60000},
        },
        {
            "step": {"name": "b", "count": 1},
            "attempt": 1,
            "config": {"retries": {"limit": 1, "backoff": "linear"}, "timeout": 600000},
        },
    ]


async def test_the_limit_counts_retries_and_the_last_error_is_thrown(flows: Flows) -> None:
    assert await flows.output("""
        let attempts = 0;
        const cause = new TypeError("why");
        const fails = async () => { throw new RangeError(`no ${++attempts}`, { cause }); };
        try {
          await step.do("a", { retries: { limit: 2, delay: 0 } }, fails);
        } catch (error) {
          return [attempts, error instanceof Error, named(error), named(error.cause)];
        }
    """) == [3, True, "RangeError: no 3", "TypeError: why"]


@pytest.mark.parametrize(
    ("thrown", "shown"),
    [
        ("new NonRetryableError('stop')", "NonRetryableError: stop"),
        ("new NonRetryableError('stop', 'Stop')", "Stop: stop"),
        ("Object.assign(new Error('stop'), { name: 'NonRetryableError' })", "NonRetryableError: stop"),
    ],
)
async def test_errors_that_stop_at_once(flows: Flows, thrown: str, shown: str) -> None:
    assert await flows.output(f"""
        let attempts = 0;
        const fails = async () => {{ attempts++; throw {thrown}; }};
        const error = await step.do("a", {{ retries: {{ limit: 3, delay: 0 }} }}, fails).catch(named);
        return [attempts, error];
    """) == [1, shown]


@pytest.mark.parametrize("pace_ms", [0])
@pytest.mark.parametrize(
    ("delay", "delays"),
    [
        ("1000", [1000, 2000, 4000]),
        ("() => 2000", [2000, 4000, 8000]),
        ("async () => '1 second'", [1000, 2000, 4000]),
        ("({ ctx, error }) => (error.message === `no ${ctx.attempt}` ? 500 : -1)", [500, 1000, 2000]),
    ],
)
async def test_delays(flows: Flows, delay: str, delays: list[int]) -> None:
    instance = await flows.start(f"""
        const fails = async ({{ attempt }}) => {{ throw new Error(`no ${{attempt}}`); }};
        await step.do("a", {{ retries: {{ limit: 3, delay: {delay} }} }}, fails);
    """)
    for count, passes in enumerate(delays, 1):
        await flows.server.seen(instance, "attempt_failed", count)
        await flows.server.advance(passes)
    await flows.server.ended(instance)
    failed = await flows.server.entries(instance, "attempt_failed")
    assert [entry.get("retryDelayMs") for entry in failed] == [*delays, None]


@pytest.mark.parametrize(
    ("delay", "words", "pace_ms"),
    [
        ("() => { throw new Error('broken'); }", "broken", 0),
        ("async () => { throw new Error('broken'); }", "broken", 0),
        ("() => new Promise(() => {})", "it did not answer within 5000ms", 500),
        ("() => 'soon'", "'soon' is no duration", 0),
        ("() => undefined", "a duration is a number of ms or a text", 0),
        ("() => -1", "cannot be negative", 0),
    ],
)
async def test_delay_functions_that_give_none(flows: Flows, delay: str, words: str) -> None:
    instance = await flows.start(f"""
        const config = {{ retries: {{ limit: 3, delay: {delay} }} }};
        return await step.do("a", config, async () => {{ throw new Error("no"); }}).catch(named);
    """)
    status = await flows.server.ended(instance)
    assert status.output is not None
    text = status.output.data.decode()
    assert 'NonRetryableDelayError: The delay function for step \\"a-1\\" threw an error: ' in text
    assert words in text
    assert len(await flows.server.entries(instance, "attempt_failed")) == 1


async def test_a_delay_function_that_spins(isolates: Isolates, tmp_path: Path) -> None:
    async with opened(isolates, tmp_path, pace_ms=0) as flows:
        said = await flows.output("""
            const config = { retries: { limit: 3, delay: () => { while (true); } } };
            return await step.do("a", config, async () => { throw new Error("no"); }).catch(named);
        """)
    assert said == (
        'NonRetryableDelayError: The delay function for step "a-1" threw an error: '
        "used more than 200 ms of CPU time in one turn"
    )


@pytest.mark.parametrize("pace_ms", [500])
async def test_a_timeout_is_for_each_attempt(flows: Flows) -> None:
    instance = await flows.start("""
        const config = { retries: { limit: 1, delay: 0 }, timeout: 5000 };
        return await step.do("a", config, () => new Promise(() => {})).catch(named);
    """)
    status = await flows.server.ended(instance)
    assert status.output is not None
    assert status.output.data == b'j"WorkflowTimeoutError: Execution timed out after 5000ms"'
    assert len(await flows.server.entries(instance, "attempt_failed")) == 2


async def test_the_step_limit_counts_do_alone(flows: Flows) -> None:
    assert (
        await flows.output("""
        for (let i = 0; i < 20; i++) await step.sleep("nap", 1);
        for (let i = 0; i < 12; i++) await step.do(`s${i}`, async () => i);
        return await step.do("one more", async () => 1).catch(named);
    """)
        == "WorkflowFatalError: The limit of 12 steps has been reached"
    )


async def test_a_step_inside_another_is_refused(flows: Flows) -> None:
    assert (
        await flows.output("""
        const asks = [
          () => step.do("inner", async () => 1),
          () => step.sleep("inner", 1),
          () => step.sleepUntil("inner", Date.now() + 5),
          () => step.waitForEvent("inner", { type: "x" }),
        ];
        return await step.do("outer", async () => {
          const seen = [];
          for (const ask of asks) seen.push(await ask().then(() => "fine", (error) => error.name));
          return seen;
        });
    """)
        == ["WorkflowFatalError"] * 4
    )


async def test_a_step_that_nobody_awaits_is_finished_first(flows: Flows) -> None:
    instance = await flows.start("""
        step.do("alone", async () => { await new Promise((done) => setTimeout(done, 20)); return 1; });
        return "over";
    """)
    await flows.server.ended(instance)
    types = await flows.server.types(instance)
    assert types.index("step_completed") < types.index("workflow_completed")


async def test_an_unhandled_failure_errors_the_instance(flows: Flows) -> None:
    assert await flows.error("""
        step.do("alone", once, async () => { throw new TypeError("nobody looks"); });
        return "over";
    """) == ("TypeError", "nobody looks")


async def test_a_sensitive_output_is_in_no_entry(flows: Flows) -> None:
    instance = await flows.start("""
        const secret = await step.do("a", { sensitive: "output" }, async () => "hunter2");
        await step.sleep("nap", "1 minute");
        return secret.length;
    """)
    await flows.server.waiting(instance)
    await flows.server.advance(60_000)
    status = await flows.server.ended(instance)
    assert status.output is not None
    assert status.output.data == b"j7"
    entries = await flows.server.entries(instance)
    assert "hunter2" not in json.dumps(entries)
    (completed,) = [entry for entry in entries if entry["type"] == "step_completed"]
    assert completed["output"] == "[REDACTED]"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("{ a: [1, () => 1] }", "$.a[1]"),
        ("{ a: Symbol('x') }", "$.a"),
        ("{ a: Promise.resolve(1) }", "$.a"),
        ("new WeakMap()", "$"),
    ],
)
async def test_what_is_no_value_fails_the_step_at_once(flows: Flows, value: str, path: str) -> None:
    instance = await flows.start(f"return await step.do('a', async () => ({value})).catch(named);")
    status = await flows.server.ended(instance)
    assert status.output is not None
    said: str = json.loads(status.output.data[1:])
    assert said.startswith('WorkflowFatalError: The result of step "a" is not a value that can be stored')
    assert path in said
    assert len(await flows.server.entries(instance, "attempt_started")) == 1


async def test_params_like_an_envelope_are_plain_data(flows: Flows) -> None:
    params: dict[str, Any] = {"__metadata": {"tenant": "b"}, "params": {"__proto__": 1}, "constructor": 2}
    assert await flows.output("return event.payload;", params) == params


async def test_workflows_create_workflows(isolates: Isolates, tmp_path: Path) -> None:
    """Three deep, each by a step, and each of them waits for the one that it made."""
    async with opened(isolates, tmp_path) as flows:
        flows.bind(
            lambda: {"WORKFLOWS": wrap_workflow_binding(flows.server.engine.workflow("flow"), {"t": 1})}
        )
        assert (
            await flows.output(
                """
            const depth = event.payload.params?.depth ?? event.payload.depth;
            if (depth === 0) return 1;
            const id = `${event.instanceId}-${depth}`;
            await step.do("create", async () => {
              await this.env.WORKFLOWS.create({ id, params: { depth: depth - 1 } });
            });
            for (let look = 1; ; look++) {
              const { status, output } = await step.do(`look ${look}`, async () => {
                return await (await this.env.WORKFLOWS.get(id)).status();
              });
              if (status === "complete") return output + 1;
              await step.sleep("a moment", 20);
            }
            """,
                {"depth": 3},
            )
            == 4
        )
