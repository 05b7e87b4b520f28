"""Identifiers: which are allowed, and where new ones come from."""

from __future__ import annotations

import os
import re
import secrets
import uuid
from collections import deque
from typing import Final

_AT_ONCE: Final = 64
_ID_BYTES: Final = 16

_INSTANCE_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}\Z")
_EVENT_TYPE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}\Z")


def new_instance_id() -> str:
    """A random UUID (version 4) in its usual text form.

    They are made many at once: the system is asked for random bytes without Python's global lock, and on a
    busy server getting that back takes longer than all the rest.
    """
    while True:
        try:
            return _ready.popleft()
        except IndexError:
            _make_ready()


def _make_ready() -> None:
    data = os.urandom(_AT_ONCE * _ID_BYTES)
    parts = (data[start : start + _ID_BYTES] for start in range(0, len(data), _ID_BYTES))
    _ready.extend(str(uuid.UUID(bytes=part, version=4)) for part in parts)


_ready: Final[deque[str]] = deque()
os.register_at_fork(after_in_child=_ready.clear)  # two processes would make the same ones


def new_public_id() -> str:
    """16 URL-safe characters (96 random bits), for things whose address is no secret."""
    return secrets.token_urlsafe(12)


def new_secret() -> str:
    """43 URL-safe characters (256 random bits), for cookies and share links."""
    return secrets.token_urlsafe(32)


def is_instance_id(value: object) -> bool:
    """Whether `value` is 1–100 of `[A-Za-z0-9_-]`, not starting with `-`."""
    return isinstance(value, str) and _INSTANCE_ID.match(value) is not None


def is_event_type(value: object) -> bool:
    """Whether `value` is 1–100 of `[A-Za-z0-9_-]`, starting with a letter, digit or `_`."""
    return isinstance(value, str) and _EVENT_TYPE.match(value) is not None
