"""Which steps are a run's own, and how they are numbered in the first execution, replays and rollbacks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.compiled import CACHE
from tests.integration.tenant import Tenant


@pytest.fixture
async def tenant(tmp_path: Path) -> AsyncIterator[Tenant]:
    tenant = Tenant(tmp_path, CACHE)
    await tenant.open()
    yield tenant
    await tenant.close()


async def test_what_was_begun_ends_before_an_instance_whose_run_throws_at_once(tenant: Tenant) -> None:
    body = """
      step.do("slow", async () => { await new Promise((resolve) => setTimeout(resolve, 5)); return 1; });
      throw new Error("at once");
    """
    await tenant.until(await tenant.start(body), "errored")
    types = [entry["type"] for entry in await tenant.entries()]
    assert types[-2:] == ["step_completed", "workflow_errored"]


async def test_steps_of_functions_that_others_call_are_the_run_s(tenant: Tenant) -> None:
    async def call(function: Any) -> Any:
        return await function()

    tenant.env["call"] = call
    body = """
      const own = await step.do("twice", async () => 1);
      const other = await env.call(async () => step.do("twice", async () => 2));
      const nested = await step.do("nested", async () => {
        const inside = async () => step.do("no", async () => 3);
        return env.call(inside).catch((error) => error.message);
      });
      await env.call(async () => step.sleep("nap", 1));
      const no = await step.do("no", async () => 4);
      await step.waitForEvent("go", { type: "go" });
      return [own, other, nested, no];
    """
    await tenant.until(await tenant.start(body), "waiting")
    await tenant.reopen()
    stub = await tenant.found()
    await stub.send_event({"type": "go"})
    output = (await tenant.until(stub, "complete"))["output"]
    assert output == [1, 2, "A step cannot be started inside the callback of another step", 4]
    steps = [entry["step"] for entry in await tenant.entries("step_started")]
    started = [(step["name"], step["count"]) for step in steps]
    assert started == [("twice", 1), ("twice", 2), ("nested", 1), ("no", 1)]
    assert await tenant.entries("nondeterminism_detected") == []


async def test_a_rollback_finds_steps_whose_names_were_refused_before(tenant: Tenant) -> None:
    body = """
      const refused = [];
      const refuse = (asked) => asked.catch((error) => refused.push(error.name));
      await refuse(step.do("book", { retries: { limit: -1, delay: 0 } }, async () => 0));
      await refuse(step.sleep("nap", "never"));
      await step.sleep("nap", 1);
      await step.do("book", async () => 1, { rollback: async () => console.log("undone", refused.length) });
      throw new Error("no");
    """
    stub = await tenant.start(body)
    status = await tenant.until(stub, "errored")
    assert status["rollback"] == {"outcome": "complete", "error": None}
    assert [entry["message"] for entry in await tenant.entries("log")] == ["undone 2"]
