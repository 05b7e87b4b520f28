"""TypeScript to JavaScript: types become spaces, so that every line and column stays where it is. So do
imports that only types used.

It is the compiler that Node uses for the same (SWC as WebAssembly, npm's @swc/wasm-typescript). Sources are
as hostile as what they do when they run, so each is compiled in an instance of its own, in the worker
process, with limits on memory, stack and work. The instance has no import that does more than handle values.

Rejected: quickjs-rs's own transform, which prints the program anew and so loses every column;
ts-blank-space, which needs the TypeScript compiler in JavaScript, seconds for what takes milliseconds here;
printing enums and parameter properties with SWC, since that would need source maps (they are made before, see
`made_values`); namespaces with values.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import wasmtime

from playground.isolates.process.apart import in_child
from playground.isolates.process.bindgen import Bindgen, Values
from playground.isolates.process.cache import CompiledCache, Unusable
from playground.isolates.process.config import fingerprint
from playground.isolates.process.made_values import with_made_values
from playground.isolates.process.unused_imports import without_unused_imports
from playground.isolates.source_text import lines_of

TYPESCRIPT: Final = "typescript.wasm"
"""The compiler's file, beside the guest's runtime."""

MOST_BYTES: Final = 512 << 10
"""The largest module, in bytes of UTF-8."""

_MEMORY_BYTES: Final = 128 << 20
_STACK_BYTES: Final = 2 << 20
# work in wasmtime's fuel, of which a millisecond burns some 5 million; what is usual takes 300 a byte
_FUEL: Final = 40_000_000
_FUEL_A_BYTE: Final = 800
_KEPT_BYTES: Final = 8 << 20
_ALLOCATE: Final = "__wbindgen_export_2"
_TAB_WIDTH: Final = 4

_NESTED: Final = "the module is nested too deeply"
# what may go on with the statement before it, where the semicolon between the two is taken away with a type
_GOES_ON: Final = re.compile(r";(?=\s*[(\[`+\-*/,.])")
_WIDE: Final = re.compile(r"[^\x00-\x7f]+")
_SPACE: Final = {2: "\xa0", 3: "\u2003"}
_JSX: Final = re.compile(r"</\s*[A-Za-z>]|<[A-Za-z][^<>]*/>|<>")
_UNSUPPORTED: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"\benum\b", "this enum is not understood: write an object, `const A = { … } as const`"),
        (r"\bnamespace\b", "a namespace with values is not supported: write a module"),
        (r"`module` keyword", "a namespace with values is not supported: write a module"),
        (
            r"\bparameter property\b",
            "this parameter property is not understood: declare the field, assign it in the constructor",
        ),
        (r"\bimport equals\b", "`import … = …` is not supported: write `import … from …`"),
        (r"\bexport assignment\b", "`export = …` is not supported: write `export default …`"),
        (r"\bangle-bracket\b", "`<T>value` is not supported: write `value as T`"),
    )
)


class NotTypeScript(Exception):
    """The source cannot be compiled. `line` and `column` count from 1, columns in UTF-16 units; None where
    there is no place.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message, line, column)
        self.message = message
        self.line = line
        self.column = column


_Refusal = tuple[str, int | None, int | None]


class TypeScript:
    """The compiler. One per process. `path` is its WebAssembly, `cache` the folder of compiled modules."""

    def __init__(
        self, path: Path, cache: Path | None = None, compiling: Callable[[], None] = lambda: None
    ) -> None:
        config = wasmtime.Config()
        config.consume_fuel = True
        config.max_wasm_stack = _STACK_BYTES
        self._engine = wasmtime.Engine(config)
        data = path.read_bytes()
        key = f"typescript\n{hashlib.sha256(data).hexdigest()}\n{fingerprint()}"
        module = CompiledCache(cache, compiling).get(
            key,
            lambda: in_child(lambda: bytes(wasmtime.Module(self._engine, data).serialize())),
            self._load,
        )
        self._bindgen = Bindgen(self._engine, module)
        self._kept: OrderedDict[bytes, str | _Refusal] = OrderedDict()
        self._kept_bytes = 0

    def strip(self, source: str) -> str:
        """The JavaScript in `source`, which is well-formed text. Raises `NotTypeScript`."""
        data = source.encode("utf-8", "replace")
        if len(data) > MOST_BYTES:
            raise NotTypeScript(
                f"a TypeScript module may have {MOST_BYTES} bytes, and this one has {len(data)}; "
                "JavaScript may be larger"
            )
        digest = hashlib.sha256(data).digest()
        found: str | _Refusal | None = self._kept.get(digest)
        if found is None:
            try:
                found = self._compile(source, _FUEL + _FUEL_A_BYTE * len(data))
            except NotTypeScript as refused:
                found = (refused.message, refused.line, refused.column)
            self._keep(digest, found)
        if isinstance(found, str):
            return found
        raise NotTypeScript(*found)

    def _load(self, kept: bytes) -> wasmtime.Module:
        try:
            return wasmtime.Module.deserialize(self._engine, kept)
        except wasmtime.WasmtimeError as error:
            raise Unusable from error

    def _keep(self, digest: bytes, result: str | _Refusal) -> None:
        self._kept[digest] = result
        self._kept_bytes += _size(result)
        while self._kept_bytes > _KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= _size(oldest)

    def _compile(self, source: str, fuel: int) -> str:
        store = wasmtime.Store(self._engine)
        store.set_limits(memory_size=_MEMORY_BYTES, instances=1, memories=1, tables=1)
        store.set_fuel(fuel)
        source = with_made_values(source)
        try:
            values = self._bindgen.instantiate(store, _ALLOCATE)
            result, thrown = _transform(values, source)
        except wasmtime.Trap as trap:
            raise NotTypeScript(_trapped(trap.trap_code)) from None
        except (wasmtime.WasmtimeError, IndexError):
            raise NotTypeScript("the module cannot be compiled") from None
        finally:
            self._bindgen.values = None
            store.close()
        if values.unknown or not isinstance(result, dict):
            raise NotTypeScript("the module cannot be compiled")
        if thrown:
            raise _refusal(result, source)
        code = result.get("code")
        if not isinstance(code, str):
            raise NotTypeScript("the module cannot be compiled")
        return _with_positions(source, without_unused_imports(code))


