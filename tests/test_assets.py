"""The bundles: made when what they come from has changed, left alone otherwise, never half-written."""

from __future__ import annotations

import json
import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.files import write_files

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def assets() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "assets.py"), run_name="assets")


@pytest.fixture
def project(tmp_path: Path, assets: dict[str, Any]) -> Path:
    """A small checkout with this one's node_modules, so that nothing is fetched."""
    for name in (*assets["LOCKS"], ".npmrc"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    for bundle in assets["BUNDLES"]:
        entry = tmp_path / bundle.entry
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.write_text(f"import {{ word }} from './word';\nconsole.log(word, {bundle.name!r});\n")
        (entry.parent / f"word{entry.suffix}").write_text("export const word = 'first';\n")
    return tmp_path


def test_the_bundles_of_this_checkout_are_up_to_date(assets: dict[str, Any]) -> None:
    assert [bundle.output for bundle in assets["stale"](ROOT)] == []


def test_a_build_makes_what_is_stale_and_nothing_else(assets: dict[str, Any], project: Path) -> None:
    compiler, *made = assets["build"](project)
    assert compiler == project / assets["TYPESCRIPT"].output
    assert [str(path.relative_to(project)) for path in made] == [
        bundle.output for bundle in assets["BUNDLES"]
    ]
    assert all("first" in path.read_text() for path in made)
    assert assets["build"](project) == []
    (project / "static" / "editor" / "word.js").write_text("export const word = 'second';\n")
    of_the_editor = [bundle for bundle in assets["BUNDLES"] if bundle.folder == "static/editor"]
    assert assets["build"](project) == [project / bundle.output for bundle in of_the_editor]
    assert "second" in (project / "static" / "build" / "editor.js").read_text()


def test_a_changed_lock_file_makes_every_bundle_stale(assets: dict[str, Any], project: Path) -> None:
    assets["build"](project)
    (project / "package-lock.json").write_text("{}")
    assert assets["stale"](project) == [assets["TYPESCRIPT"], *assets["BUNDLES"]]


def test_a_mistake_in_a_source_is_shown_and_leaves_the_last_bundle(
    assets: dict[str, Any], project: Path
) -> None:
    assets["build"](project)
    before = (project / "static" / "build" / "editor.js").read_text()
    (project / "static" / "editor" / "word.js").write_text("export const = 1;\n")
    with pytest.raises(assets["AssetError"], match=r"static/editor/word\.js:1"):
        assets["build"](project)
    assert (project / "static" / "build" / "editor.js").read_text() == before


def test_the_licences_of_what_is_bundled_come_along(assets: dict[str, Any], project: Path) -> None:
    (project / "static" / "editor" / "word.js").write_text(
        "export { Text as word } from '@codemirror/state';\n"
    )
    assets["build"](project)
    licenses = (project / "static" / "build" / "editor.licenses.txt").read_text()
    assert licenses.startswith("@codemirror/state ")
    assert "Permission is hereby granted" in licenses
    assert "@codemirror/view" not in licenses


def test_the_typescript_compiler_is_taken_out_of_its_package(assets: dict[str, Any], project: Path) -> None:
    assets["build"](project)
    output = project / assets["TYPESCRIPT"].output
    assert output.read_bytes().startswith(b"\0asm\1\0\0\0")
    assert output.with_suffix(".licenses.txt").read_text().startswith("@swc/wasm-typescript ")
    output.write_bytes(output.read_bytes() + b"\0")
    assert assets["stale"](project) == [assets["TYPESCRIPT"]]


def test_the_guest_s_types_hold(assets: dict[str, Any]) -> None:
    assets["build"](ROOT)
    compiler = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    command = [str(assets["node"]()), str(compiler), "--project", "playground/isolates/guest"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def test_a_missing_entry_is_named(assets: dict[str, Any], project: Path) -> None:
    (project / "static" / "editor" / "index.js").unlink()
    with pytest.raises(assets["AssetError"], match=r"static/editor/index\.js is missing"):
        assets["build"](project)


def test_the_page_is_made_of_its_modules_and_sheets(assets: dict[str, Any], project: Path) -> None:
    later = "[import('./later.js'), import('./last.js')]"
    files = {
        "static/js/app.js": f"import {{ word }} from './word.js';\n{later}.forEach(() => word());\n",
        "static/js/last.js": "import { other } from './other.js';\nexport const last = other() + 'last';\n",
        "static/js/other.js": "export const other = () => document.referrer;\n",
        "static/js/later.js": "import { word } from './word.js';\nexport const late = word() + 'late';\n",
        "static/js/word.js": (
            "export { other } from './other.js';\nexport const word = () => document.title;\n"
        ),
        "static/css/tokens.css": "a { color: green; }\n",
        "static/css/base.css": "b { color: gray; }\n",
        "static/css/one.css": "p { color: red; }\n",
        "static/css/two.css": "p { color: blue; }\n",
        "templates/playground.html": '{% for sheet in ["one", "two"] %}{% endfor %}\n',
    }
    write_files(project, files)
    assert assets["PAGE"] in assets["stale"](project)
    assets["build"](project)
    assert assets["PAGE"] not in assets["stale"](project)
    folder = project / "static" / "build" / "page"
    assert (folder / "page.css").read_text().strip() == "a{color:green}b{color:gray}p{color:red}p{color:#00f}"
    early = json.loads((folder / "made_from.json").read_text())["early"]
    assert early[0] == "app.js"
    assert [name.partition("-")[0] for name in early[1:]] == ["chunk"]
    assert (folder / "app.js.br").stat().st_size > 0
    eager = "//# allFunctionsCalledOnLoad\n"  # a comment of this name counts at the very beginning only
    assert all((folder / name).read_text().startswith(eager) for name in early)
    (project / "static" / "js" / "word.js").write_text("export const word = () => 'other';\n")
    assert assets["stale"](project) == [assets["PAGE"]]
