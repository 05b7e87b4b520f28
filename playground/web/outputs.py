"""What a step came to, whole: what the log shows only the beginning of."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from playground.core.codec import decode
from playground.core.preview import as_json
from playground.core.streams import Stream
from playground.core.values import Encoded, View
from playground.web.answers import encode_json
from playground.web.errors import NotFound, Refused
from playground.web.instance_lookup import reach_instance

_BINARY: Final = ("application/octet-stream", "bin")
_TEXT: Final = ("text/plain; charset=utf-8", "txt")
_JSON: Final = ("application/json", "json")
_WHOLE: Final = 1 << 30


async def get_output(request: Request) -> Response:
    """The whole output of a step, for those who may edit, as a file. The key is `do:<count>:<name>`.

    Streams and binary values are their bytes, all else is JSON.
    """
    instance = (await reach_instance(request, "edit")).instance
    name, count = _parsed(request.path_params["key"])
    output = await instance.step_output(name, count)
    if output.sensitive:
        raise Refused(403, "sensitive_output", "the output of this step is sensitive: it is shown to nobody")
    if isinstance(output.value, Stream):
        kind = _TEXT if output.stream == "text" else _BINARY
        return StreamingResponse(aiter(output.value), headers=_headers(kind, output.size))
    assert output.value is not None
    data, kind = _file(output.value)
    return Response(data, headers=_headers(kind, len(data)))


def _parsed(key: str) -> tuple[str, int]:
    kind, _, rest = key.partition(":")
    count, separator, name = rest.partition(":")
    if kind != "do" or not separator or not count.isascii() or not count.isdecimal() or len(count) > 9:
        raise NotFound("no such step has completed")
    return name, int(count)


def _file(value: Encoded) -> tuple[bytes, tuple[str, str]]:
    decoded = decode(value)
    if isinstance(decoded, View):
        return decoded.data, _BINARY
    if isinstance(decoded, bytes):
        return decoded, _BINARY
    return encode_json(as_json(value, _WHOLE)), _JSON


def _headers(kind: tuple[str, str], size: int) -> dict[str, str]:
    media, ending = kind
    return {
        "content-type": media,
        "content-length": str(size),
        "content-disposition": f'attachment; filename="output.{ending}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
