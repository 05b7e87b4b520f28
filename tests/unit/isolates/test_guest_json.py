"""JSON with strings that Python's fast reader refuses."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from playground.isolates.guest_json import BadJson, read_json, well_formed

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
