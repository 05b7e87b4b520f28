"""Where a reader of a stream left off."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request

from playground.web.errors import Refused

_NUMBER: Final = re.compile(r"[0-9]{1,19}\Z")
_LARGEST: Final = 2**63 - 1


def cursor_of(request: Request) -> int:
    """The last number that the reader has seen, 0 for none: `Last-Event-ID`, else `?after=`. Anything else is
    a 400.
    """
    text = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
    if _NUMBER.match(text) is None or int(text) > _LARGEST:
        raise Refused(400, "bad_cursor", "Last-Event-ID and after are whole numbers from 0 on")
    return int(text)
