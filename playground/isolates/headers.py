"""Headers of a request or a response, some of which are said more than once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


class Headers(Mapping[str, str]):
    """Headers by name, in lower case. As in a browser, the values of one name are joined by `", "`; `pairs`
    has them as they were said, which cookies have to be sent as.
    """

    __slots__ = ("_joined", "pairs")

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = [(name.lower(), value) for name, value in pairs]
        self._joined: dict[str, str] = {}
        for name, value in self.pairs:
            before = self._joined.get(name)
            self._joined[name] = value if before is None else f"{before}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._joined[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._joined)

    def __len__(self) -> int:
        return len(self._joined)

    def __repr__(self) -> str:
        return f"Headers({self.pairs!r})"


def pairs_of(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """All that the headers say, one pair for each time it is said."""
    return headers.pairs if isinstance(headers, Headers) else list(headers.items())
