"""What stands on the page about workflows in Python is what runs here."""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from playground.core.clock import ManualClock
from playground.engine.engine import EngineSettings
from tests.compiled import lend
from tests.unit.engine.harness import Server

PAGE = Path(__file__).parents[2] / "docs" / "python-workflows.md"


def example(word: str) -> str:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (found,) = [block for block in blocks if word in block]
    return str(found)


def module(word: str) -> Any:
    made = ModuleType(f"python_workflows_{word.rsplit(maxsplit=1)[-1]}")
    sys.modules[made.__name__] = made
    exec(compile(example(word), str(PAGE), "exec"), made.__dict__)
    return made


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path, ManualClock(), EngineSettings())
    await server.open()
    yield server
    await server.close()


async def test_the_order_is_shipped(tmp_path: Path) -> None:
    lend(tmp_path / "cache")
    assert await module("class Order").main(str(tmp_path)) == "Leeds: book 17"
    said = re.search(r"print\(asyncio\.run\(main\(\)\)\)  # (.*)", example("class Order"))
    assert said is not None
    assert said.group(1) == "Leeds: book 17"


async def test_the_checkout_charges(server: Server) -> None:
    server.engine.register("checkout", module("class Checkout").Checkout)
    await server.engine.start()
    instance = await server.engine.workflow("checkout").create(params={"user": "Ada", "prices": [3, 4]})
    assert await instance.result() == ["Ada: 7 EUR, attempt 1", "Ada: 7 SEK, attempt 1"]
    steps = [entry["step"]["name"] for entry in await server.entries(instance, "step_completed")]
    assert sorted(steps) == ["charge", "charge", "load cart", "user"]


@pytest.mark.parametrize(
    ("approved", "says"), [(True, "approved"), (False, "refused"), (None, "nobody answered")]
)
async def test_the_approval_answers(server: Server, approved: bool | None, says: str) -> None:
    server.engine.register("approval", module("class Approval").Approval)
    await server.engine.start()
    instance = await server.engine.workflow("approval").create()
    await server.waiting(instance)
    if approved is None:
        await server.advance(3 * 86_400_000)
    else:
        await instance.send_event(type="approval", payload={"approved": approved})
    assert await instance.result() == says


async def test_the_configuration_is_one(server: Server) -> None:
    names: dict[str, Any] = {}
    exec(example("config = {"), names)

    async def run(step: Any) -> str:
        return str(await step.do("a", names["config"], lambda: "done"))

    instance = await server.start(run)
    assert await instance.result() == "done"
    (started,) = await server.entries(instance, "step_started")
    assert started["config"] == {
        "retries": {"limit": 3, "delay": 2000, "backoff": "linear"},
        "timeout": 60_000,
        "sensitive": "output",
    }
