"""Which modules the page loads before anything is seen: what its first one imports, and what those import.

Named in the page itself they come all at once; found by following imports they would come one level after
the other.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Final

_IMPORT: Final = re.compile(r"""^(?:import|export)\b[^"';]*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


def imported(folder: Path, first: str) -> list[str]:
    """The modules that `first` imports statically, directly or not, nearest first; all relative to `folder`.

    What is missing is left out: the browser says so where it is imported.
    """
    found = [first]
    for module in found:
        file = folder / module
        if not file.is_file():
            continue
        for wanted in _IMPORT.findall(file.read_text(encoding="utf-8")):
            name = posixpath.normpath(posixpath.join(posixpath.dirname(module), wanted))
            if name not in found and (folder / name).is_file():
                found.append(name)
    return found[1:]
