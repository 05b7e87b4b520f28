"""What all facts have in common (see `entries.py`)."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class ErrorPreview(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error as the log shows it; the whole record is the entry's value where replay needs it. `cause` is
    what led to it, where that is an error or a text; `errors` are the first ones that an AggregateError
    stands for.
    """

    name: str
    message: str
    stack: str | None = None
    cause: ErrorPreview | None = None
    errors: list[ErrorPreview] | None = None


class Fact(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Base of all facts. `type` is the entry's type."""

    type: ClassVar[str]