def _transform(values: Values, source: str) -> tuple[Any, bool]:
    """What the compiler answered, and whether it threw that."""
    answer = values.call("__wbindgen_add_to_stack_pointer", -16)
    # without options it takes types away and changes nothing else; with them it would call imports for each
    values.call("transformSync", answer, values.add(source), values.add(None))
    given, error, threw = (values.number(answer + 4 * word) for word in range(3))
    return (values.take(error), True) if threw else (values.take(given), False)


def _with_positions(source: str, code: str) -> str:
    """`code` as the engine should read it: every column in bytes where it was, and nothing run together."""
    if source.isascii():
        return _with_semicolons(source, code)
    if len(source) == len(code):
        return _with_widths(source, _with_semicolons(source, code))
    # where types had characters of two units, their places are two spaces
    units, made = _units(source), _units(code)
    return _of_units(_with_widths(units, _with_semicolons(units, made)))


def _with_widths(source: str, code: str) -> str:
    """`code` with spaces of as many bytes of UTF-8 as what they stand for."""
    parts, end = [], 0
    for found in _WIDE.finditer(source):
        start, stop = found.span()
        if code[start:stop] != found[0]:
            pairs = zip(found[0], code[start:stop], strict=True)
            spaces = (_SPACE[_bytes(was)] if now == " " else now for was, now in pairs)
            parts += [code[end:start], *spaces]
            end = stop
    return "".join([*parts, code[end:]])


def _bytes(unit: str) -> int:
    return 2 if unit <= "\u07ff" or "\ud800" <= unit <= "\udfff" else 3


def _with_semicolons(source: str, code: str) -> str:
    """`code` with the semicolons that ended a type and that now separate what stands around it."""
    parts, end = [], 0
    for found in _GOES_ON.finditer(source):
        at = found.start()
        after = next(place for place in range(at + 1, len(source)) if not source[place].isspace())
        if code[at] == " " and code[after] == source[after]:
            parts += [code[end:at], ";"]
            end = at + 1
    return "".join([*parts, code[end:]])


def _units(text: str) -> str:
    data = text.encode("utf-16-le")
    return "".join(map(chr, memoryview(data).cast("H"))) if len(data) != 2 * len(text) else text


def _of_units(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _trapped(code: wasmtime.TrapCode | None) -> str:
    if code == wasmtime.TrapCode.OUT_OF_FUEL:
        return "the module takes too long to compile"
    if code in (wasmtime.TrapCode.STACK_OVERFLOW, wasmtime.TrapCode.MEMORY_OUT_OF_BOUNDS):
        return _NESTED
    return "the module cannot be compiled: it is nested too deeply, or too large"


def _refusal(error: dict[str, Any], source: str) -> NotTypeScript:
    message = error.get("message")
    text = message if isinstance(message, str) else "Unexpected token"
    if error.get("code") == "UnsupportedSyntax":
        text = next((said for pattern, said in _UNSUPPORTED if pattern.search(text)), text)
    line, width = error.get("startLine"), error.get("startColumn")
    if not isinstance(line, (int, float)) or not isinstance(width, (int, float)):
        return NotTypeScript(text)
    number = int(line)
    lines = lines_of(source)
    shown = lines[number - 1] if 0 < number <= len(lines) else ""
    column = _column(shown, int(width))
    if shown[column - 1 : column] == "@":
        text = "a decorator is not supported: call the function that it stands for"
    elif _JSX.search(shown) and error.get("code") != "UnsupportedSyntax":
        text = f"{text} (JSX is not supported)"
    return NotTypeScript(text, number, column)


def _column(line: str, width: int) -> int:
    """The column, in UTF-16 units from 1, before which `line` is `width` cells wide: the compiler counts
    those.
    """
    column = seen = 0
    for character in line:
        if seen >= width:
            break
        seen += _cells(character)
        column += 1 if character <= "\uffff" else 2
    return column + 1


def _cells(character: str) -> int:
    if character == "\t":
        return _TAB_WIDTH
    if unicodedata.category(character) in ("Cc", "Cf", "Mn", "Me"):
        width = 0
    else:
        width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width if character <= "\uffff" else width + 1  # it counts two units, and what is wide besides


def _size(result: str | _Refusal) -> int:
    return 200 + len(result if isinstance(result, str) else result[0])
