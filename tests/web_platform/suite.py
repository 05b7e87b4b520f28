"""The web platform's cases: found in the sources, run in a real isolate, scored.

An area is a file in `cases/`. A case of it is a call at the beginning of a line, with its name first, as a
text in double quotes: of a `_KINDS` of `harness.js`, or of a function of the file's own whose
first parameter is called `name`. So the cases are known without running anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playground.core.clock import SystemClock
from playground.isolates.loader import Loader, WorkerCode
from playground.isolates.pool import PoolSettings, WorkerPool
from tests.web_platform.known import KNOWN

FOLDER: Final = Path(__file__).resolve().parent
_KINDS: Final = ("test", "promise_test", "refused", "rejected")
_OWN_KINDS: Final = re.compile(r"^(?:async )?function (\w+)\(name\b", re.MULTILINE)
_MAIN: Final = """
import { WorkerEntrypoint } from "cloudflare:workers";
import { outcomes } from "./harness.js";
import "./area.js";
export class Cases extends WorkerEntrypoint { outcomes() { return outcomes(); } }
"""


@dataclass(frozen=True, slots=True)
class Area:
    """The cases of one part of the web platform."""

    name: str
    source: str

    @property
    def cases(self) -> list[str]:
        """Their names, in order."""
        kinds = "|".join([*_KINDS, *_OWN_KINDS.findall(self.source)])
        calls = re.compile(rf'^(?:{kinds})\(\s*("(?:[^"\\\n]|\\.)*")', re.MULTILINE)
        return [json.loads(literal) for literal in calls.findall(self.source)]

    @property
    def known(self) -> Mapping[str, str]:
        """Those that are expected to fail, with the reasons."""
        return KNOWN.get(self.name, {})


def areas() -> list[Area]:
    """All areas, by name."""
    return [Area(path.stem, path.read_text("utf-8")) for path in sorted((FOLDER / "cases").glob("*.js"))]


async def outcomes(area: Area, cache: Path | None = None) -> dict[str, str | None]:
    """Run an area's cases in an isolate of their own: for each None, or what was wrong with it."""
    pool = WorkerPool(PoolSettings(cpu_ms=20_000, memory_mib=256, cache_dir=cache))
    await pool.start()
    try:
        return await _outcomes(area, Loader(pool, SystemClock()))
    finally:
        await pool.close()


async def _outcomes(area: Area, loader: Loader) -> dict[str, str | None]:
    harness = (FOLDER / "harness.js").read_text("utf-8")
    modules = {"index.js": _MAIN, "harness.js": harness, "area.js": area.source}

    async def code() -> WorkerCode:
        return WorkerCode("index.js", modules)

    pairs: Any = await loader.get(None, code).get_entrypoint("Cases").call("outcomes")
    found: dict[str, str | None] = dict(pairs)
    twice = {name for name, _ in pairs if [each for each, _ in pairs].count(name) > 1}
    if twice:
        raise ValueError(f"more than one case of {area.name} has the name: {', '.join(sorted(twice))}")
    return found


def unexpected(area: Area, found: Mapping[str, str | None]) -> Iterator[str]:
    """What is not as it should be among an area's outcomes, a line each."""
    for name in area.cases:
        wrong = verdict(area, name, found)
        if wrong is not None:
            yield f"{area.name}: {name}: {wrong}"
    for name in sorted(found.keys() - set(area.cases)):
        yield f"{area.name}: {name}: it ran, and is not found in the source"
    for name in sorted(area.known.keys() - set(area.cases)):
        yield f"{area.name}: {name}: it is expected to fail, and is not there"


def verdict(area: Area, name: str, found: Mapping[str, str | None]) -> str | None:
    """What is not as it should be with one case."""
    if name not in found:
        return "it did not run"
    if name in area.known:
        return None if found[name] is not None else f"it passes, and was to fail: {area.known[name]}"
    return found[name]


def table(of: list[Area]) -> str:
    """The scores in Markdown: a line for each area, then the failures with their reasons.

    The tests hold each case to pass or to be known to fail, so it can be written without running them.
    """
    lines = ["| area | cases | pass | known failures |", "|---|---:|---:|---:|"]
    for area in of:
        total, known = len(area.cases), len(area.known)
        lines.append(f"| {area.name.replace('_', ' ')} | {total} | {total - known} | {known} |")
    total, known = sum(len(area.cases) for area in of), sum(len(area.known) for area in of)
    lines += [f"| **all** | **{total}** | **{total - known}** | **{known}** |"]
    failures = [(area, name) for area in of for name in area.known]
    if failures:
        lines += ["", "| area | known failure | why |", "|---|---|---|"]
        lines += [
            f"| {area.name.replace('_', ' ')} | {name} | {area.known[name]} |" for area, name in failures
        ]
    return "\n".join(lines)
