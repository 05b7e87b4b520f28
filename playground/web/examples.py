"""Examples: workflows to open in the editor, each a small lesson. One folder each in `playground/examples`.

A folder holds `example.json` (`title`, `group`, `shows`, `sketch`, `try`, `payload`, `main`, `order`) and the
files of the workflow as they are opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from playground.web.answers import JSONAnswer
from playground.web.errors import NotFound

_ABOUT: Final = "example.json"
_SOURCES: Final = (".js", ".ts")
_KEPT: Final = "private, max-age=300"


class _About(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"tries": "try"}):
    """What `example.json` says. `sketch` is how a run of it goes, one column of steps after the other: a
    letter each of o (done), x (failed), z (asleep), w (waits for an event) and u (undone).
    """

    order: int
    title: str
    group: str
    shows: str
    sketch: str
    tries: list[str]
    payload: dict[str, Any]
    main: str


@dataclass(frozen=True, slots=True)
class Example:
    """One example: what it teaches, and its files by name, the main one first."""

    id: str
    about: _About
    files: dict[str, str]

    def card(self) -> dict[str, Any]:
        """What the gallery shows of it."""
        language = "ts" if self.about.main.endswith(".ts") else "js"
        return {
            "id": self.id,
            "title": self.about.title,
            "group": self.about.group,
            "shows": self.about.shows,
            "sketch": self.about.sketch,
            "try": self.about.tries,
            "language": language,
            "files": list(self.files),
        }

    def whole(self) -> dict[str, Any]:
        """What is opened: `files` are texts by name here, `payload` is a JSON value."""
        return {**self.card(), "files": self.files, "main": self.about.main, "payload": self.about.payload}


@cache
def examples() -> dict[str, Example]:
    """All of them by id, in the order in which they are shown."""
    found = []
    for folder in resources.files("playground").joinpath("examples").iterdir():
        if not folder.is_dir():
            continue
        texts = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.is_file()}
        about = msgspec.json.decode(texts[_ABOUT], type=_About)
        names = sorted(
            (name for name in texts if name.endswith(_SOURCES)), key=lambda name: (name != about.main, name)
        )
        found.append(Example(folder.name, about, {name: texts[name] for name in names}))
    found.sort(key=lambda example: example.about.order)
    return {example.id: example for example in found}


async def list_examples(request: Request) -> Response:
    """The examples in their order: what each is called, shows, and suggests to try."""
    return _kept(request, {"examples": [example.card() for example in examples().values()]})


async def get_example(request: Request) -> Response:
    """One example with its files, as they are opened in the editor."""
    example = examples().get(request.path_params["id"])
    if example is None:
        raise NotFound
    return _kept(request, example.whole())


def _kept(request: Request, content: dict[str, Any]) -> Response:
    """An answer that a browser may keep for a while, and then asks about by its ETag."""
    answer = JSONAnswer(content)
    tag = f'"{sha256(bytes(answer.body)).hexdigest()[:20]}"'
    headers = {"cache-control": _KEPT, "etag": tag}
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if tag in known:
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer
