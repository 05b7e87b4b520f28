"""Modules on their way into the guest."""

from __future__ import annotations

from typing import Any, cast

from playground.isolates.process.modules import Preparation
from playground.isolates.process.typescript import NotTypeScript, TypeScript


class Compiler:
    """Takes types away by name."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def strip(self, source: str) -> str:
        self.asked.append(source)
        if source == "broken":
            raise NotTypeScript("no", 2, 3)
        if source == "é\né日 broken":
            raise NotTypeScript("no", 2, 4)
        return source.upper()


def prepare(modules: dict[str, Any]) -> tuple[Preparation, Compiler]:
    compiler = Compiler()
    return Preparation(modules, cast(TypeScript, compiler)), compiler


def test_what_is_no_typescript_is_ready_at_once() -> None:
    modules = {"a": ("js", "1"), "b": ("text", "2"), "c": ("json", "3"), "d": ("data", b"\xff")}
    preparation, compiler = prepare(modules)
    assert preparation.step()
    assert preparation.modules == {**modules, "d": ("data", "/w==")}
    assert compiler.asked == []


def test_others_have_a_turn_after_each_module_of_typescript() -> None:
    preparation, compiler = prepare({"a": ("ts", "a"), "b": ("js", "1"), "c": ("ts", "c"), "d": ("js", "2")})
    assert [preparation.step(), compiler.asked.copy()] == [False, ["a"]]
    assert [preparation.step(), compiler.asked.copy()] == [False, ["a", "c"]]
    assert preparation.step()
    assert preparation.modules == {"a": ("js", "A"), "b": ("js", "1"), "c": ("js", "C"), "d": ("js", "2")}
    assert list(preparation.modules) == ["a", "b", "c", "d"]


def test_what_does_not_compile_is_said_with_its_place_in_bytes() -> None:
    preparation, _ = prepare({"a": ("ts", "broken"), "b": ("ts", "é\né日 broken"), "c": ("ts", "c")})
    while not preparation.step():
        pass
    assert preparation.modules == {
        "a": ("broken", "no", 2, 3),
        "b": ("broken", "no", 2, 7),
        "c": ("js", "C"),
    }
