"""A template of the guest with the runtime in it, made once for all of its tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from playground.core.values import Value
from playground.isolates.process.template import Template
from playground.isolates.process.ticker import Ticker
from playground.isolates.process.typescript import TYPESCRIPT, TypeScript
from scripts import assets
from scripts import guest as native
from tests.compiled import CACHE
from tests.unit.isolates.guest.guest import Guest

RUNTIME = assets.ROOT / "playground" / "isolates" / "guest" / "build" / "runtime.js"

MakeGuest = Callable[..., Guest]
Evaluate = Callable[..., Value]


@pytest.fixture(scope="session")
def template() -> Template:
    native.build()
    if any(bundle.output == str(RUNTIME.relative_to(assets.ROOT)) for bundle in assets.stale()):
        assets.build()
    made = Template(RUNTIME.read_text(encoding="utf-8"), CACHE)
    ticker = Ticker(made.engine)
    ticker.start()
    ticker.resume()
    return made


@pytest.fixture(scope="session")
def typescript(template: Template) -> TypeScript:
    return TypeScript(RUNTIME.with_name(TYPESCRIPT), CACHE)


@pytest.fixture
def guest(template: Template, typescript: TypeScript) -> Iterator[MakeGuest]:
    """Make guests of modules; `source` is the text of the only one."""
    made: list[Guest] = []

    def make(source: str = "", **options: Any) -> Guest:
        modules = options.pop("modules", None) or {"index.js": source}
        one = Guest(template, typescript, modules, **options)
        made.append(one)
        return one

    yield make
    for one in made:
        one.isolate.close()


@pytest.fixture
def evaluate(guest: MakeGuest) -> Evaluate:
    """What the body of an async function in tenant code returns, as a value."""

    def run(body: str, *arguments: Value) -> Value:
        source = (
            'import { WorkerEntrypoint } from "cloudflare:workers";\n'
            "export class Body extends WorkerEntrypoint {\n"
            "  async run(...args) {\n" + body + "\n}\n}"
        )
        return guest(source).call("run", *arguments, entry="Body").result

    return run
