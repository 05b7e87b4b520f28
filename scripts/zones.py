"""Write the table of time zones that the isolates' Intl has, from the package tzdata.

    pip install tzdata && python scripts/zones.py

A list of texts, one for each zone: `names|offsets|changes|rule`. Names are separated by spaces, the
zone's own first. Offsets: seconds east of Greenwich and the abbreviation, as `3600 CET`, by number from 0,
separated by commas; the first is in force before all changes. Changes: since 1970, each in base 36 the
minutes since the one before it (the first: since 1970), then `:` and the number of the offset from then on,
also in base 36. Rule: what holds after them, as POSIX's TZ says it; it may be empty.
"""

from __future__ import annotations

import json
import struct
import sys
from importlib import resources
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).resolve().parent.parent / "playground/isolates/guest/src/web/zones.json"
DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
NOT_ZONES: Final = frozenset({"Factory", "localtime", "posixrules", "leapseconds", "tzdata.zi", "zone.tab"})


def base36(number: int) -> str:
    """A whole number from 0 in base 36."""
    text = DIGITS[number % 36]
    while number := number // 36:
        text = DIGITS[number % 36] + text
    return text


def described(data: bytes) -> str:
    """`offsets|changes|rule` of a TZif file. https://www.rfc-editor.org/rfc/rfc8536"""
    counts = struct.unpack(">6l", data[20:44])
    isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt = counts
    start = 44 + timecnt * 5 + typecnt * 6 + charcnt + leapcnt * 8 + isstdcnt + isutcnt
    isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt = struct.unpack(
        ">6l", data[start + 20 : start + 44]
    )
    at = start + 44
    times = struct.unpack(f">{timecnt}q", data[at : at + timecnt * 8])
    at += timecnt * 8
    kinds = data[at : at + timecnt]
    at += timecnt
    types = [struct.unpack(">lBB", data[at + i * 6 : at + i * 6 + 6]) for i in range(typecnt)]
    at += typecnt * 6
    letters = data[at : at + charcnt]
    at += charcnt + leapcnt * 12 + isstdcnt + isutcnt
    rule = data[at:].strip(b"\n").decode()

    def offset(kind: int) -> str:
        seconds, _, letter = types[kind]
        return f"{seconds} {letters[letter : letters.index(0, letter)].decode()}"

    before = 0
    changes: list[tuple[int, str]] = []
    for time, kind in zip(times, kinds, strict=True):
        if time <= 0:
            before = kind
        else:
            changes.append((time // 60, offset(kind)))
    offsets = [offset(before)]
    written, last = [], 0
    for minute, text in changes:
        if text not in offsets:
            offsets.append(text)
        written.append(f"{base36(minute - last)}:{base36(offsets.index(text))}")
        last = minute
    return f"{','.join(offsets)}|{','.join(written)}|{rule}"


def table() -> list[str]:
    """The whole table."""
    folder = resources.files("tzdata")
    names = (folder / "zones").read_text("utf-8").split()
    canonical = {name for name in names if name in _tab(folder)}
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (name not in canonical, name)):
        if name in NOT_ZONES:
            continue
        data = (folder / "zoneinfo").joinpath(*name.split("/")).read_bytes()
        found.setdefault(described(data), []).append(name)
    return [f"{' '.join(names)}|{text}" for text, names in found.items()]


def _tab(folder: resources.abc.Traversable) -> set[str]:
    lines = (folder / "zoneinfo" / "zone1970.tab").read_text("utf-8").splitlines()
    return {line.split("\t")[2] for line in lines if line and not line.startswith("#")}


if __name__ == "__main__":
    TABLE.write_text(json.dumps(table(), indent=0) + "\n", encoding="utf-8")
    sys.stdout.write(f"{TABLE.name}: {TABLE.stat().st_size} bytes\n")
