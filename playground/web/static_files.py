"""The page's files. What was compressed when it was built is not compressed anew for each visitor."""

from __future__ import annotations

import asyncio
import stat
from mimetypes import guess_type
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_SUFFIXES: Final = (("br", ".br"), ("gzip", ".gz"))
_PICTURES: Final = "img/"
_KEPT: Final = "public, max-age=600"
"""For pictures: a browser asks for the sheet of icons anew with each icon of it that appears."""


class PageFiles(StaticFiles):
    """Files of a folder, with ETags. In place of `x.js` goes `x.js.br` or `x.js.gz`, where that is there and
    the browser takes it.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await self._file(path, scope)
        if path.startswith(_PICTURES) and response.status_code in (200, 304):
            response.headers["cache-control"] = _KEPT
        return response

    async def _file(self, path: str, scope: Scope) -> Response:
        if "\0" in path:
            return await super().get_response(path, scope)  # which refuses it
        accepted = accepted_encodings(Headers(scope=scope).get("accept-encoding", ""))
        for encoding, suffix in _SUFFIXES:
            if encoding not in accepted:
                continue
            full_path, found = await asyncio.to_thread(self.lookup_path, path + suffix)
            if found is None or not stat.S_ISREG(found.st_mode) or scope["method"] not in ("GET", "HEAD"):
                continue
            response = self.file_response(full_path, found, scope)
            response.headers["vary"] = "Accept-Encoding"
            if response.status_code == 200:
                response.headers["content-encoding"] = encoding
                response.headers["content-type"] = f"{guess_type(path)[0]}; charset=utf-8"
            return response
        return await super().get_response(path, scope)


def accepted_encodings(header: str) -> frozenset[str]:
    """The encodings that an `Accept-Encoding` names and does not refuse (`q=0`)."""
    accepted = set()
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.replace(" ", "").removeprefix("q=")
        if weight.strip("0.") or not parameters:
            accepted.add(name.strip())
    return frozenset(accepted)
