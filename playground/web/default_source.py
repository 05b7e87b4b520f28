"""The workflow that a new visitor finds in the editor."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def default_source() -> str:
    """The text of `default_source.js` beside this file."""
    return resources.files(__package__).joinpath("default_source.js").read_text("utf-8")


DEFAULT_PAYLOAD = '{\n  "name": "Ada"\n}'
"""The text of the payload field, likewise."""
