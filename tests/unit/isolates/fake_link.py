"""A worker process that says what a test lets it say."""

from __future__ import annotations

from typing import Any

import msgspec

from playground.isolates.session import IsolateSession
from playground.isolates.wire import Dead, Drop, Load, Loaded, Out, ToWorker, Turn


class FakeLink:
    """Stands in for `WorkerLink`: keeps what is sent."""

    def __init__(self) -> None:
        self.alive = True
        self.draining = False
        self.sent: list[ToWorker] = []
        self.detached: list[int] = []

    def attach(self, listener: object) -> int:
        return 1

    def detach(self, isolate: int) -> None:
        self.detached.append(isolate)
        self.sent.append(Drop(isolate))

    def send(self, message: ToWorker) -> None:
        self.sent.append(message)

    @property
    def turns(self) -> list[Turn]:
        """The turns that were sent."""
        return [message for message in self.sent if isinstance(message, Turn)]

    @property
    def said(self) -> list[dict[str, Any]]:
        """The messages that the guest was given."""
        return [msgspec.json.decode(turn.message) for turn in self.turns]

    @property
    def loads(self) -> list[Load]:
        """The loads that were sent."""
        return [message for message in self.sent if isinstance(message, Load)]


class FakeGuest:
    """Answers a session's turns by hand."""

    def __init__(self, link: FakeLink, session: IsolateSession) -> None:
        self.link = link
        self.session = session
        self._answered = 0

    def loaded(self, *exports: str) -> None:
        """The modules were evaluated."""
        self.session.received(Loaded(1, list(exports), "[]", 1))

    def says(self, *messages: dict[str, Any]) -> dict[str, Any]:
        """End the oldest turn that was not ended yet; answers what it was."""
        turn = self.link.turns[self._answered]
        self._answered += 1
        self.session.received(Out(1, turn.turn, msgspec.json.encode(messages).decode(), 1, 1 << 20))
        decoded: dict[str, Any] = msgspec.json.decode(turn.message)
        return decoded

    def dies(self, code: str) -> None:
        """Die in the oldest turn that was not ended yet."""
        turn = self.link.turns[self._answered]
        self._answered += 1
        self.session.received(Dead(1, turn.turn, code, f"used too much: {code}"))
