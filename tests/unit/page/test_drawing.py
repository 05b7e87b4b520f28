"""When the page draws what came in (static/js/state/drawing.js, model.js)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.page.node import evaluate

BROWSER = """
    let now = 1000;
    const due = [];
    const ask = (after) => (work, ms = 0) => due.push({ work, at: now + (after ?? ms) });
    const forget = (id) => id && (due[id - 1].work = null);
    globalThis.document = { hidden: value.hidden ?? false };
    globalThis.performance = { now: () => now };
    Object.assign(globalThis, {
      setTimeout: ask(), clearTimeout: forget, requestAnimationFrame: ask(16), cancelAnimationFrame: forget,
    });
    const drawn = [];
    function pass(ms) {
      for (const end = now + ms; now < end; now += 1) {
        for (const each of due) {
          if (each.work === null || each.at > now) continue;
          const { work } = each;
          each.work = null;
          work();
        }
      }
    }
"""
"""A browser whose frames take 16 ms, and whose time `pass(ms)` moves on."""


def drawn(calls: list[Any], *, hidden: bool = False) -> list[int]:
    """When it draws, in ms: `calls` are names of methods, and how long nothing is called."""
    body = f"""{BROWSER}
      const drawing = it.createDrawing(() => drawn.push(now - 1000));
      for (const call of value.calls) typeof call === "string" ? drawing[call]() : pass(call);
      return drawn;
    """
    found: list[int] = evaluate("static/js/state/drawing.js", body, {"calls": calls, "hidden": hidden})
    return found


@pytest.mark.parametrize(
    ("calls", "times"),
    [
        (["later", 5, "later", 40], [16]),
        (["soon", 40], [0]),
        (["soon", "soon", "soon", 40], [0]),
        (["soon", 5, "soon", 5, "soon", 40], [0, 21]),
        (["soon", 30, "soon", 30, "soon", 30], [0, 46, 76]),
        (["soon", 50, "soon", 50], [0, 50]),
        (["later", 5, "soon", 40], [5]),
        (["soon", "later", 40], [0]),
    ],
    ids=lambda each: " ".join(map(str, each)),
)
def test_once_for_all_that_came_and_at_once_after_a_pause(calls: list[Any], times: list[int]) -> None:
    assert drawn(calls) == times


def test_a_hidden_tab_draws_now_and_then() -> None:
    assert drawn(["soon", 10, "soon", "later", 300, "soon", 300], hidden=True) == [200, 510]


def shown(calls: list[Any]) -> list[Any]:
    """`[ms, entries of the run]` of each drawing; `calls` are types of entries, and how long none comes."""
    body = f"""{BROWSER}
      const model = it.createModel({{ selected: "r", moment: null }});
      model.watch(({{ log }}) => drawn.push([now - 1000, log.runs.r?.seq ?? 0]));
      pass(100);
      const step = {{ kind: "do", name: "a", count: 1 }};
      let seq = 0;
      for (const call of value.calls) {{
        if (typeof call === "number") pass(call);
        else if (call === "set") model.set({{ busy: true }});
        else if (call === "forget") model.forget();
        else model.entry({{ instance: "r", seq: (seq += 1), time: now, type: call, workflow: "w", step }});
      }}
      return drawn.slice(1);
    """
    found: list[Any] = evaluate("static/js/state/model.js", body, {"calls": calls})
    return found


def test_a_run_that_is_created_is_drawn_with_what_it_does_first() -> None:
    created = "workflow_queued"
    assert shown([created, 6, "workflow_started", "step_started", 50]) == [[106, 3]]
    assert shown([created, "set", 20, "workflow_started", 50]) == [[116, 0], [120, 2]]


def test_a_run_that_is_created_and_does_nothing_is_drawn_soon() -> None:
    assert shown(["workflow_queued", 100]) == [[130, 1]]
    assert shown(["workflow_queued", 10, "forget", 100]) == [[126, 0]]
