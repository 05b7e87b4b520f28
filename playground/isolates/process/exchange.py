"""The words that guest and host leave for each other in the guest's memory; see `guest/native/guest.h`."""

from __future__ import annotations

import ctypes
from typing import Final

POOL_BYTES: Final = 1024
MOST_RANDOM_BYTES: Final = 1 << 16
"""The most that the guest may ask for at once."""


class Exchange(ctypes.LittleEndianStructure):
    """Laid over the guest's memory, so every field is hostile, and may change whenever the guest runs."""

    _fields_ = (
        ("now_ms", ctypes.c_double),
        ("into", ctypes.c_uint32),
        ("into_size", ctypes.c_uint32),
        ("out", ctypes.c_uint32),
        ("out_size", ctypes.c_uint32),
        ("random", ctypes.c_uint32),
        ("random_size", ctypes.c_uint32),
        ("heap", ctypes.c_uint32),
        ("heap_limit", ctypes.c_uint32),
        ("pool_left", ctypes.c_uint32),
        ("owner", ctypes.c_int32),
        ("failed", ctypes.c_uint32),
        ("pool", ctypes.c_uint8 * POOL_BYTES),
    )

    now_ms: float
    """Host: real time, in epoch ms, before each slice."""
    into: int
    """Guest: where messages go."""
    into_size: int
    """Guest: how large one may be."""
    out: int
    """Guest: where it put what it said."""
    out_size: int
    random: int
    """Guest: where it wants random bytes."""
    random_size: int
    """Guest: how many; the host sets it to 0."""
    heap: int
    """Guest: bytes of the JavaScript heap in use."""
    heap_limit: int
    """Host: the most that may be."""
    pool_left: int
    """Both: how many bytes of the pool nobody has had yet."""
    owner: int
    """Guest: whose work it does; 0 is nobody's."""
    failed: int
    """Guest: not 0 where what it said is why a call failed; the host sets it to 0 before each."""
