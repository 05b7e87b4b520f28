"""Finding commands by a few letters."""

from __future__ import annotations

import pytest

from tests.unit.page.node import evaluate

MATCHING = "static/js/shell/matching.js"
TITLES = [
    "Run",
    "Run again with another input",
    "Restart from the top",
    "Restart from this step",
    "Crash it",
    "Pause",
]


def found(query: str, texts: list[str]) -> list[str]:
    body = "return it.ranked(value[0], value[1], (text) => text).map(({ item }) => item);"
    result: list[str] = evaluate(MATCHING, body, [query, texts])
    return result


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("run", "Run"),
        ("rts", "Restart from this step"),
        ("step restart", "Restart from this step"),
        ("again", "Run again with another input"),
        ("CRASH", "Crash it"),
        ("ps", "Pause"),
    ],
)
def test_what_is_meant_comes_first(query: str, first: str) -> None:
    assert found(query, TITLES)[0] == first


def test_an_empty_query_means_all_in_their_order() -> None:
    assert found("  ", ["Pause the run", "Run"]) == ["Pause the run", "Run"]


def test_what_lacks_a_word_is_left_out() -> None:
    assert found("restart banana", TITLES) == []
    assert found("zz", TITLES) == []


def test_long_texts_are_searched_for_whole_words() -> None:
    body = "return value.map((query) => it.matched(query, 'Sleeps and costs', { whole: true }) !== null);"
    assert evaluate(MATCHING, body, ["sleep cost", "and", "slco", "wait"]) == [True, True, False, False]


def test_the_letters_that_were_meant_are_marked() -> None:
    marks = evaluate(MATCHING, "return it.matched('ra', 'Run again').marks;")
    assert marks == [0, 4]


def test_whole_words_go_before_scattered_letters() -> None:
    assert found("log", ["Load an old graph", "Show the log"]) == ["Show the log", "Load an old graph"]
