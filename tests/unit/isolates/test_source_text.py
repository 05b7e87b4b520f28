"""Places in sources: lines as JavaScript ends them, columns in units and in bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.isolates.source_text import column_in_bytes, column_in_units, index_of, lines_of, place_of

LINES = st.text(st.characters(exclude_characters="\r\n\u2028\u2029", exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a\nb", ["a", "b"]),
        ("a\r\nb\rc\u2028d\u2029e\n", ["a", "b", "c", "d", "e", ""]),
        ("a\x0bb\x0cc\x85d", ["a\x0bb\x0cc\x85d"]),
    ],
)
def test_lines_end_where_javascript_ends_them(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines


@given(LINES, st.integers(0, 30))
def test_columns_in_units_and_in_bytes_are_the_same_place(line: str, at: int) -> None:
    at = min(at, len(line))
    units = len(line[:at].encode("utf-16-le")) // 2 + 1
    bytes_ = len(line[:at].encode()) + 1
    assert column_in_bytes(line, units) == bytes_
    assert column_in_units(line, bytes_) == units
    assert index_of(line, units) == at


@given(LINES, LINES)
def test_an_index_has_a_place(before: str, line: str) -> None:
    text = f"{before}\r\n{line}"
    assert place_of(text, len(text)) == (2, len(line.encode("utf-16-le")) // 2 + 1)


@pytest.mark.parametrize("column", [-5, 0, 1])
def test_columns_before_the_first_are_the_first(column: int) -> None:
    assert (index_of("abc", column), column_in_units("abc", column)) == (0, 1)
