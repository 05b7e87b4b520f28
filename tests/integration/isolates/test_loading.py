"""Modules: what loads, what does not and how it is said, how long it is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from playground.core.clock import ManualClock
from playground.core.errors import LoadError
from playground.isolates.loader import Loader, WorkerCode
from playground.isolates.pool import PoolSettings, WorkerPool
from playground.isolates.request import Request
from tests.integration.isolates.conftest import Isolates, Open

GET = Request("GET", "https://tenant.test/")
HANDLER = 'export default { async fetch() { return new Response("fine"); } };'


async def text(isolates: Isolates, source: str | dict[str, str]) -> str:
    return (await isolates.load(source).get_entrypoint().fetch(GET)).text()


async def refused(isolates: Isolates, source: str | dict[str, str]) -> LoadError:
    with pytest.raises(LoadError) as caught:
        await text(isolates, source)
    return caught.value


async def test_modules_import_each_other_by_relative_names(isolates: Isolates) -> None:
    modules = {
        "index.js": """
            import { up } from './lib/a.js';
            export default { async fetch() { return new Response(up()); } };
        """,
        "lib/a.js": """
            import { word } from '../word.js'; export { again } from './b.js'; export const up = () => word;
        """,
        "lib/b.js": "import { up } from './a.js'; export const again = () => up();",
        "word.js": "export const word = 'hello';",
    }
    assert await text(isolates, modules) == "hello"


async def test_the_runtime_s_modules_have_neutral_names_too(isolates: Isolates) -> None:
    source = """
        import * as a from "cloudflare:workers"; import * as b from "workers";
        import * as c from "cloudflare:workflows"; import * as d from "workflows";
        export default { async fetch() {
          const one = a.WorkflowEntrypoint === b.WorkflowEntrypoint;
          return new Response(String(one && new c.NonRetryableError() instanceof d.NonRetryableError));
        } };
    """
    assert await text(isolates, source) == "true"


async def test_half_a_character_in_a_source_is_no_trouble(isolates: Isolates) -> None:
    assert await text(isolates, "// \ud800\n" + HANDLER) == "fine"


async def test_top_level_await_is_waited_for(isolates: Isolates) -> None:
    source = """
        const word = await Promise.resolve('later');
        export default { async fetch() { return new Response(word); } };
    """
    assert await text(isolates, source) == "later"


async def test_top_level_await_without_end_is_refused(isolates: Isolates) -> None:
    error = await refused(isolates, "await new Promise(() => {});" + HANDLER)
    assert "top-level await" in error.message


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("const fine = 1;\nlet broken = ;\n", 2, 14),
        ("let a;\n\n  }", 3, 3),
        ('const s = "abc', 1, 11),
        ("", 0, 0),
    ],
)
async def test_a_syntax_error_names_its_place(
    isolates: Isolates, source: str, line: int, column: int
) -> None:
    if not line:
        assert await text(isolates, HANDLER) == "fine"
        return
    error = await refused(isolates, source)
    assert (error.name, error.module, error.line) == ("SyntaxError", "index.js", line)
    assert error.column is not None
    assert 1 <= error.column <= max(column, 1) + 1
    assert error.message


async def test_a_syntax_error_in_another_module_names_that_one(isolates: Isolates) -> None:
    error = await refused(isolates, {"index.js": "import './lib/x.js';", "lib/x.js": "\n\nlet = 5;"})
    assert (error.name, error.module, error.line) == ("SyntaxError", "lib/x.js", 3)


@pytest.mark.parametrize(
    "specifier",
    [
        "node:fs",
        "fs",
        "std",
        "os",
        "https://e.test/x.js",
        "file:///etc/passwd",
        "../../x",
        "./missing.js",
        "/etc/passwd",
    ],
)
async def test_an_import_from_outside_names_importer_specifier_and_line(
    isolates: Isolates, specifier: str
) -> None:
    error = await refused(isolates, f"const first = 1;\nimport x from '{specifier}';\n{HANDLER}")
    assert specifier in error.message
    assert "index.js" in error.message
    assert (error.module, error.line) == ("index.js", 2)


async def test_a_dynamic_import_from_outside_rejects(isolates: Isolates) -> None:
    source = """
        export default { async fetch() {
          try { await import("node:fs"); } catch (error) { return new Response(error.message); }
        } };
    """
    assert "node:fs" in await text(isolates, source)


async def test_an_error_at_the_top_level_names_its_place(isolates: Isolates) -> None:
    error = await refused(isolates, "const a = 1;\nthrow new TypeError('not today');\n")
    assert (error.name, error.message, error.module, error.line) == ("TypeError", "not today", "index.js", 2)


@pytest.mark.parametrize(("thrown", "message"), [("null", "null"), ("1", "1"), ("'text'", "text")])
async def test_anything_may_be_thrown_at_the_top_level(isolates: Isolates, thrown: str, message: str) -> None:
    assert (await refused(isolates, f"throw {thrown};")).message == message


async def test_lines_before_a_failure_are_heard(isolates: Isolates) -> None:
    await refused(isolates, "console.log('so far'); throw new Error('no');")
    assert [line.message for line in isolates.lines] == ["so far"]


async def test_two_isolates_share_no_globals(isolates: Isolates) -> None:
    source = """
        globalThis.count = (globalThis.count ?? 0) + 1;
        Array.prototype.mark = "polluted";
        export default { async fetch() { return new Response(`${globalThis.count++} ${[].mark}`); } };
    """
    first, second = isolates.load(source), isolates.load(source)
    assert (await first.get_entrypoint().fetch(GET)).text() == "1 polluted"
    assert (await first.get_entrypoint().fetch(GET)).text() == "2 polluted"
    assert (await second.get_entrypoint().fetch(GET)).text() == "1 polluted"
    clean = "export default { async fetch() { return new Response(`${globalThis.count} ${[].mark}`); } };"
    assert await text(isolates, clean) == "undefined undefined"


async def test_two_isolates_draw_different_numbers(isolates: Isolates) -> None:
    source = "export default { async fetch() { return new Response(String(Math.random())); } };"
    drawn = {await text(isolates, source) for _ in range(5)}
    assert len(drawn) == 5


async def test_pollution_does_not_reach_the_runtime(isolates: Isolates) -> None:
    source = """
        Object.prototype.toJSON = () => "polluted";
        Object.defineProperty(Object.prototype, "t", { set() {}, get() { return "abort"; } });
        Object.defineProperty(Array.prototype, "0", { set() {} });
        JSON.stringify = () => "gone"; JSON.parse = () => { throw new Error("gone"); };
        Array.prototype.push = Array.prototype.map = () => { throw new Error("gone"); };
        Array.prototype.join = Map.prototype.delete = () => { throw new Error("gone"); };
        export default { async fetch() { return new Response("fine"); } };
    """
    assert await text(isolates, source) == "fine"


@pytest.mark.parametrize("name", ["turn", "out", "modules", "process", "require", "std", "os", "Deno"])
async def test_nothing_of_the_host_is_in_reach(isolates: Isolates, name: str) -> None:
    source = f"export default {{ async fetch() {{ return new Response(typeof globalThis[{name!r}]); }} }};"
    assert await text(isolates, source) == "undefined"


async def test_many_who_ask_at_once_load_once(isolates: Isolates) -> None:
    asked = 0
    go = asyncio.Event()

    async def factory() -> WorkerCode:
        nonlocal asked
        asked += 1
        await go.wait()
        return isolates.code(HANDLER)

    calls = [isolates.loader.get("one", factory).get_entrypoint().fetch(GET) for _ in range(50)]
    answers = asyncio.gather(*calls)
    await asyncio.sleep(0)
    go.set()
    assert {answer.text() for answer in await answers} == {"fine"}
    assert asked == 1


async def test_a_factory_that_fails_is_asked_again(isolates: Isolates) -> None:
    asked = 0

    async def factory() -> WorkerCode:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise LoadError("not yet")
        return isolates.code(HANDLER)

    stub = isolates.loader.get("one", factory)
    with pytest.raises(LoadError, match="not yet"):
        await stub.get_entrypoint().fetch(GET)
    assert (await stub.get_entrypoint().fetch(GET)).text() == "fine"


async def test_beyond_the_number_of_isolates_the_oldest_idle_one_goes(open_isolates: Open) -> None:
    async with open_isolates(isolates=2) as isolates:
        stubs = [isolates.load(HANDLER) for _ in range(3)]
        for stub in stubs:
            await stub.get_entrypoint().fetch(GET)
        assert isolates.loader.isolates == 2
        await stubs[2].get_entrypoint().fetch(GET)
        assert isolates.loader.loads == 3
        await stubs[0].get_entrypoint().fetch(GET)
        assert isolates.loader.loads == 4


async def test_an_idle_isolate_goes_after_a_while(settings: PoolSettings) -> None:
    clock = ManualClock()
    pool = WorkerPool(replace(settings, idle_ms=1000))
    await pool.start()
    isolates = Isolates(pool)
    loader = Loader(pool, clock)

    async def factory() -> WorkerCode:
        return isolates.code(HANDLER)

    await loader.get("one", factory).get_entrypoint().fetch(GET)
    assert loader.isolates == 1
    await asyncio.sleep(0)
    await clock.advance(500)
    assert loader.isolates == 1
    await clock.advance(1600)
    assert loader.isolates == 0
    await pool.close()
