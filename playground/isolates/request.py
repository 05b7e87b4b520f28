"""What a tenant's `fetch` is given and what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. `url` is absolute; a text body is sent as UTF-8."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | str = b""


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response. Header names are in lower case.

    What a tenant answers has `isolates.headers.Headers`, whose `pairs` keep cookies apart.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    status_text: str = ""

    def text(self) -> str:
        """The body as UTF-8; what is none is replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises `ValueError` where it is none."""
        return json.loads(self.body)
