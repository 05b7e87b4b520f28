"""Reads the imports of a package and says which of them point up, sideways or in a circle."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FLOORS: Mapping[str, int] = {
    "core": 0,
    "storage": 1,
    "engine": 2,
    "isolates": 2,
    "facets": 2,
    "artifacts": 2,
    "sandboxes": 2,
    "bridge": 3,
    "web": 4,
}
ROOF: frozenset[str] = frozenset(
    {"", "__main__", "allocator", "app", "platform", "settings", "supervisor", "testing"}
)
"""The composition root, by module; the empty one is the package. It sees everything, and no floor sees it."""

ONLY_IN: Mapping[str, frozenset[str]] = {
    "aiosqlite": frozenset({"storage"}),
    "sqlite3": frozenset({"storage"}),
    "jinja2": frozenset({"web"}),
    "sse_starlette": frozenset({"web"}),
    "starlette": frozenset({"web"}),
    "cryptography": frozenset({"isolates"}),
    "wasmtime": frozenset({"isolates"}),
}
"""Libraries that one room alone (and the roof) may know."""

CORE_LIBRARIES: frozenset[str] = frozenset({"msgspec"})
"""What floor 0 may use beside the standard library."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement: `module` says `target`, in line `line`. Names are dotted and absolute."""

    module: str
    target: str
    line: int


@dataclass(slots=True)
class Package:
    """The modules of one package and all that they import."""

    name: str
    modules: set[str] = field(default_factory=set)
    imports: list[Import] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> Package:
        """Read every module under `folder`, which is the package."""
        files = {_module_name(folder, path): path for path in sorted(folder.rglob("*.py"))}
        package = cls(folder.name, set(files))
        for module, path in files.items():
            is_package = path.name == "__init__.py"
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            package.imports.extend(_imports(tree, module, is_package, package.modules))
        return package

    def room(self, module: str) -> str | None:
        """The room that a module lies in, `""` for the package itself, None for one outside the package."""
        parts = module.split(".")
        if parts[0] != self.name:
            return None
        return parts[1] if len(parts) > 1 else ""

    def offences(self) -> list[str]:
        """Every import that breaks the rule of the floors, in words."""
        found = [
            f"{room or self.name}: in no floor and not the roof" for room in sorted(self._unknown_rooms())
        ]
        for one in self.imports:
            why = self._why_not(one)
            if why:
                found.append(f"{one.module}:{one.line} imports {one.target}: {why}")
        return found

    def cycles(self) -> list[list[str]]:
        """The groups of modules that import each other, however far round."""
        edges: dict[str, set[str]] = {module: set() for module in self.modules}
        for one in self.imports:
            if one.target in edges and one.target != one.module:
                edges[one.module].add(one.target)
        return [sorted(group) for group in _strongly_connected(edges) if len(group) > 1]

    def _unknown_rooms(self) -> set[str]:
        rooms = {self.room(module) for module in self.modules}
        return {room for room in rooms if room is not None and room not in FLOORS and room not in ROOF}

    def _why_not(self, one: Import) -> str | None:
        own, other = self.room(one.module), self.room(one.target)
        if own is None or own in ROOF or own not in FLOORS:
            return None
        if one.target == DYNAMIC:
            return "a name that only running tells"
        if other is None:
            return _why_not_library(own, one.target.split(".")[0])
        if other in ROOF:
            return "the roof sees the floors, not they it"
        if other == own or other not in FLOORS:
            return None
        if FLOORS[other] > FLOORS[own]:
            return f"floor {FLOORS[other]} is above floor {FLOORS[own]}"
        if FLOORS[other] == FLOORS[own]:
            return "rooms on one floor do not know each other"
        return None


DYNAMIC = "(computed)"


def _why_not_library(room: str, library: str) -> str | None:
    if room not in ONLY_IN.get(library, {room}):
        return f"only {' and '.join(sorted(ONLY_IN[library]))} may know {library}"
    if FLOORS[room] == 0 and library not in sys.stdlib_module_names and library not in CORE_LIBRARIES:
        return "floor 0 stands on the standard library"
    return None


def _module_name(folder: Path, path: Path) -> str:
    parts = [folder.name, *path.relative_to(folder).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(tree: ast.AST, module: str, is_package: bool, modules: set[str]) -> Iterator[Import]:
    for node in ast.walk(tree):
        for target in _targets(node, module, is_package, modules):
            yield Import(module, target, getattr(node, "lineno", 0))


def _targets(node: ast.AST, module: str, is_package: bool, modules: set[str]) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parts = module.split(".")
            kept = parts[: len(parts) - node.level + (1 if is_package else 0)]
            base = ".".join([*kept, *([node.module] if node.module else [])])
        whole = (f"{base}.{alias.name}" for alias in node.names)
        return [name if name in modules else base for name in whole]
    if isinstance(node, ast.Call) and _is_import_call(node.func):
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return [first.value]
        return [DYNAMIC]
    return []


def _is_import_call(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"import_module", "__import__"}


def _strongly_connected(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """Tarjan's algorithm (1972), over trees that are small enough for recursion."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for following in sorted(edges[node]):
            if following not in order:
                visit(following)
                low[node] = min(low[node], low[following])
            elif following in stack:
                low[node] = min(low[node], order[following])
        if low[node] == order[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            groups.append(group)

    for node in sorted(edges):
        if node not in order:
            visit(node)
    return groups
