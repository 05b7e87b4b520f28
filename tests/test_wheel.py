"""What is packed: a wheel that serves without the checkout, an sdist that builds without a network."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def build(target: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_what_serving_needs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    needed = {
        "playground/py.typed",
        "playground/isolates/guest/build/guest.licenses.txt",
        "playground/isolates/guest/build/guest.wasm",
        "playground/isolates/guest/build/runtime.js",
        "playground/isolates/guest/build/typescript.wasm",
        "playground/static/build/editor.js",
        "playground/static/build/editor.licenses.txt",
    }
    needed |= {f"playground/{path.relative_to(ROOT)}" for path in (ROOT / "templates").rglob("*.html")}
    needed |= {f"playground/{path.relative_to(ROOT)}" for path in (ROOT / "static" / "js").rglob("*.js")}
    needed |= {str(path.relative_to(ROOT)) for path in (ROOT / "playground").rglob("*.sql")}
    needed |= {str(path.relative_to(ROOT)) for path in (ROOT / "playground").rglob("*.py")}
    examples = (ROOT / "playground" / "examples").rglob("*.*")
    needed |= {str(path.relative_to(ROOT)) for path in examples}
    assert needed - names == set()


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    strangers = [
        name for name in names if not name.startswith(("playground/", "dynamic_workflows_playground-"))
    ]
    sources = (".ts", ".c", ".h")
    wanted = ("playground/examples/", "playground/static/types/")  # for people and their editors
    leftovers = [
        name
        for name in names
        if "__pycache__" in name
        or "node_modules" in name
        or (name.endswith(sources) and not name.startswith(wanted))
    ]
    assert strangers == []
    assert leftovers == []


def test_the_wheel_runs_and_finds_its_files(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    program = (
        "from pathlib import Path\n"
        "from playground.__main__ import main\n"
        "from playground.settings import asset_dir\n"
        "assert Path('playground').resolve() in asset_dir('templates').parents, asset_dir('templates')\n"
        "assert (asset_dir('static') / 'build' / 'editor.js').is_file()\n"
        "main(['--version'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("playground ")


def test_the_sdist_holds_the_sources_and_the_bundles(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "package.json",
        "package-lock.json",
        "playground/isolates/guest/build/guest.wasm",
        "playground/isolates/guest/build/runtime.js",
        "playground/isolates/guest/build/typescript.wasm",
        "playground/isolates/guest/native/guest.c",
        "playground/isolates/guest/src/index.ts",
        "run.py",
        "scripts/assets.py",
        "scripts/build_hook.py",
        "scripts/guest.py",
        "static/build/editor.js",
        "static/editor/index.js",
    } <= names
    assert not any(name.startswith((".venv", "node_modules", "data/")) for name in names)
