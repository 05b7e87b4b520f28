"""Code frames: the line with its neighbours, and a caret that stands under the place."""

from __future__ import annotations

import pytest

from playground.isolates.code_frame import code_frame

LINES = ["one();", "two(;", "three();", "four();"]


def test_a_line_stands_between_its_neighbours() -> None:
    frame = code_frame(LINES, 2, 5)
    assert frame == "  1 | one();\n> 2 | two(;\n    |     ^\n  3 | three();"


@pytest.mark.parametrize(
    ("line", "column", "frame"),
    [
        (1, 1, "> 1 | one();\n    | ^\n  2 | two(;"),
        (4, 8, "  3 | three();\n> 4 | four();\n    |        ^"),
        (4, 999, "  3 | three();\n> 4 | four();\n    |        ^"),
        (1, None, "> 1 | one();\n  2 | two(;"),
    ],
)
def test_at_the_edges_there_is_less(line: int, column: int | None, frame: str) -> None:
    assert code_frame(LINES, line, column) == frame


@pytest.mark.parametrize("line", [0, -1, 5])
def test_a_line_that_is_not_there_has_no_frame(line: int) -> None:
    assert code_frame(LINES, line, 1) is None


def test_numbers_stand_under_each_other() -> None:
    frame = code_frame(["x"] * 12, 9, 1)
    assert frame == "   8 | x\n>  9 | x\n     | ^\n  10 | x"


@pytest.mark.parametrize(
    ("text", "column", "gap"),
    [("é x", 3, "  "), ("日 x", 3, "\u3000 "), ("🎉 x", 4, "\u3000 "), ("\tx", 2, " "), ("\0x", 2, " ")],
)
def test_the_caret_stands_under_the_character(text: str, column: int, gap: str) -> None:
    frame = code_frame([text], 1, column)
    assert frame is not None
    assert frame.splitlines()[1] == f"    | {gap}^"


@pytest.mark.parametrize("odd", ["\0", "\x1b[31m", "\u202e", "\u2066", "\x85", "\ud800"])
def test_what_is_not_printable_is_not_printed(odd: str) -> None:
    frame = code_frame([f"a{odd}b"], 1, 1)
    assert frame is not None
    assert odd[0] not in frame
    assert "\ufffd" in frame


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    frame = code_frame(["x" * 5000 + "HERE" + "y" * 5000], 1, 5001)
    assert frame is not None
    code, caret = frame.splitlines()
    assert len(code) < 140
    assert code[caret.index("^") :].startswith("HERE")
