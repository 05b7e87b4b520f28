"""What a worker process writes to its standard error."""

from __future__ import annotations

import asyncio

from playground.isolates.last_words import last_words


async def heard(*parts: bytes) -> tuple[str, int]:
    """What is kept of it, and how often it was too much."""
    stream = asyncio.StreamReader()
    for part in parts:
        stream.feed_data(part)
    stream.feed_eof()
    times = 0

    def too_much() -> None:
        nonlocal times
        times += 1

    return await last_words(stream, too_much), times


async def test_lines_are_joined() -> None:
    assert await heard(b"Traceback:\n  File 1\n\nError: no\n") == ("Traceback: | File 1 | Error: no", 0)


async def test_nothing_was_said() -> None:
    assert await heard() == ("", 0)


async def test_nothing_reaches_the_operators_terminal_but_text() -> None:
    assert await heard(b"\x1b]0;owned\x07\xff\xe2\x80\xaered\n") == ("]0;owned \ufffd red", 0)


async def test_the_end_of_much_is_kept_and_endless_is_said_once() -> None:
    words, times = await heard(b"x" * (3 << 20), b"the end")
    assert words.endswith("xthe end")
    assert len(words) <= 4096
    assert times == 1
