"""The editor's types against a real isolate: what they declare is there, and what is there they declare."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import Any

import pytest

from playground.core.clock import SystemClock
from playground.isolates.loader import Loader, WorkerCode
from playground.isolates.pool import PoolSettings, WorkerPool
from scripts import assets
from tests.compiled import CACHE
from tests.unit.page.types import ask

_MAIN = """
import { WorkerEntrypoint } from "cloudflare:workers";
import * as workers from "cloudflare:workers";
import * as workflows from "cloudflare:workflows";

const named = (object) => Reflect.ownKeys(object).filter((key) => typeof key === "string");
function inherited(object) {
  const found = new Set();
  const ends = [null, Object.prototype, Function.prototype];
  for (let at = object; !ends.includes(at); at = Object.getPrototypeOf(at)) {
    for (const name of named(at)) found.add(name);
  }
  return [...found];
}
export class Names extends WorkerEntrypoint {
  names() {
    const found = { "cloudflare:workers": named(workers), "cloudflare:workflows": named(workflows) };
    for (const name of named(globalThis)) {
      const value = globalThis[name];
      if (value === globalThis) continue;
      if (typeof value === "function") {
        found[name] = { members: inherited(value.prototype ?? null), statics: inherited(value) };
      } else if (typeof value === "object") {
        found[name] = { members: inherited(value), statics: null };
      }
    }
    return JSON.stringify(found);
  }
}
"""
OF_FUNCTIONS = {"length", "name", "prototype", "apply", "call", "bind", "toString", "arguments", "caller"}
OF_OBJECTS = {
    "constructor",
    "toLocaleString",
    "valueOf",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
}
OF_INSTANCES = {
    "Error": {"stack", "cause"},
    "AggregateError": {"errors"},
    "SuppressedError": {"error", "suppressed"},
}
"""What an instance has by itself, and its prototype has not."""
NOT_PROMISED = {"prepareStackTrace", "getYear", "setYear", "toGMTString", "zip", "zipKeyed"}
NOT_PROMISED |= {
    "chunks",
    "includes",
    "join",
    "windows",
    "immutable",
    "sliceToImmutable",
    "transferToImmutable",
}
NOT_PROMISED |= {"fileName", "lineNumber", "columnNumber"}
"""There, and in no edition of the language yet, or in an annex of it."""
LEGACY = {"RegExp"}
"""Whose old statics TypeScript declares."""


@cache
def real() -> dict[str, Any]:
    """What an isolate has: by the name of a global its members and statics (None for what is no function), by
    that of a module its exports.
    """
    assets.build()
    return asyncio.run(_real())


async def _real() -> dict[str, Any]:
    pool = WorkerPool(PoolSettings(cpu_ms=20_000, memory_mib=256, cache_dir=CACHE))
    await pool.start()
    try:

        async def code() -> WorkerCode:
            return WorkerCode("index.js", {"index.js": _MAIN})

        loader = Loader(pool, SystemClock())
        answer: Any = await loader.get(None, code).get_entrypoint("Names").call("names")
        found: dict[str, Any] = json.loads(answer)
        return found
    finally:
        await pool.close()


@cache
def declared() -> dict[str, tuple[set[str], set[str]]]:
    """The same as the types say it: members and statics by the name of a global."""
    questions: list[list[Any]] = []
    for name in globals_of():
        is_object = real()[name]["statics"] is None
        for text in (f"{name}.", f"{name}.prototype.") if not is_object else (f"{name}.",):
            questions += [["change", f"{len(questions)}.js", text]]
            questions += [["completions", f"{len(questions) - 1}.js", len(text), "."]]
    answers = ask(questions)
    found: dict[str, tuple[set[str], set[str]]] = {name: (set(), set()) for name in globals_of()}
    for at in range(0, len(questions), 2):
        text = questions[at][2]
        name = text.partition(".")[0]
        names = {entry["name"] for entry in (answers[at + 1] or {"entries": []})["entries"]}
        of_members = ".prototype." in text or real()[name]["statics"] is None
        found[name][0 if of_members else 1].update(names)
    return found


def globals_of() -> list[str]:
    return [name for name in real() if ":" not in name]


def test_every_global_of_an_isolate_is_declared() -> None:
    questions: list[list[Any]] = [["open", {"a.js": ""}], ["completions", "a.js", 0]]
    known = {entry["name"] for entry in ask(questions)[1]["entries"]}
    assert set(globals_of()) - known - {"escape", "unescape"} == set()


def test_nothing_is_declared_that_an_isolate_has_not() -> None:
    questions: list[list[Any]] = [["open", {"a.js": ""}], ["completions", "a.js", 0]]
    kinds = {"var", "let", "const", "function", "class", "module"}
    entries = [entry for entry in ask(questions)[1]["entries"] if "source" not in entry]
    values = {entry["name"] for entry in entries if entry["kind"] in kinds}
    language = {
        "parseInt",
        "parseFloat",
        "isNaN",
        "isFinite",
        "eval",
        "undefined",
        "Infinity",
        "NaN",
        "globalThis",
    }
    uri = {"decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent", "escape", "unescape"}
    functions = {"fetch", "atob", "btoa", "setTimeout", "setInterval", "clearTimeout", "clearInterval"}
    functions |= {"queueMicrotask", "reportError", "structuredClone", "self"}
    assert values - set(globals_of()) - language - uri - functions == set()


@pytest.mark.parametrize("name", ["members", "statics"])
def test_what_is_declared_of_each_global_is_there(name: str) -> None:
    missing = {}
    for each in globals_of():
        said = declared()[each][0 if name == "members" else 1]
        there = {*(real()[each][name] or []), *OF_FUNCTIONS, *OF_OBJECTS, *OF_INSTANCES.get(each, ())}
        if each.endswith(("Error", "Exception")):
            there |= OF_INSTANCES["Error"]
        if each == "RegExp":
            there |= {"lastIndex"}
        if each == "Iterator":
            there |= {"next", "return", "throw"}
        if (left := said - there) and each not in LEGACY:
            missing[each] = sorted(left)
    assert missing == {}


@pytest.mark.parametrize("name", ["members", "statics"])
def test_what_there_is_of_each_global_is_declared(name: str) -> None:
    missing = {}
    for each in globals_of():
        said = declared()[each][0 if name == "members" else 1]
        there = {
            member
            for member in (real()[each][name] or [])
            if not member.startswith("_") and not member.endswith("_ERR")
        }
        if each in ("AggregateError", "SuppressedError"):  # whose statics are those of Error
            there -= {"captureStackTrace", "isError", "stackTraceLimit"}
        if left := there - said - OF_FUNCTIONS - OF_OBJECTS - NOT_PROMISED:
            missing[each] = sorted(left)
    assert missing == {}


@pytest.mark.parametrize("module", ["cloudflare:workers", "cloudflare:workflows"])
def test_what_the_modules_export_is_declared(module: str) -> None:
    source = f"import * as it from '{module}';\nit."
    _, found = ask([["open", {"a.js": source}], ["completions", "a.js", len(source), "."]])
    values = {entry["name"] for entry in found["entries"]}
    assert set(real()[module]) <= values
    assert values - set(real()[module]) - {"WorkflowStep"} == set()
