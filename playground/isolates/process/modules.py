"""Which module an import means: another module of the tenant, one of the runtime's, or none."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Final

BUILT_IN: Final[Mapping[str, str]] = {
    "cloudflare:workers": "cloudflare:workers",
    "cloudflare:workflows": "cloudflare:workflows",
    "workers": "cloudflare:workers",
    "workflows": "cloudflare:workflows",
}


class Modules:
    """A tenant's modules by name, as the guest's imports find them.

    Relative specifiers (`./`, `../`) start at the importer's folder and never leave the tenant's modules. A
    bare specifier names one of the runtime's modules.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = {posixpath.normpath(name): text for name, text in sources.items()}

    def resolve(self, importer: str, specifier: str) -> str | None:
        """The name of the module that `importer` means by `specifier`, or None."""
        if specifier in BUILT_IN:
            return BUILT_IN[specifier]
        if specifier.startswith(("./", "../")):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
            return path if path in self._sources else None
        return None

    def source(self, name: str) -> str | None:
        """The text of one of the tenant's modules."""
        return self._sources.get(name)
