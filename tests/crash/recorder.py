"""Builds the recorder (`recorder.c`), and reads what it recorded."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.compiled import CACHE

Kind = Literal["write", "truncate", "sync", "sync folder", "unlink", "rename"]

_SOURCE = Path(__file__).with_name("recorder.c")
_KINDS: dict[bytes, Kind] = {
    b"W": "write",
    b"T": "truncate",
    b"S": "sync",
    b"D": "sync folder",
    b"U": "unlink",
    b"R": "rename",
}
_HEAD = struct.Struct("=cIIq")


@dataclass(frozen=True, slots=True)
class Operation:
    """One change of a file. `offset` is a write's place or a truncated file's size; `data` what was written,
    or a rename's new name. `name` is the file's within the folder.
    """

    kind: Kind
    name: str
    offset: int
    data: bytes


def library() -> Path:
    """The compiled recorder; compiled with the system's C compiler, or with zig where there is none."""
    digest = hashlib.sha256(_SOURCE.read_bytes()).hexdigest()[:16]
    CACHE.mkdir(mode=0o700, exist_ok=True)
    compiled = CACHE / f"recorder-{digest}.so"
    if not compiled.exists():
        system = shutil.which("cc")
        compiler = [system] if system else [sys.executable, "-m", "ziglang", "cc"]
        unfinished = compiled.with_suffix(f".{os.getpid()}")
        flags = [
            "-shared",
            "-fPIC",
            "-O1",
            "-Wall",
            "-Werror",
            "-o",
            str(unfinished),
            str(_SOURCE),
            "-ldl",
            "-pthread",
        ]
        subprocess.run([*compiler, *flags], check=True)
        unfinished.rename(compiled)
    return compiled


def environment(folder: Path, *, log: Path | None = None, control: Path | None = None) -> dict[str, str]:
    """What to add to the environment of a program whose changes in `folder` are recorded in `log`.

    While `control/sync` exists, a sync fails; while `control/full` does, nothing may grow.
    """
    variables = {"LD_PRELOAD": str(library()), "RECORDER_FOLDER": str(folder)}
    if log is not None:
        variables["RECORDER_LOG"] = str(log)
    if control is not None:
        variables["RECORDER_SYNC"] = str(control / "sync")
        variables["RECORDER_FULL"] = str(control / "full")
    return variables


def operations(log: Path, folder: Path) -> Iterator[Operation]:
    """What was recorded, in order."""
    recorded = log.read_bytes()
    at = 0
    while at < len(recorded):
        kind, path_length, data_length, offset = _HEAD.unpack_from(recorded, at)
        at += _HEAD.size
        path = recorded[at : at + path_length].decode()
        at += path_length
        data = recorded[at : at + data_length]
        at += data_length
        yield Operation(_KINDS[kind], os.path.relpath(path, folder), offset, data)
