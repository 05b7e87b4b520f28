"""The guest's memory: what an isolate shares with the template stays whole, and what it makes goes again."""

from __future__ import annotations

import msgspec
import pytest

from playground.isolates.process.instance import DONE, Died
from playground.isolates.process.template import Template
from tests.unit.isolates.guest.conftest import Evaluate
from tests.unit.isolates.guest.guest import MEMORY

PAGE = 4096

CYCLES = "for (let i = 0; i < 1e6; i++) { const one = {}; one.self = one; }"
"""Some 100 MB, in an isolate that has 64 MiB."""


FINALIZED = """
    let ended = 0;
    const registry = new FinalizationRegistry(() => ended++);
    for (let i = 0; i < 100; i++) { const one = {}; one.self = one; registry.register(one, i); }
    CYCLES
    await 0;
    await 0;
    return ended >= 99; // the last may still be in a local
"""


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ("return 1;", 1),
        ("const url = new URL('https://a.example/b'); CYCLES return url.href;", "https://a.example/b"),
        ("delete globalThis.URL; globalThis.Headers = 1; CYCLES return typeof URL + Headers;", "undefined1"),
        ("String.prototype.trim = () => 'mine'; CYCLES return ' x '.trim();", "mine"),
        ("Object.prototype.extra = 1; delete Object.prototype.extra; CYCLES return ({}).extra;", None),
        ("const map = new Map([[1, {}]]); map.get(1).map = map; CYCLES return map.get(1).map.size;", 1),
        (FINALIZED, True),
    ],
)
def test_cycles_are_collected_and_all_else_stays(evaluate: Evaluate, body: str, result: object) -> None:
    found = evaluate(CYCLES + body.replace("CYCLES", CYCLES))
    assert (found or None) == result


def test_what_is_kept_survives_collections(evaluate: Evaluate) -> None:
    body = """
        globalThis.kept = [];
        for (let i = 0; i < 1e6; i++) {
          const one = { i };
          one.self = one;
          if (i % 1000 === 0) kept.push(one);
        }
        return kept.length === 1000 && kept.every((one, at) => one.self === one && one.i === at * 1000);
    """
    assert evaluate(body) is True


def test_who_waits_is_told_that_there_is_no_memory_to_say_what_was_thrown(evaluate: Evaluate) -> None:
    with pytest.raises(Died, match="64 MiB of memory"):
        evaluate("let a = class {}; for (let i = 0; i < 1e5; i++) a = class extends a {}; new a()")


def test_an_isolate_copies_few_pages_of_the_template(template: Template) -> None:
    """Some 70; without `JS_KeepForEver` each use of an object writes to it: more than twice as many."""
    source = "export default { fetch: () => new Response('hello') };"
    load = {"t": "load", "main": "index.js", "env": "t{}", "modules": {"index.js": ("js", source)}}
    request = 'j[{"method":"GET","url":"https://a.example/","headers":[],"body":null}]'
    call = {"t": "call", "id": 1, "entry": None, "method": "fetch", "args": request}
    before = after = b""
    instance = template.instantiate(MEMORY)
    try:
        before = instance.read(0, instance.memory_bytes)
        instance.limit_heap(MEMORY)
        instance.fill_pool()
        for message in (load, call):
            data = msgspec.json.encode(message)
            instance.put(data)
            assert instance.run("turn", len(data)) == DONE
        assert b"hello" in instance.said(1 << 16)
        after = instance.read(0, len(before))
    finally:
        instance.close()
    copied = sum(before[at : at + PAGE] != after[at : at + PAGE] for at in range(0, len(before), PAGE))
    assert 10 < copied < 110
