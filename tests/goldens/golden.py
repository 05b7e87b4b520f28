"""A golden: the recorded history of one instance, as a file that people can read.

A history is a list of commits, each what one append brought, so that it can be cut after any of them. Values
stand there in wire form; long runs of one character are counted.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.goldens.flow import imported

FOLDER: Final = Path(__file__).parent
HISTORIES: Final = FOLDER / "histories"
_LONG: Final = re.compile(r"(?s)(.{0,40}?)((.)\3{999,})(.{0,40})")


@dataclass(frozen=True)
class Entry:
    """One entry. `time` is epoch ms, `value` the wire form."""

    time: int
    type: str
    data: dict[str, Any]
    value: bytes | None = None


@dataclass(frozen=True)
class Commit:
    """What one append brought: entries, what the instance's row said afterwards (None: as before), how the
    instance was restarted with it, the chunks of the streams that it holds, and until when it is kept, where
    that is its own to say.
    """

    entries: list[Entry]
    status: tuple[str, int | None] | None = None
    restart: str | None = None
    streams: dict[int, list[bytes]] = field(default_factory=dict)
    expires: int | None = None


@dataclass(frozen=True)
class Golden:
    """A recorded history of the workflow in `flow` (a file of `flows/`, whose digest is kept, as it may not
    change). Cuts after fewer than `first_cut` commits are not tried. `free` says that branches may take turns
    in another order after a cut, `schedule` (JSON) what fired where a schedule created it, `retention` how
    long it is kept after success and after an error (ms), where it says so itself. The first commit is the
    instance's creation, with all that it took over where it is a fork.
    """

    feature: str
    flow: str
    digest: str
    engine_version: int
    id: str
    created: int
    params: bytes
    first_cut: int
    free: bool
    commits: list[Commit]
    schedule: str | None = None
    retention: tuple[int | None, int | None] = (None, None)

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return HISTORIES / f"{self.feature}.json"

    def write(self) -> None:
        """Write the file."""
        shown = {
            "feature": self.feature,
            "flow": self.flow,
            "digest": self.digest,
            "engineVersion": self.engine_version,
            "id": self.id,
            "created": self.created,
            "params": _text(self.params),
            "firstCut": self.first_cut,
            "free": self.free,
            "commits": [_shown(commit) for commit in self.commits],
        }
        if self.schedule is not None:
            shown["schedule"] = self.schedule
        if any(self.retention):
            shown["retention"] = self.retention
        self.path.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def read(cls, path: Path) -> Golden:
        """Read a file."""
        shown = json.loads(path.read_text())
        return cls(
            shown["feature"],
            shown["flow"],
            shown["digest"],
            shown["engineVersion"],
            shown["id"],
            shown["created"],
            _bytes(shown["params"]),
            shown["firstCut"],
            shown["free"],
            [_commit(commit) for commit in shown["commits"]],
            shown.get("schedule"),
            tuple(shown.get("retention", (None, None))),
        )


def digest_of(flow: str) -> str:
    """The digest of a file of `flows/`, and of the modules that it imports."""
    digest = hashlib.sha256((FOLDER / "flows" / flow).read_bytes())
    for path in imported(flow):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def goldens() -> list[Golden]:
    """All that there are."""
    return [Golden.read(path) for path in sorted(HISTORIES.glob("*.json"))]


def _shown(commit: Commit) -> dict[str, Any]:
    shown: dict[str, Any] = {"entries": [_entry_shown(entry) for entry in commit.entries]}
    if commit.status is not None:
        shown["status"], shown["wakeAt"] = commit.status
    if commit.restart is not None:
        shown["restart"] = commit.restart
    if commit.expires is not None:
        shown["expires"] = commit.expires
    if commit.streams:
        streams = commit.streams.items()
        shown["streams"] = {str(number): [_text(chunk) for chunk in chunks] for number, chunks in streams}
    return shown


def _commit(shown: dict[str, Any]) -> Commit:
    streams = shown.get("streams", {}).items()
    return Commit(
        [_entry(entry) for entry in shown["entries"]],
        (shown["status"], shown["wakeAt"]) if "status" in shown else None,
        shown.get("restart"),
        {int(number): [_bytes(chunk) for chunk in chunks] for number, chunks in streams},
        shown.get("expires"),
    )


def _entry(shown: dict[str, Any]) -> Entry:
    value = _bytes(shown["value"]) if "value" in shown else None
    return Entry(shown["time"], shown["type"], shown["data"], value)


def _entry_shown(entry: Entry) -> dict[str, Any]:
    shown: dict[str, Any] = {"time": entry.time, "type": entry.type, "data": entry.data}
    if entry.value is not None:
        shown["value"] = _text(entry.value)
    return shown


def _text(data: bytes) -> Any:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {"hex": data.hex(" ")}
    if (found := _LONG.fullmatch(text)) is not None:
        return {"before": found[1], "repeat": found[3], "times": len(found[2]), "after": found[4]}
    return text


def _bytes(shown: Any) -> bytes:
    if isinstance(shown, str):
        return shown.encode()
    if "hex" in shown:
        return bytes.fromhex(shown["hex"])
    text: str = shown["before"] + shown["repeat"] * shown["times"] + shown["after"]
    return text.encode()
