"""Start a worker process: `python __main__.py DESCRIPTOR RUNTIME [CACHE]`, by this file's path.

DESCRIPTOR is its end of the socketpair, RUNTIME the bundle for the guests, CACHE the folder of compiled
templates.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType


def main() -> None:
    """Serve until the server goes away."""
    _skip_the_server()
    from playground.isolates.process.serve import run

    run(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)


def _skip_the_server() -> None:
    """Stand in for the packages above this one, whose own `__init__` would load all of the server into this
    process.
    """
    folder = Path(__file__).resolve().parent.parent.parent
    for name, path in (("playground", folder), ("playground.isolates", folder / "isolates")):
        package = ModuleType(name)
        package.__path__ = [str(path)]
        sys.modules[name] = package


if __name__ == "__main__":
    main()
