"""The tests that stand on the page about testing are run here."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from playground.testing import InstanceIntrospector, Modifier, isolates

PAGE = Path(__file__).parents[3] / "docs" / "testing.md"
TEXT = PAGE.read_text(encoding="utf-8")


def module(word: str) -> Any:
    (source,) = [block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if word in block]
    made = ModuleType(f"testing_page_{word.lower()}")
    sys.modules[made.__name__] = made
    exec(compile(source, str(PAGE), "exec"), made.__dict__)
    return made


def shown_with(word: str) -> list[str]:
    return [name for name in vars(module(word)) if name.startswith("test_")]


@pytest.mark.parametrize("name", shown_with("WorkflowEntrypoint, WorkflowEvent"))
async def test_a_test_of_a_python_workflow(name: str) -> None:
    await getattr(module("WorkflowEntrypoint, WorkflowEvent"), name)()


@pytest.mark.parametrize("name", shown_with("SOURCE"))
async def test_a_test_of_a_tenant(name: str, template_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolates, "default_cache", lambda: template_cache)
    await getattr(module("SOURCE"), name)()


def test_the_page_shows_tests() -> None:
    assert len(shown_with("WorkflowEntrypoint, WorkflowEvent")) == 3
    assert len(shown_with("SOURCE")) == 2


def test_the_tables_name_what_there_is() -> None:
    for shown in re.findall(r"^\| `(?:await )?([a-z_]+)\(", TEXT, re.MULTILINE):
        assert hasattr(Modifier, shown), shown
    for shown in re.findall(r"`(?:await )?run\.([a-z_]+)\(", TEXT):
        assert hasattr(InstanceIntrospector, shown), shown
