"""A tenant's modules: what kinds there are, how they are named and how they are written in JSON.

A module is given as a text, whose kind then follows the ending of its name, or with its kind: a `Module`, or
an object of one key as the Worker Loader takes it: `{"text": "…"}`, `{"json": <any value>}`. In JSON, bytes
are base64.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeGuard, get_args

import msgspec

from playground.core.errors import PlaygroundError

ModuleKind = Literal["js", "ts", "text", "json", "data"]
"""What an import of it gives: `js` and `ts` their exports, `text` a string, `json` the value and `data` an
`ArrayBuffer` as the default export.
"""

KINDS: Final[tuple[ModuleKind, ...]] = get_args(ModuleKind)
LONGEST_NAME: Final = 256
"""Longest name, in code points."""

_ENDINGS: Final[Mapping[str, ModuleKind]] = {
    ".js": "js",
    ".mjs": "js",
    ".ts": "ts",
    ".mts": "ts",
    ".json": "json",
    ".txt": "text",
    ".md": "text",
    ".html": "text",
    ".css": "text",
    ".csv": "text",
    ".sql": "text",
}
_REFUSED: Final[Mapping[str, str]] = {
    ".jsx": "JSX is not supported; call the functions that it stands for",
    ".tsx": "JSX is not supported; call the functions that it stands for, in a .ts module",
    ".cjs": "CommonJS is not supported; write an ES module (.js)",
    ".cts": "CommonJS is not supported; write an ES module (.ts)",
    ".wasm": "WebAssembly is not supported; bytes may be given as { data }",
    ".py": "Python is not supported",
}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class BadModule(PlaygroundError):
    """A module, or its name, is not what a tenant may have. `module` is its name."""

    def __init__(self, module: str, message: str) -> None:
        super().__init__(message)
        self.module = module


@dataclass(frozen=True, slots=True)
class Module:
    """One module with its kind. `content` is bytes where the kind is `data`, and text everywhere else; that
    of `json` is the value's JSON text.
    """

    kind: ModuleKind
    content: str | bytes

    @property
    def size(self) -> int:
        """Bytes of the content, in UTF-8 where it is text."""
        content = self.content
        return len(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)


ModuleSource = str | Module | Mapping[str, Any]
"""What stands for a module: a text, a module with its kind, or an object of one key, the kind."""


def kind_of(name: str) -> ModuleKind:
    """The kind that a module's name says; names that say nothing are JavaScript. Raises `BadModule`."""
    ending = posixpath.splitext(name)[1].lower()
    if ending in _REFUSED:
        raise BadModule(name, f"the module {_quoted(name)}: {_REFUSED[ending]}")
    return _ENDINGS.get(ending, "js")


def canonical_name(name: str) -> str:
    """The path that imports know the module by: `./lib/../a.js` and `/a.js` are `a.js`. Raises
    `BadModule`.
    """
    if not 0 < len(name) <= LONGEST_NAME or _CONTROL.search(name):
        message = f"module names are 1–{LONGEST_NAME} characters, none of them a control character"
        raise BadModule(name[:LONGEST_NAME], message)
    path = posixpath.normpath(name.lstrip("/") or ".")
    if path in (".", "..") or path.startswith("../") or name.endswith("/"):
        raise BadModule(name, f"the module name {_quoted(name)} is not the path of a file below the root")
    return path


def read_module(name: str, source: object) -> Module:
    """The module that `source` stands for. Raises `BadModule`."""
    if isinstance(source, Module):
        return source if source.kind == "json" else read_module(name, {source.kind: source.content})
    if isinstance(source, str):
        return Module(kind_of(name), source)
    if not isinstance(source, Mapping) or len(source) != 1:
        kinds = ", ".join(KINDS)
        raise BadModule(
            name, f"the module {_quoted(name)} must be a text or an object of one key, one of {kinds}"
        )
    ((kind, content),) = source.items()
    if not _is_kind(kind):
        raise BadModule(
            name, f"the module {_quoted(name)} is of no kind that there is; there are {', '.join(KINDS)}"
        )
    if kind == "data":
        return Module(kind, content if isinstance(content, bytes) else _from_base64(name, content))
    if kind == "json":
        return Module(kind, _as_json(name, content))
    if not isinstance(content, str):
        raise BadModule(name, f"the module {_quoted(name)}: its {kind} must be a text")
    return Module(kind, content)


def read_modules(sources: Mapping[str, Any], main: str) -> tuple[dict[str, Module], str]:
    """All modules by their canonical names, and the main one's. Raises `BadModule`."""
    modules: dict[str, Module] = {}
    for name, source in sources.items():
        path = canonical_name(name)
        if path in modules:
            raise BadModule(name, f"two modules are named {_quoted(path)}")
        modules[path] = read_module(name, source)
    path = canonical_name(main)
    if path not in modules:
        raise BadModule(main, f"the main module {_quoted(main)} is not among the modules")
    if modules[path].kind not in ("js", "ts"):
        raise BadModule(main, f"the main module {_quoted(main)} must be JavaScript or TypeScript")
    return modules, path


def json_form(name: str, module: Module) -> str | dict[str, Any]:
    """The module as JSON: its text where its name says its kind, else an object of one key. Raises
    `BadModule` where a `json` module is none.
    """
    if isinstance(module.content, bytes):
        return {module.kind: base64.b64encode(module.content).decode()}
    try:
        if kind_of(name) == module.kind:
            return module.content
    except BadModule:
        pass
    if module.kind != "json":
        return {module.kind: module.content}
    try:
        return {module.kind: msgspec.json.decode(module.content)}
    except (msgspec.MsgspecError, RecursionError):
        raise BadModule(name, f"the module {_quoted(name)} is no JSON") from None


def language_of(name: str, source: ModuleSource) -> str:
    """`ts` for a TypeScript module in any of its forms, `js` for any other."""
    if isinstance(source, str):
        return "ts" if _ENDINGS.get(posixpath.splitext(name)[1].lower()) == "ts" else "js"
    kind = source.kind if isinstance(source, Module) else next(iter(source), None)
    return "ts" if kind == "ts" else "js"


def text_of(source: ModuleSource) -> str | None:
    """The text of a JavaScript or TypeScript module in any of its forms."""
    if isinstance(source, Module):
        source = {source.kind: source.content}
    elif isinstance(source, str):
        return source
    text = source.get("js", source.get("ts"))
    return text if isinstance(text, str) else None


def _is_kind(kind: object) -> TypeGuard[ModuleKind]:
    return kind in KINDS


def _from_base64(name: str, content: object) -> bytes:
    try:
        if isinstance(content, str):
            return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        pass
    raise BadModule(name, f"the module {_quoted(name)}: its data must be bytes, in JSON as base64")


def _as_json(name: str, value: object) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError):
        raise BadModule(name, f"the module {_quoted(name)}: its json is no JSON value") from None


def _quoted(name: str) -> str:
    return f'"{name}"'
