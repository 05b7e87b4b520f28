"""The workflows of goldens, and what is done to them from outside.

A Python flow has `run(event, step)`; one in JavaScript or TypeScript is the body of `run(event, step)`.
`DRIVE` (there a first line `// drive: …`) is a list of what a recording does, in turn, each as soon as
nothing else is to be done without time passing:

    ["until", TYPE, N]      let time pass until the log holds N entries of that type
    ["event", TYPE, PAYLOAD], ["pause"], ["resume"], ["terminate", ROLLBACK], ["restart", FROM],
    ["skip", KIND, NAME], ["skip all"], ["debug", SETTINGS], ["continue", MODE], ["answer", NAME, PAYLOAD]
                            do that to the instance; an answer is an event for the wait of that name
    ["move"]                go on with other code: as it is with CHANGED set
    ["crash"]               end the engine, and start another one
    ["cuts"]                cuts are tried from here on
    ["change"]              the same, and go on with the code as it is with CHANGED set

`PARAMS` are the instance's, `FREE` says that branches may take turns in another order after a cut, `STRICT`
that its replays are strict. `BEGIN` is how it comes to be, where nobody just creates it:
`{"schedule": CRON}`, `{"debug": SETTINGS}`, or as a fork of another instance of the same flow, with which
a drive is done before: `{"fork": {"drive": DRIVE, "from": NAME}}` (the name of a `do`; None: from where that
is).
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
    begin: dict[str, Any]
    strict: bool = False
    source: str | None = None
    module: ModuleType | None = None


def flow(file: str) -> Flow:
    """The flow of that file."""
    path = FLOWS / file
    if path.suffix == ".py":
        module = importlib.import_module(f"tests.goldens.flows.{path.stem}")
        feature = path.stem.replace("_", "-")
        names = ("DRIVE", "PARAMS", "FREE", "BEGIN", "STRICT")
        drive, params, free, begin, strict = (getattr(module, name, None) for name in names)
        return Flow(
            f"python-{feature}",
            file,
            drive or [],
            params,
            bool(free),
            begin or {},
            bool(strict),
            module=module,
        )
    body = path.read_text()
    lines = dict(line[3:].split(": ", 1) for line in body.splitlines() if line.startswith("// "))
    given = {name: json.loads(text) for name, text in lines.items()}
    return Flow(
        f"{'typescript' if path.suffix == '.ts' else 'javascript'}-{path.stem}",
        file,
        given.get("drive", []),
        given.get("params"),
        given.get("free", False),
        given.get("begin", {}),
        source=_BODY.format(body=body),
    )


def flows() -> list[Flow]:
    """All that there are."""
    return [flow(path.name) for path in sorted(FLOWS.iterdir()) if _is_flow(path)]


def _is_flow(path: Path) -> bool:
    return path.suffix in (".js", ".ts") or (path.suffix == ".py" and path.stem != "__init__")
