"""The examples of docs/isolates.md are real: what stands there is what runs here."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.compiled import lend

PAGE = Path(__file__).parents[2] / "docs" / "isolates.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
async def test_an_example_gives_what_it_says(number: int, tmp_path: Path) -> None:
    example = EXAMPLES[number]
    module = ModuleType(f"isolates_page_{number}")
    sys.modules[module.__name__] = module
    exec(compile(example, f"{PAGE}#{number}", "exec"), module.__dict__)
    said = re.search(r"print\(asyncio\.run\(main\(\)\)\)  # (.*)", example)
    assert said is not None
    lend(tmp_path / "cache")
    assert str(await module.main(str(tmp_path))) == said.group(1)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 5
