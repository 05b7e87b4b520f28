"""The rules of the house that a program can check: floors, sizes, exports, what a commit must not hold."""

from __future__ import annotations

import ast
import inspect
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.files import write_files
from tests.import_floors import Package

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
SOURCES = frozenset({".css", ".html", ".js", ".mjs", ".py", ".sql", ".ts"})
NOT_OURS = frozenset({".git", ".venv", "build", "data", "dist", "node_modules", "__pycache__"})
PUBLIC = {
    "HOLE",
    "UNDEFINED",
    "DynamicWorkflowBinding",
    "Engine",
    "EngineSettings",
    "Entrypoint",
    "ErrorRecord",
    "Fetcher",
    "Instance",
    "InstanceStatus",
    "IsolateLost",
    "LimitExceeded",
    "Limits",
    "LoadError",
    "LoadRunner",
    "LoadRunnerContext",
    "Loader",
    "LoaderBinding",
    "LogLine",
    "MissingDispatcherMetadataError",
    "Module",
    "NoSuchEntrypoint",
    "NonDeterminismError",
    "NonRetryableDelayError",
    "NonRetryableError",
    "Outcome",
    "Platform",
    "PlaygroundError",
    "PoolSettings",
    "RemoteError",
    "RemoteFunction",
    "RemoteTarget",
    "Request",
    "Response",
    "Rollback",
    "RpcTarget",
    "RunnerFactory",
    "StepContext",
    "StorageError",
    "Stream",
    "TailEvent",
    "TailHandler",
    "TenantBusy",
    "TenantError",
    "WorkerCode",
    "WorkerStub",
    "Workflow",
    "WorkflowEntrypoint",
    "WorkflowError",
    "WorkflowEvent",
    "WorkflowFatalError",
    "WorkflowStep",
    "WorkflowTimeoutError",
    "__version__",
    "create_dynamic_workflow_entrypoint",
    "dispatch_workflow",
    "open_platform",
    "schedule_workflow",
    "version_of",
    "wrap_workflow_binding",
}
CLOCK_READERS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
}

Tree = Callable[[Mapping[str, str]], Package]


def source_files(root: Path = ROOT) -> Iterator[Path]:
    """Every file of our own, in a checkout or an unpacked sdist."""
    for path in sorted(root.iterdir()):
        if path.name in NOT_OURS or (path.is_dir() and path.name.startswith(".") and path.name != ".ci"):
            continue
        if path.is_dir():
            yield from source_files(path)
        elif path.is_file():
            yield path


def too_long(root: Path) -> list[str]:
    """The sources with more lines than a file may have."""
    sources = [path for path in source_files(root) if path.suffix in SOURCES]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    return [f"{path.relative_to(root)}: {n} lines" for path, n in lengths.items() if n > LONGEST_FILE]


