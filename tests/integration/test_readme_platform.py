"""The README's platform is real: what stands there is what runs here."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from playground import Request, testing
from tests.compiled import lend

README = Path(__file__).parents[2] / "README.md"


def example() -> str:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (platform,) = [block for block in blocks if "open_platform" in block]
    return str(platform)


@pytest.fixture
def module() -> ModuleType:
    made = ModuleType("readme_platform")
    sys.modules[made.__name__] = made
    exec(compile(example(), str(README), "exec"), made.__dict__)
    return made


async def test_the_platform_of_the_readme_runs_each_tenant_s_own_code(
    module: ModuleType, tmp_path: Path
) -> None:
    lend(tmp_path / "cache")
    outputs = await module.main(str(tmp_path))
    assert outputs == ["Hello, Ada!", "Bonjour, Ada!"]
    said = re.search(r"print\(asyncio\.run\(main\(\)\)\)  # (.*)", example())
    assert said is not None
    assert said.group(1) == str(outputs)


async def test_the_workflow_of_the_readme_ships_what_was_approved(tmp_path: Path) -> None:
    lend(tmp_path / "cache")
    blocks = re.findall(r"```js\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (source,) = [block for block in blocks if "TenantWorkflow" in block]
    async with testing.tenant(source, cache=tmp_path / "cache") as bench:
        body = '{"id": "order-1", "payload": {"item": "book"}}'
        answer = await bench.fetch(Request("POST", "https://tenant.test/", body=body))
        assert answer.json()["id"] == "order-1"
        await bench.advance("10 minutes")
        instance = await bench.workflow().get("order-1")
        await instance.send_event(type="approval", payload={"approved": True})
        assert await instance.result() == {"shipped": True, "number": 17}
