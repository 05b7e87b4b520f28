"""Frames: cut from a stream, decoded strictly."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.isolates.wire import (
    MOST_FRAME_BYTES,
    BadFrame,
    Compiling,
    Dead,
    Drop,
    Failed,
    Frames,
    FromWorker,
    Load,
    Loaded,
    Out,
    Ping,
    Pong,
    Ready,
    ToWorker,
    Turn,
    encode,
    from_worker,
    to_worker,
)

TO_WORKER: list[ToWorker] = [
    Load(1, {"a.js": ("js", "1"), "b": ("data", b"\xff")}, "a.js", "j{}", 10, 20),
    Turn(1, 2, "{}"),
    Drop(1),
    Ping(3),
]
FROM_WORKER: list[FromWorker] = [
    Loaded(1, ["default"], "[]", 5),
    Failed(1, "Error", "no", "[]", None, "a.js", 1, 2, "at a.js:1:2"),
    Out(1, 2, "[]", 3, 4),
    Dead(1, 2, "TRAP", "no"),
    Pong(3),
    Ready(),
    Ready("no"),
    Compiling(),
]


def test_messages_come_back_as_they_were() -> None:
    (there,) = Frames().feed(encode(TO_WORKER))
    assert to_worker(there) == TO_WORKER
    (back,) = Frames().feed(encode(FROM_WORKER))
    assert from_worker(back) == FROM_WORKER


def test_a_message_is_an_array_that_starts_with_its_name() -> None:
    (body,) = Frames().feed(encode([Turn(7, 8, "{}")]))
    assert msgspec.msgpack.decode(body) == [["turn", 7, 8, "{}", 0]]


@given(st.lists(st.lists(st.sampled_from(FROM_WORKER), max_size=3), max_size=4), st.integers(1, 50))
def test_frames_are_found_however_the_stream_is_cut(batches: list[list[FromWorker]], size: int) -> None:
    stream = b"".join(encode(batch) for batch in batches)
    frames = Frames()
    bodies = [body for at in range(0, len(stream), size) for body in frames.feed(stream[at : at + size])]
    assert [from_worker(body) for body in bodies] == batches


def test_a_frame_that_says_it_is_too_large_is_refused_at_once() -> None:
    with pytest.raises(BadFrame, match="frame of"):
        Frames().feed((MOST_FRAME_BYTES + 1).to_bytes(4, "little"))


def test_a_frame_that_would_be_too_large_is_not_sent() -> None:
    with pytest.raises(BadFrame, match="frame of"):
        encode([Turn(1, 1, "x" * (MOST_FRAME_BYTES + 1))])


@given(st.binary(max_size=200))
def test_noise_is_refused_or_understood_and_nothing_else(noise: bytes) -> None:
    try:
        messages = from_worker(noise)
    except BadFrame:
        return
    assert isinstance(messages, list)


@pytest.mark.parametrize(
    "forged",
    [
        [["turn", 1, 2, "{}"]],
        [["out", 1, 2]],
        [["out", "1", 2, "[]", 3, 4]],
        [["out", 1, 2, b"[]", 3, 4]],
        [["loaded", 1, [1], "[]", 5]],
        [["unheard"]],
        [[]],
        {"out": 1},
        None,
        [["dead", 1, 2, "TRAP"]],
    ],
)
def test_what_a_worker_never_sends_is_refused(forged: object) -> None:
    with pytest.raises(BadFrame):
        from_worker(msgspec.msgpack.encode(forged))


def test_text_that_is_no_text_is_refused() -> None:
    with pytest.raises(BadFrame):
        from_worker(b"\x91\x94\xa4dead\x01\x02\xa2\xff\xfe")
