"""The body that holds a run's file: much larger than others, and anybody's.

It is taken apart a piece at a time, off the event loop: many small arrays in 24 MiB would be millions of
objects, and seconds in which nobody else is served. What is no text or number is counted before it is made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from playground.core.errors import WorkflowError
from playground.engine.run_file_reader import BAD_FILE
from playground.web.body import parse_json
from playground.web.errors import Refused

MOST_PARTS: Final = 4_000_000
"""Texts, arrays, objects and commas of a whole body."""
MOST_PARTS_OF_ONE: Final = 200_000
"""The same of one entry, or of anything else beside the entries."""
_PART: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{,]', re.DOTALL)
_NONE: Final = msgspec.Raw()


class _Body(msgspec.Struct, frozen=True, rename={"start": "from"}):
    file: msgspec.Raw = _NONE
    start: msgspec.Raw = _NONE
    session: msgspec.Raw = _NONE


class _File(msgspec.Struct, frozen=True, rename={"version": "formatVersion"}):
    entries: msgspec.Raw = _NONE
    format: msgspec.Raw = _NONE
    version: msgspec.Raw = _NONE
    run: msgspec.Raw = _NONE
    code: msgspec.Raw = _NONE
    params: msgspec.Raw = _NONE


_body: Final = msgspec.json.Decoder(_Body).decode
_file: Final = msgspec.json.Decoder(_File).decode
_list: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


def read_run_file_body(data: bytes) -> dict[str, Any]:
    """`{file?, from?, session?}`; the file's entries are `msgspec.Raw` each, for `read_entry`.

    Refuses what is no JSON object, and what has too many parts to be a run. Takes up to seconds: call it in
    a thread.
    """
    if _has_more_parts(data, MOST_PARTS):
        raise _too_many_parts()
    try:
        body = _body(data or b"{}")
    except msgspec.ValidationError as error:
        raise Refused(400, "bad_body", "the body must be a JSON object") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(400, "invalid_json", "Invalid JSON body") from error
    found = {"from": body.start, "session": body.session}
    read = {name: read_entry(raw) for name, raw in found.items() if raw != _NONE}
    return read if body.file == _NONE else {**read, "file": _document(body.file)}


def read_entry(raw: msgspec.Raw) -> Any:
    """One part of the body, decoded."""
    data = bytes(raw)
    if _has_more_parts(data, MOST_PARTS_OF_ONE):
        raise _too_many_parts()
    return parse_json(data)


def _document(raw: msgspec.Raw) -> Any:
    try:
        file = _file(raw)
    except msgspec.ValidationError:
        return None  # no object
    names = {"format": file.format, "formatVersion": file.version, "run": file.run, "code": file.code}
    found = {**names, "params": file.params}
    document = {name: read_entry(part) for name, part in found.items() if part != _NONE}
    if file.entries != _NONE:
        document["entries"] = _entries(file.entries)
    return document


def _entries(raw: msgspec.Raw) -> Sequence[msgspec.Raw] | None:
    try:
        return _list(raw)
    except msgspec.ValidationError:
        return None  # no list


def _has_more_parts(data: bytes, most: int) -> bool:
    """Whether there are more than `most` texts, arrays, objects and commas."""
    if len(data) <= most or data.count(b'"') + sum(data.count(each) for each in (b"[", b"{", b",")) <= most:
        return False
    return any(number > most for number, _ in enumerate(_PART.finditer(data), 1))


def _too_many_parts() -> WorkflowError:
    return WorkflowError(f"{BAD_FILE}: it has more parts than the file of a run has")
