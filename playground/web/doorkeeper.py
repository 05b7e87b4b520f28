"""Sessions and the secrets that open them."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from typing import Final

from playground.core.ids import new_secret
from playground.storage.sessions import Session, Sessions

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def is_token(text: object) -> bool:
    """Whether `text` has the form of a secret that `new_secret` makes."""
    return isinstance(text, str) and _TOKEN.match(text) is not None


def digest(secret: str) -> bytes:
    """The SHA-256 of a secret: all of it that is ever stored. Secrets are 256 random bits, so no salt or
    stretching helps.
    """
    return hashlib.sha256(secret.encode()).digest()


class Doorkeeper:
    """Finds sessions by their token, and remembers the last few thousand of them."""

    def __init__(self, sessions: Sessions, remembered: int = 4096) -> None:
        self._sessions = sessions
        self._remembered = remembered
        self._known: OrderedDict[bytes, str] = OrderedDict()

    def remembered(self, token: str) -> str | None:
        """As `session_of`, but of those only that were asked for lately."""
        return self._known.get(digest(token)) if is_token(token) else None

    async def session_of(self, token: str) -> str | None:
        """The id of the session whose token this is, or None."""
        if not is_token(token):
            return None
        key = digest(token)
        if (known := self._known.get(key)) is not None:
            self._known.move_to_end(key)
            return known
        session = await self._sessions.by_token(key)
        if session is None:
            return None
        self._remember(key, session.id)
        return session.id

    async def admit(self, now: int) -> tuple[Session, str]:
        """A new session and its token; `now` in epoch ms."""
        token = new_secret()
        session = await self._sessions.create(digest(token), now)
        self._remember(digest(token), session.id)
        return session, token

    def _remember(self, key: bytes, session: str) -> None:
        self._known[key] = session
        if len(self._known) > self._remembered:
            self._known.popitem(last=False)
