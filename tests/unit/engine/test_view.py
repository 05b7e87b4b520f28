"""The engine's fold, by the table of cases that it shares with the page's; and the status against the
row's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground.engine.engine import EngineSettings
from playground.engine.step import WorkflowStep
from playground.engine.view import fold_run
from tests.unit.engine.harness import Server

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "fold_cases.json").read_text(encoding="utf-8")
)


def entries_of(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The case's entries with what every entry has: seq from 1, time 1000 + seq, instance."""
    return [
        {"seq": seq, "time": 1000 + seq, "instance": "one", **entry}
        for seq, entry in enumerate(case["entries"], 1)
    ]


def holds(expected: Any, found: Any, path: str = "$") -> None:
    """Whether `found` has all that `expected` says; lists have as many items, objects may have more."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert key in found, f"{path}.{key} is missing"
            holds(value, found[key], f"{path}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), f"{path}: {len(found)} items, not {len(expected)}"
        for at, value in enumerate(expected):
            holds(value, found[at], f"{path}[{at}]")
    else:
        assert found == expected, f"{path}: {found!r}, not {expected!r}"


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_log_folds_to_the_view(case: dict[str, Any]) -> None:
    entries = entries_of(case)
    holds(case["view"], fold_run(entries))
    assert fold_run([*entries, *entries]) == fold_run(entries)


class TestOfARealRun:
    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(hibernate_after_idle_ms=10)

    async def test_the_status_of_the_row_is_that_of_the_fold_at_every_moment(self, server: Server) -> None:
        async def run(step: WorkflowStep) -> Any:
            def flaky(context: Any) -> Any:
                if context.attempt == 1:
                    raise ValueError("once")
                return "value"

            await step.do("flaky", {"retries": {"limit": 1, "delay": 1000}}, flaky)
            await step.sleep("nap", 1000)
            return (await step.wait_for_event("wait", type="x"))["payload"]

        instance = await server.start(run, params={"a": 1})
        seen: list[tuple[str, str]] = []
        for number in range(1, 4):
            await server.seen(instance, "workflow_waiting", number)
            seen.append(
                ((await instance.status()).status, fold_run(await server.entries(instance))["status"])
            )
            if number < 3:
                await server.advance(1000)
        await instance.send_event(type="x", payload=7)
        await server.ended(instance)
        view = fold_run(await server.entries(instance))
        seen.append(((await instance.status()).status, view["status"]))
        assert seen == [("waiting", "waiting")] * 3 + [("complete", "complete")]
        assert [(step["kind"], step["state"]) for step in view["steps"]] == [
            ("do", "completed"),
            ("sleep", "completed"),
            ("wait", "completed"),
        ]
        assert [attempt["state"] for attempt in view["steps"][0]["attempts"]] == ["failed", "completed"]
        assert (view["params"], view["output"]) == ({"a": 1}, 7)
