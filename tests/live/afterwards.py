"""What must hold after a battery of attacks, whatever it was."""

from __future__ import annotations

import pytest

from tests.live.arena import Arena


class Afterwards:
    """To be inherited, as the last class of a module, by one whose name starts with `Test`."""

    def test_the_same_server_goes_on_and_nobody_suffered(self, arena: Arena) -> None:
        """The neighbour's latencies are printed, alone and beside the attacks; `Arena.compare` says what they
        may be.
        """
        arena.check_untouched()
        print(arena.compare())

    def test_what_worked_is_the_same_after_a_kill(self, arena: Arena, request: pytest.FixtureRequest) -> None:
        assert request.module is not None
        arena.kill_and_replay(request.module.ATTACKS)
