"""Where attackers' clients are: on other machines, in the field. Here they share the server's cores, and what
they take of them would be measured too; so they give way to whatever else wants to run.
"""

from __future__ import annotations

import os
from typing import Final

_GIVES_WAY: Final = 10
"""They have a tenth of what others have where all want to run, so that they do not starve."""


def give_way() -> None:
    """Let this thread, and those that it starts, give way."""
    os.nice(_GIVES_WAY)  # which Linux takes to be about the thread
