"""`playground.testing` for tenants' JavaScript, in real isolates."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from playground import (
    LoadRunnerContext,
    NonRetryableError,
    Platform,
    RemoteError,
    Request,
    Stream,
    WorkerCode,
    create_dynamic_workflow_entrypoint,
    testing,
    wrap_workflow_binding,
)

SOURCE = """
import { WorkflowEntrypoint } from 'cloudflare:workers';

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const reserved = await step.do('reserve', async () => {
      await this.env.SHOP.call('reserve');
      return 17;
    });
    await step.sleep('cool down', '10 minutes');
    const answer = await step.waitForEvent('approval', { type: 'approval', timeout: '3 days' });
    if (!answer.payload.approved) return { refused: reserved };
    const charged = await step.do('charge', { retries: { limit: 2, delay: '1 hour' } }, async () => {
      await this.env.SHOP.call('charge');
      throw new Error('no network in tests');
    });
    return { number: reserved, charged };
  }
}

export class Quick extends WorkflowEntrypoint {
  async run(event, step) {
    const found = [];
    for (let i = 0; i < 3; i++) found.push(await step.do('page', () => 'real'));
    found.push(await step.do('text', () => 'real').then(async (stream) => new Response(stream).text()));
    const racing = await Promise.race([
      step.do('slow', () => new Promise((resolve) => setTimeout(resolve, 20, 'slow'))),
      step.do('fast', () => 'fast'),
    ]);
    const missing = await step.do('missing', { retries: { limit: 1, delay: 5 } }, () => 'real')
      .catch((error) => `${error.name}: ${error.message}`);
    return { found, racing, missing };
  }
}

export default {
  async fetch(request, env) {
    console.log('asked');
    const instance = await env.WORKFLOWS.create({ id: 'fetched', params: await request.json() });
    return Response.json({ id: instance.id });
  },
};
"""


class Shop:
    """What the tenant's steps call."""

    def __init__(self) -> None:
        self.called: list[str] = []


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
async def bench(shop: Shop, template_cache: Path) -> AsyncIterator[testing.TenantBench]:
    env = {"SHOP": {"call": shop.called.append}}
    async with testing.tenant(SOURCE, env=env, cache=template_cache) as bench:
        yield bench


async def test_an_instance_is_made_ready_before_it_is_created(bench: testing.TenantBench, shop: Shop) -> None:
    async with bench.introspect_instance("order-1") as run:
        run.disable_sleeps()
        run.mock_step_result("charge", {"receipt": 4})
        await run.mock_event("approval", {"approved": True})
        await bench.create(id="order-1")
        assert await run.wait_for_status("complete") == "complete"
        assert await run.get_output() == {"number": 17, "charged": {"receipt": 4}}
        assert await run.wait_for_step_result("reserve") == 17
    assert shop.called == ["reserve"]


async def test_the_tenant_s_own_fetch_creates_what_is_introspected(bench: testing.TenantBench) -> None:
    async with bench.introspect_workflow() as all_runs:
        all_runs.disable_sleeps()
        all_runs.force_event_timeout()
        answer = await bench.fetch(Request("POST", "https://shop.test/", body="{}"))
        (run,) = await all_runs.instances()
        assert answer.json() == {"id": run.id} == {"id": "fetched"}
        await run.wait_for_status("errored")
        error = await run.get_error()
        assert (error.name, error.message) == (
            "WorkflowTimeoutError",
            "Execution timed out after 259200000ms",
        )
    assert bench.lines == ["asked"]


async def test_errors_and_timeouts_are_retried_as_configured(bench: testing.TenantBench, shop: Shop) -> None:
    async with bench.introspect_instance("a") as run:
        run.disable_sleeps()
        run.disable_retry_delays()
        await run.mock_event("approval", {"approved": True})
        run.mock_step_error("charge", "declined", times=1)
        run.force_step_timeout("charge", times=1)
        await bench.create(id="a")
        with pytest.raises(RemoteError, match="no network in tests"):
            await run.wait_for_step_result("charge")
        errors = [attempt["error"] for attempt in (await run.wait_for_step("charge"))["attempts"]]
    assert [(error["name"], error["message"]) for error in errors] == [
        ("Error", "declined"),
        ("WorkflowTimeoutError", "Execution timed out after 600000ms"),
        ("Error", "no network in tests"),
    ]
    assert shop.called == ["reserve", "charge"]


