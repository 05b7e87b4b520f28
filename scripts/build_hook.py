"""Hatchling's build hook: makes the guest and the bundles before a wheel, an sdist or an editable install."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsBuildHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is stale; what hatchling then packs is named in pyproject.toml."""
        root = Path(self.root)
        for script in ("guest", "assets"):
            made = runpy.run_path(str(root / "scripts" / f"{script}.py"), run_name=script)
            made["build"](root, tell=self.app.display_info)
