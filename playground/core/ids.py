"""Identifiers: which are allowed, and where new ones come from."""

from __future__ import annotations

import re
import secrets
import uuid

_INSTANCE_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}\Z")
_EVENT_TYPE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}\Z")


def new_instance_id() -> str:
    """A random UUID (version 4) in its usual text form."""
    return str(uuid.uuid4())


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