async def test_the_clock_is_moved_by_hand_also_while_the_instance_is_out_of_memory(
    bench: testing.TenantBench, shop: Shop
) -> None:
    async with bench.introspect_instance("a") as run:
        await bench.create(id="a")
        await run.wait_for_step("cool down")
        await bench.advance("9 minutes")
        assert bench.engine.in_memory == 0
        await bench.advance("1 minute")
        assert (await run.wait_for_step("approval"))["state"] == "waiting"
        await run.mock_event("approval", {"approved": False})
        await run.wait_for_status("complete")
        assert await run.get_output() == {"refused": 17}
    assert shop.called == ["reserve"]


async def test_a_step_that_never_comes_is_told_of_with_those_that_came(bench: testing.TenantBench) -> None:
    async with bench.introspect_instance("a") as run:
        await bench.create(id="a")
        await run.wait_for_step("cool down")
        with pytest.raises(testing.IntrospectionError) as failed:
            await run.wait_for_step_result("ship", patience=0.2)
        assert str(failed.value).startswith(
            'the result of step "ship" did not come within 0.2 s: instance "a"'
        )
        assert str(failed.value).endswith('its steps are do "reserve" completed, sleep "cool down" sleeping')


async def test_mocks_apply_to_steps_that_would_run_in_the_turn_that_asks_for_them(
    template_cache: Path,
) -> None:
    async with (
        testing.tenant(SOURCE, entrypoint="Quick", cache=template_cache) as bench,
        bench.introspect_instance("a") as run,
    ):
        run.mock_step_result("page", "mocked", count=2)
        run.mock_step_result("text", Stream([b"a ", b"stream"]))
        run.mock_step_error("missing", NonRetryableError("not there"))
        await bench.create(id="a")
        await run.wait_for_status("complete", "errored")
        assert await run.get_output() == {
            "found": ["real", "mocked", "real", "a stream"],
            "racing": "fast",
            "missing": "NonRetryableError: not there",
        }


async def test_modules_and_the_binding_s_name_are_the_test_s_to_say(template_cache: Path) -> None:
    modules = {
        "price.ts": "export const price: number = 4;",
        "main.js": """
            import { WorkflowEntrypoint } from 'cloudflare:workers';
            import { price } from './price';
            export class Order extends WorkflowEntrypoint {
              async run(event) {
                const self = await this.env.ORDERS.get('a');
                return [price, event.payload, await self.id];
              }
            }
        """,
    }
    opened = testing.tenant(
        modules, main="main.js", entrypoint="Order", binding="ORDERS", cache=template_cache
    )
    async with opened as bench, bench.introspect_instance("a") as run:
        await bench.create({"of": "Ada"}, id="a")
        await run.wait_for_status("complete", "errored")
        assert await run.get_output() == [4, {"of": "Ada"}, "a"]


async def test_a_platform_s_own_tenants_are_introspected(template_cache: Path) -> None:
    code = """
        import { WorkflowEntrypoint } from 'cloudflare:workers';
        export class TenantWorkflow extends WorkflowEntrypoint {
          async run(event, step) { return step.do('greet', () => `GREETING, ${event.payload}!`); }
        }
    """

    def workflows(platform: Platform) -> Mapping[str, type]:
        def load_runner(context: LoadRunnerContext) -> Any:
            greeting = context.metadata["greeting"]

            async def source() -> WorkerCode:
                return WorkerCode("index.js", {"index.js": code.replace("GREETING", greeting)})

            return platform.loader.get(greeting, source).get_entrypoint("TenantWorkflow")

        return {"dynamic": create_dynamic_workflow_entrypoint(load_runner)}

    async with (
        testing.platform(workflows, cache=template_cache) as (platform, bench),
        bench.introspect_instance("b") as run,
    ):
        run.mock_step_result("greet", "mocked")
        for id, greeting in (("a", "Hello"), ("b", "Bonjour")):
            binding = wrap_workflow_binding(platform.engine.workflow("dynamic"), {"greeting": greeting})
            await binding.create({"id": id, "params": "Ada"})
        results = [await (await bench.workflow().get(id)).result() for id in ("a", "b")]
        assert results == ["Hello, Ada!", "mocked"]
