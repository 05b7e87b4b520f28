"""The workflows of goldens, and what is done to them from outside.

A Python flow has `run(event, step)`; a JavaScript one is the body of `run(event, step)`. `DRIVE` (in
JavaScript a first line `// drive: …`) is a list of what a recording does, in turn, each as soon as nothing
else is to be done without time passing:

    ["until", TYPE, N]      let time pass until the log holds N entries of that type
    ["event", TYPE, PAYLOAD], ["pause"], ["resume"], ["terminate", ROLLBACK], ["restart", FROM],
    ["skip", KIND, NAME], ["debug", SETTINGS], ["continue", MODE]
                            do that to the instance
    ["crash"]               end the engine, and start another one
    ["change"]              the same, and go on with the code as it is with CHANGED set

`PARAMS` are the instance's, `FREE` says that branches may take turns in another order after a cut.
"""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

FLOWS: Final = Path(__file__).parent / "flows"
_BODY: Final = """
import {{ WorkflowEntrypoint }} from 'cloudflare:workers';
import {{ NonRetryableError }} from 'cloudflare:workflows';
export class Flow extends WorkflowEntrypoint {{ async run(event, step) {{
{body}
}} }}
export default {{}};
"""


@dataclass(frozen=True)
class Flow:
    """One workflow. `source` is JavaScript, `module` Python; one of them is None."""

    feature: str
    file: str
    drive: list[list[Any]]
    params: Any
    free: bool
    source: str | None = None
    module: ModuleType | None = None


def flow(file: str) -> Flow:
    """The flow of that file."""
    path = FLOWS / file
    if path.suffix == ".py":
        module = importlib.import_module(f"tests.goldens.flows.{path.stem}")
        feature = path.stem.replace("_", "-")
        drive, params, free = (getattr(module, name, None) for name in ("DRIVE", "PARAMS", "FREE"))
        return Flow(f"python-{feature}", file, drive or [], params, bool(free), module=module)
    body = path.read_text()
    lines = dict(line[3:].split(": ", 1) for line in body.splitlines() if line.startswith("// "))
    given = {name: json.loads(text) for name, text in lines.items()}
    return Flow(
        f"javascript-{path.stem}",
        file,
        given.get("drive", []),
        given.get("params"),
        given.get("free", False),
        source=_BODY.format(body=body),
    )


def flows() -> list[Flow]:
    """All that there are."""
    return [flow(path.name) for path in sorted(FLOWS.iterdir()) if path.suffix == ".js" or _is_flow(path)]


def _is_flow(path: Path) -> bool:
    return path.suffix == ".py" and path.stem != "__init__"
