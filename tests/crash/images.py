"""What a crash or a power cut leaves of the files, rebuilt from the recorded operations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.crash.recorder import Operation

_SECTORS = (512, 4096)
_NOT_OF_THE_DATABASE = (".lock", "-shm", "acknowledged")


@dataclass(slots=True)
class _File:
    """A file: what is durable of it, and what was done to it since. `named` says that its name is durable."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Operation] = field(default_factory=list)
    named: bool = False


def killed(operations: Iterable[Operation]) -> dict[str, bytes]:
    """The files after these operations, where the process dies and the system lives on."""
    files: dict[str, bytearray] = {}
    for operation in operations:
        if operation.kind == "unlink":
            files.pop(operation.name, None)
        elif operation.kind in ("write", "truncate"):
            _apply(files.setdefault(operation.name, bytearray()), operation)
    return {name: bytes(content) for name, content in files.items() if _counts(name)}


def without_power(operations: Iterable[Operation], random: Random) -> dict[str, bytes]:
    """The files after these operations and a power cut.

    What was synced is there. Of what was not, `random` chooses what reached the disk: each write whole, in
    part (in sectors of 512 or 4096 bytes) or not at all, in any order; so too of truncations, of names of new
    files, and of removals.
    """
    files: dict[str, _File] = {}
    removed: dict[str, _File] = {}
    for operation in operations:
        name = operation.name
        match operation.kind:
            case "write" | "truncate":
                files.setdefault(name, _File()).pending.append(operation)
            case "sync":
                file = files.setdefault(name, _File())
                for pending in file.pending:
                    _apply(file.durable, pending)
                file.pending.clear()
                file.named = True
            case "sync folder":
                removed.clear()
                for file in files.values():
                    file.named = True
            case "unlink":
                if (gone := files.pop(name, None)) is not None:
                    removed[name] = gone
            case "rename":
                raise AssertionError("nothing is renamed")
    for name, file in removed.items():
        if name not in files and random.random() < 0.5:
            files[name] = file
    return {
        name: _survive(file, random)
        for name, file in files.items()
        if _counts(name) and (file.named or random.random() < 0.5)
    }


def write(image: dict[str, bytes], folder: Path) -> None:
    """Put the files of an image into a new folder."""
    folder.mkdir()
    for name, content in image.items():
        (folder / name).write_bytes(content)


def _counts(name: str) -> bool:
    return not name.endswith(_NOT_OF_THE_DATABASE)


def _apply(content: bytearray, operation: Operation) -> None:
    if operation.kind == "truncate":
        del content[operation.offset :]
        content.extend(bytes(operation.offset - len(content)))
    else:
        _put(content, operation.offset, operation.data)


def _put(content: bytearray, offset: int, data: bytes) -> None:
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


def _survive(file: _File, random: Random) -> bytes:
    """The durable content with some of what was pending."""
    content = bytearray(file.durable)
    kept = random.choice((0.0, 0.2, 0.5, 0.9, 1.0))
    torn = random.choice((0.0, 0.3))
    sector = random.choice(_SECTORS)
    for operation in file.pending:
        if operation.kind == "truncate" or random.random() >= torn:
            if random.random() < kept:
                _apply(content, operation)
            continue
        start = operation.offset
        end = start + len(operation.data)
        while start < end:
            next_start = min(end, (start // sector + 1) * sector)
            if random.random() < max(kept, 0.5):
                _put(content, start, operation.data[start - operation.offset : next_start - operation.offset])
            start = next_start
    return bytes(content)
