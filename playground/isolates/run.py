"""A workflow's run inside an isolate, as the session sees it."""

from __future__ import annotations

from playground.core.ports import Ahead, JournaledStep, LogKind, StepKey


class Run:
    """The engine's side of one `run`: its log, and the holds that keep it in memory while the isolate is
    busy with it.
    """

    def __init__(self, journaled: JournaledStep, seed: str, instance: str | None = None) -> None:
        self.journaled = journaled
        self.instance = instance
        self.seed = seed
        """What its `Math.random` outside steps starts from."""
        self.ahead: Ahead | None = getattr(journaled, "ahead", None)
        """Where what it says goes while it runs ahead; None where it does not."""
        self.engine: int | None = None
        """The number of the object that it asks for steps, while it runs ahead."""
        self.ended = False
        """Whether its end was said."""
        self.has_lines = False
        """Whether a callback of it has logged something."""
        self._holds = 0
        self._is_coming = False
        self._over = False

    def comes(self) -> None:
        """It is to be begun in an isolate that may have to be loaded: until it is `there`, it is not idle."""
        self._is_coming = True
        self.hold()

    def there(self) -> None:
        """It is begun in the isolate, or cannot be."""
        if self._is_coming:
            self._is_coming = False
            self.release()

    def hold(self) -> None:
        """Something of this run is under way in the isolate."""
        if not self._over:
            self._holds += 1
            self.journaled.hold()

    def release(self) -> None:
        """It is done."""
        if not self._over and self._holds:
            self._holds -= 1
            self.journaled.release()

    def log(self, kind: LogKind, level: str, message: str, step: StepKey | None, attempt: int | None) -> None:
        """Append a console line to the instance's log."""
        self.journaled.log(kind, level, message, step, attempt)

    def forget(self) -> None:
        """The isolate does nothing for it any more."""
        while self._holds:
            self.release()
        self._over = True
