"""Which module an import means."""

from __future__ import annotations

import pytest

from playground.isolates.process.modules import Modules

MODULES = Modules({"index.js": "i", "lib/a.js": "a", "./lib/deep/b.js": "b", "workers": "mine"})


@pytest.mark.parametrize(
    ("importer", "specifier", "name"),
    [
        ("index.js", "./lib/a.js", "lib/a.js"),
        ("lib/a.js", "./deep/b.js", "lib/deep/b.js"),
        ("lib/deep/b.js", "../../index.js", "index.js"),
        ("lib/deep/b.js", "../a.js", "lib/a.js"),
        ("index.js", "./lib/../lib/./a.js", "lib/a.js"),
        ("index.js", "workers", "cloudflare:workers"),
        ("index.js", "cloudflare:workflows", "cloudflare:workflows"),
        ("index.js", "./workers", "workers"),
    ],
)
def test_it_is_found(importer: str, specifier: str, name: str) -> None:
    assert MODULES.resolve(importer, specifier) == name


@pytest.mark.parametrize(
    "specifier",
    [
        "lib/a.js",
        "index.js",
        "/index.js",
        "../index.js",
        "./lib",
        "./lib/c.js",
        "node:fs",
        "",
        ".",
        "..",
        "./",
        "std",
    ],
)
def test_it_is_none(specifier: str) -> None:
    assert MODULES.resolve("index.js", specifier) is None


def test_sources_are_found_by_canonical_names() -> None:
    assert MODULES.source("lib/deep/b.js") == "b"
    assert MODULES.source("cloudflare:workers") is None
