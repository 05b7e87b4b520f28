"""The page's own modules and sheets as few files, for whoever comes the first time."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scripts.node import AssetError, call, compress, node

EAGER: Final = "//# allFunctionsCalledOnLoad"
"""Has V8 compile the functions while the file comes in, beside the main thread: compiled when they are first
called, those that draw a visit's first run made it wait. Other engines take it for a comment.
"""
SHEETS: Final = re.compile(r"\{% for sheet in \[(.*?)\] %\}")
FIRST_SHEETS: Final = ("tokens", "base")
"""Those of every page (templates/base.html)."""
IMPORT: Final = re.compile(r"""^import [^"']*["']\./([^"']+)["'];$""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """The page's own modules and sheets, as few files. The server sends them where they are made from the
    modules as they are (playground/web/page_build.py), and else the modules themselves.
    """

    name: str = "page"
    entry: str = "static/js/app.js"
    template: str = "templates/playground.html"
    folder: str = "static/build/page"
    output: str = "static/build/page/made_from.json"

    def sources(self, root: Path) -> list[Path]:
        found = [*(root / "static" / "js").rglob("*.js"), *(root / "static" / "css").glob("*.css")]
        return sorted([*found, root / self.template])

    def digests(self, root: Path) -> dict[str, str]:
        """What it is made from: the digest of each file, by its path."""
        files = [path for path in self.sources(root) if path.is_file()]
        return {
            path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        }

    def is_fresh(self, root: Path) -> bool:
        if not (root / self.entry).is_file():
            return True
        try:
            made = json.loads((root / self.output).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(made["sources"] == self.digests(root) and made["by"] == _digest(Path(__file__).resolve()))

    def make(self, root: Path) -> Path:
        folder = root / self.folder
        half = folder.with_name("page.half")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        sources = self.digests(root)
        esbuild = [str(node()), str(root / "node_modules" / "esbuild" / "bin" / "esbuild"), "--minify"]
        esbuild += ["--charset=utf8", "--log-level=warning"]
        parts = half / "parts.json"
        first = self._first(root, half)
        split = ["--bundle", "--splitting", "--format=esm", "--target=es2022", "--external:/static/*"]
        split += [f"--inject:{first}", f"--banner:js={EAGER}"]
        names = ["--entry-names=[name]", "--chunk-names=[name]-[hash]", f"--metafile={parts}"]
        call([*esbuild, self.entry, *split, *names, f"--outdir={half}"], root, "bundling the page")
        early = self._imported(json.loads(parts.read_text(encoding="utf-8"))["outputs"], half.name)
        parts.unlink()
        first.unlink()
        sheets = half / "sheets.css"
        texts = [(root / "static" / "css" / f"{name}.css").read_text("utf-8") for name in self.sheets(root)]
        sheets.write_text("\n".join(texts), encoding="utf-8")
        call([*esbuild, str(sheets), f"--outfile={half / 'page.css'}"], root, "bundling the sheets")
        sheets.unlink()
        compress([(path, path) for path in sorted(half.iterdir())], root)
        made = {"by": _digest(Path(__file__).resolve()), "sources": sources, "early": early}
        (half / "made_from.json").write_text(json.dumps(made, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        half.rename(folder)
        return root / self.output

    def _first(self, root: Path, half: Path) -> Path:
        """A module that imports what the entry imports. Every module is made to import it, so that all that
        the first screen needs is one chunk: it would be one for each set of later modules that share some of
        it, and each chunk is a request.
        """
        file = half / "first.js"
        imports = IMPORT.findall((root / self.entry).read_text(encoding="utf-8"))
        folder = (root / self.entry).parent.as_posix()
        file.write_text("".join(f'import "{folder}/{name}";\n' for name in imports), encoding="utf-8")
        return file

    def sheets(self, root: Path) -> list[str]:
        """The names of the page's sheets, in the order of the templates."""
        found = SHEETS.search((root / self.template).read_text(encoding="utf-8"))
        if found is None:
            raise AssetError(f"{self.template} does not list its sheets as expected")
        return [*FIRST_SHEETS, *re.findall(r'"([\w-]+)"', found[1])]

    @staticmethod
    def _imported(outputs: dict[str, Any], folder: str) -> list[str]:
        """The chunks that the first module imports statically, nearest first."""
        by_name = {path.rpartition(f"{folder}/")[2]: of for path, of in outputs.items()}
        found = ["app.js"]
        for name in found:
            for wanted in by_name[name]["imports"]:
                chunk = wanted["path"].rpartition(f"{folder}/")[2]
                if wanted["kind"] == "import-statement" and chunk not in found and chunk in by_name:
                    found.append(chunk)
        return found


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
