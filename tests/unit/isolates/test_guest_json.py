"""JSON with strings that Python's fast reader refuses."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.isolates.guest_json import BadJson, parts, read_json, well_formed

ANYTHING = msgspec.json.Decoder(list[Any])


def test_half_a_surrogate_pair_is_kept() -> None:
    assert read_json('["\\ud800", 1]', ANYTHING) == ["\ud800", 1]


def test_a_whole_pair_is_a_character() -> None:
    assert read_json('["\\ud83d\\ude00"]', ANYTHING) == ["😀"]


@pytest.mark.parametrize("text", ["", "{}", "[", '["\\ud800"', '{"a":"\\ud800"}', "[" * 100_000, "nonsense"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadJson):
        read_json(text, ANYTHING)


def test_the_shape_is_checked_on_the_slow_way_too() -> None:
    with pytest.raises(BadJson):
        read_json('["\\ud800"]', msgspec.json.Decoder(list[int]))


@pytest.mark.parametrize(
    ("text", "sent"), [("plain", "plain"), ("ä😀", "ä😀"), ("a\ud800b", "a\ufffdb"), ("\udc00", "\ufffd")]
)
def test_well_formed_text_can_be_sent_on(text: str, sent: str) -> None:
    assert well_formed(text) == sent


@given(
    items=st.lists(st.one_of(st.text(), st.text(st.characters(categories=["Cs"])), st.integers(), st.none())),
    most=st.integers(1, 5),
    most_bytes=st.integers(1, 40),
)
def test_the_parts_of_an_array_are_its_items_in_order(
    items: list[object], most: int, most_bytes: int
) -> None:
    text = json.dumps(items, separators=(",", ":"))
    found = [json.loads(part) for part in parts(text, most, most_bytes)]
    assert [item for part in found for item in part] == json.loads(text)
    assert all(len(part) <= most for part in found)


@pytest.mark.parametrize("text", ["", "{}", "[1,", "[" * 100_000, '["\\ud800" , 1]', '["\\ud800"', "\ud800"])
def test_what_is_no_array_is_one_part(text: str) -> None:
    assert list(parts(text, 1, 1)) == [text]
