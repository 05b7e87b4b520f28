"""Whole programs as Cloudflare's documentation has them, in JavaScript and TypeScript: they run unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playground import testing

PROGRAMS = Path(__file__).parent / "programs"

COMES_TO: dict[str, Any] = {
    "documented.ts": {"files": ["doc_7392_rev3.pdf", "report_x29_final.pdf"], "attempt": 3, "delay": 5000},
    "typed.ts": {
        "up": "A",
        "n": 2,
        "label": "a-x",
        "k": "upper",
        "x": 3,
        "copy": {"a": 1, "b": [2, 3]},
        "t": "x",
        "ov": 1,
    },
    "plain.js": {
        "rows": list(range(9)),
        "settled": ["fulfilled:1", "rejected:RangeError"],
        "any": "any",
        "aggregate": ["AggregateError", ["y"]],
        "same": [1, 2],
        "mutable": {"name": "Ada", "extra": 1},
        "mutated": "TypeError",
        "d": [True, "bigint", "gi", True, "TypeError", True, True],
    },
    "errors.ts": [
        ["PaymentError", "declined", True, "no funds"],
        ["NonRetryableError", "stop here", False],
        ["MyOwn", "stop here"],
        ["WorkflowFatalError", "exceeds max length (256 chars) or invalid characters"],
        ["WorkflowFatalError", 'Step config for "bad cfg" is in an invalid format'],
        ["WorkflowFatalError", "'soon' is no duration"],
        ["Error", "past"],
        "a",
        1,
        "[object Number]",
    ],
}


@pytest.mark.parametrize("name", COMES_TO)
async def test_it_runs_unchanged(name: str, template_cache: Path) -> None:
    source = {name: (PROGRAMS / name).read_text(encoding="utf-8")}
    async with testing.tenant(source, cache=template_cache) as bench:
        instance = await bench.create({"name": "Ada"})
        await bench.advance("1 minute")
        assert _seen(name, await instance.result()) == COMES_TO[name]


def _seen(name: str, output: Any) -> Any:
    """What is looked at of an output: of messages, whether they have the words that are expected."""
    if name == "documented.ts":
        context = output["r"]
        delay = context["config"]["retries"]["delay"]
        return {"files": output["files"]["files"], "attempt": context["attempt"], "delay": delay}
    if name != "errors.ts":
        return output
    expected = COMES_TO[name]
    return [
        [found[0], want[1]] if isinstance(want, list) and len(want) == 2 and want[1] in found[1] else found
        for found, want in zip(output, expected, strict=True)
    ]
