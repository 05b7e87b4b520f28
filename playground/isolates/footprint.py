"""How much memory one isolate takes."""

from __future__ import annotations


class Footprint:
    """`memory_bytes` is the size of its memory, which never shrinks and of which what no tenant has written
    is shared with other isolates; `heap_bytes` what JavaScript uses of it, beyond what every isolate has.
    """

    def __init__(self) -> None:
        self.memory_bytes = 0
        self.heap_bytes = 0
        self._first_bytes: int | None = None

    @property
    def own_bytes(self) -> int:
        """What it takes beside others: an estimate from what is known here."""
        grown = self.memory_bytes - self._first_bytes if self._first_bytes is not None else 0
        return max(grown, self.heap_bytes)

    def loaded(self, heap_bytes: int) -> None:
        """Its modules were evaluated."""
        self.heap_bytes = heap_bytes

    def turned(self, memory_bytes: int, heap_bytes: int) -> int:
        """A turn ended; how much the heap has grown (or shrunk)."""
        if self._first_bytes is None:
            self._first_bytes = memory_bytes
        grown, self.heap_bytes = heap_bytes - self.heap_bytes, heap_bytes
        self.memory_bytes = memory_bytes
        return grown
