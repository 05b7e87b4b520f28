"""Hatchling's build hook: the bundles are made before a wheel, an sdist or an editable install is."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsBuildHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundles; what hatchling then packs is named in pyproject.toml."""
        root = Path(self.root)
        assets = runpy.run_path(str(root / "scripts" / "assets.py"), run_name="assets")
        assets["build"](root, tell=self.app.display_info)
