"""What a step or a run came to, and what was given to it, whole: what the log shows only the beginning of."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from playground.bridge.envelope import unwrap_params
from playground.core.codec import decode, encode
from playground.core.preview import as_json
from playground.core.streams import Stream
from playground.core.values import Encoded, View
from playground.engine.engine import Instance
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


async def get_value(request: Request) -> Response:
    """A value of the run itself, whole, for those who may edit, as a file: `input`, `output`, or `event-` and
    the seq of the entry with which an event came in.

    Binary values are their bytes, all else is JSON.
    """
    instance = (await reach_instance(request, "edit")).instance
    of = request.path_params["of"]
    value = await _value(instance, of)
    data, kind = _file(value)
    return Response(data, headers=_headers(kind, len(data), of))


async def _value(instance: Instance, of: str) -> Encoded:
    if of == "input":
        params = await instance.params()
        envelope = unwrap_params(decode(params))
        return params if envelope is None else encode(envelope.params)
    if of == "output":
        output = (await instance.status()).output
        if output is None:
            raise NotFound("the run has no output")
        return output
    name, _, seq = of.partition("-")
    if name != "event" or not seq.isascii() or not seq.isdecimal() or len(seq) > 15:
        raise NotFound("a run has no such value")
    return await instance.event(int(seq))


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


def _headers(kind: tuple[str, str], size: int, name: str = "output") -> dict[str, str]:
    media, ending = kind
    return {
        "content-type": media,
        "content-length": str(size),
        "content-disposition": f'attachment; filename="{name}.{ending}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
