"""The page as few files: taken where it was made from what is there, and from nothing else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from playground.web.page_build import PageBuild, PageBuilds
from tests.files import write_files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A page of two modules and a sheet, and its build."""
    files = {
        "static/js/app.js": "import './more.js';",
        "static/js/more.js": "export {};",
        "static/css/page.css": "p { margin: 0 }",
        "templates/playground.html": "<p></p>",
    }
    write_files(tmp_path, files)
    made = {
        "sources": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()},
        "early": ["app.js", "chunk-A.js"],
    }
    folder = tmp_path / "static" / "build" / "page"
    folder.mkdir(parents=True)
    (folder / "made_from.json").write_text(json.dumps(made))
    return tmp_path


def builds(root: Path) -> PageBuilds:
    return PageBuilds(root / "static", root / "templates")


def test_a_build_of_what_is_there_is_taken(root: Path) -> None:
    expected = PageBuild("build/page/page.css", "build/page/app.js", ("build/page/chunk-A.js",))
    assert builds(root).current() == expected


@pytest.mark.parametrize("name", ["static/js/more.js", "static/css/page.css", "templates/playground.html"])
def test_after_a_change_the_files_themselves_are_sent(root: Path, name: str) -> None:
    here = builds(root)
    before = (root / name).read_text()
    assert here.current() is not None
    (root / name).write_text(before + " ")
    assert here.current() is None
    (root / name).write_text(before)
    assert here.current() is not None


def test_a_module_that_is_gone_is_a_change(root: Path) -> None:
    (root / "static" / "js" / "more.js").unlink()
    assert builds(root).current() is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"sources": {}, "early": 5}'])
def test_a_build_that_says_nothing_is_none(root: Path, text: str) -> None:
    (root / "static" / "build" / "page" / "made_from.json").write_text(text)
    assert builds(root).current() is None


def test_without_a_build_there_is_none(tmp_path: Path) -> None:
    assert builds(tmp_path).current() is None
