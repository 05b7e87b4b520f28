"""Start a worker process: `python __main__.py DESCRIPTOR RUNTIME DATA_BYTES [CACHE]`, by this file's path.

DESCRIPTOR is its end of the socketpair, RUNTIME the bundle for the guests, DATA_BYTES the most memory of its
own that it may have, CACHE the folder of compiled templates.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType


def main() -> None:
    """Serve until the server goes away."""
    _skip_the_server()
    from playground.isolates.process.serve import run

    descriptor, runtime, data_bytes, *cache = sys.argv[1:]
    run(int(descriptor), Path(runtime), Path(cache[0]) if cache else None, int(data_bytes))
    os._exit(0)  # what Python tidies up at its end, it has no right to touch any more


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