@pytest.fixture(scope="module")
def package() -> Package:
    return Package.read(ROOT / "playground")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Make a package named `house` from `{path: source}` and read it."""

    def make(files: Mapping[str, str]) -> Package:
        write_files(tmp_path / "house", files)
        return Package.read(tmp_path / "house")

    return make


def test_every_import_points_down(package: Package) -> None:
    assert package.offences() == []


def test_no_module_imports_itself_however_far_round(package: Package) -> None:
    assert package.cycles() == []


def test_the_checker_reads_this_package(package: Package) -> None:
    assert "playground.core.clock" in package.modules
    assert any(
        one.module == "playground.bridge" and one.target.startswith("playground.bridge.")
        for one in package.imports
    )


def test_no_source_file_is_too_long() -> None:
    assert too_long(ROOT) == []


def test_only_the_clock_reads_the_time() -> None:
    found = []
    for path in sorted((ROOT / "playground").rglob("*.py")):
        if path == ROOT / "playground" / "core" / "clock.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Attribute):
                continue
            owner = getattr(node.value, "id", getattr(node.value, "attr", ""))
            if (owner, node.attr) in CLOCK_READERS:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {owner}.{node.attr}")
    assert found == []


def test_the_package_exports_exactly_the_public_names() -> None:
    import playground

    assert set(playground.__all__) == PUBLIC
    assert len(playground.__all__) == len(PUBLIC)
    assert [name for name in PUBLIC if not hasattr(playground, name)] == []


def test_every_public_class_and_function_says_what_it_is() -> None:
    import playground

    named = [getattr(playground, name) for name in playground.__all__]
    silent = [
        it.__name__ for it in named if (inspect.isclass(it) or inspect.isfunction(it)) and not it.__doc__
    ]
    assert silent == []


def test_no_committed_file_names_a_machine_s_folder_or_a_package_registry() -> None:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = done.stdout.decode().split("\0") if done.returncode == 0 else []
    files = [ROOT / name for name in names if name] or list(source_files())
    # put together here, so that this file does not hold them
    forbidden = [a + b for a, b in (("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/"), ("registry.", "npmjs"))]
    forbidden += [a + b for a, b in (("pypi.", "org"), ("pythonhosted.", "org"), ("deb.debian.", "org"))]
    found = []
    for path in files:
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            found += [f"{path.relative_to(ROOT)}: {text}" for text in forbidden if text.encode() in content]
    assert found == []


@pytest.mark.parametrize(
    ("name", "source", "why"),
    [
        ("core/a.py", "from house.engine import b", "floor 2 is above floor 0"),
        ("core/a.py", "def late():\n    import house.web.b", "floor 4 is above floor 0"),
        ("storage/a.py", "if TYPE_CHECKING:\n    from house.bridge.b import X", "floor 3 is above floor 1"),
        ("engine/a.py", "from ..isolates import b", "do not know each other"),
        ("isolates/process/a.py", "from ...engine.b import X", "do not know each other"),
        ("web/a.py", "from house import X", "the roof sees the floors"),
        ("web/a.py", "from .. import settings", "the roof sees the floors"),
        (
            "engine/a.py",
            "import importlib\nimportlib.import_module('house.web.b')",
            "floor 4 is above floor 2",
        ),
        ("engine/a.py", "__import__(name)", "only running tells"),
        ("engine/a.py", "import aiosqlite", "only storage may know aiosqlite"),
        ("bridge/a.py", "from starlette.requests import Request", "only web may know starlette"),
        ("core/a.py", "import httpx", "floor 0 stands on the standard library"),
        ("attic/a.py", "", "in no floor"),
    ],
)
def test_the_checker_finds(tree: Tree, name: str, source: str, why: str) -> None:
    rooms = ("core", "storage", "engine", "isolates", "bridge", "web")
    files = {f"{room}/b.py": "X = 1" for room in rooms} | {"__init__.py": "X = 1", "settings.py": ""}
    offences = tree(files | {name: source}).offences()
    assert len(offences) == 1
    assert why in offences[0]


def test_the_checker_lets_pass(tree: Tree) -> None:
    house = tree(
        {
            "__init__.py": "from .web.a import X",
            "app.py": "import house.web.a, starlette, aiosqlite",
            "core/a.py": "import json, msgspec",
            "storage/a.py": "import sqlite3\nfrom house.core import a",
            "engine/a.py": "from .b import Y\nfrom ..storage.a import Z",
            "engine/b.py": "from house.core.a import Y",
            "bridge/a.py": "from house.engine import a",
            "web/a.py": "from house.bridge import a\nfrom starlette import routing",
        }
    )
    assert house.offences() == []
    assert house.cycles() == []


@pytest.mark.parametrize(
    "files",
    [
        {"core/a.py": "import house.core.b", "core/b.py": "from . import a"},
        {
            "core/a.py": "from .b import X",
            "core/b.py": "def f():\n    from .c import X",
            "core/c.py": "from .a import X",
        },
    ],
)
def test_the_checker_finds_a_circle(tree: Tree, files: dict[str, str]) -> None:
    assert tree(files).cycles() == [sorted("house." + name[:-3].replace("/", ".") for name in files)]


def test_a_file_is_too_long_from_its_401st_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("pass\n" * 400)
    (tmp_path / "b.ts").write_text(";\n" * 401)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "c.js").write_text(";\n" * 4000)
    assert too_long(tmp_path) == ["b.ts: 401 lines"]
