"""Goes on from a cut: does what was done from outside after it, and sees that the rest is what it was."""

from __future__ import annotations

from collections import Counter
from difflib import unified_diff
from typing import Any, Final

from playground import Instance
from playground.core.ports import StepKey
from playground.core.values import UNDEFINED
from playground.engine.debug_settings import read_debug
from tests.goldens.flow import Flow
from tests.goldens.golden import Entry, Golden
from tests.goldens.meaning import Meaning, from_outside, is_paced, meanings, open_attempts, seen, too_early
from tests.goldens.world import World, encoded

_LATER_MS: Final = 3_600_000
"""So much later than the histories were made; they are moved, but for when their instances were created."""
_KINDS: Final = {"do": "do", "sleep": "sleep", "wait": "waitForEvent"}
_THEIRS: Final = frozenset(
    {
        "event_received",
        "workflow_pausing",
        "workflow_resumed",
        "workflow_restarted",
        "sleep_skipped",
        "retry_skipped",
        "debug_set",
        "debug_continued",
    }
)
_ROUNDS_TO_REMOVE: Final = 60
_ENDS: Final = ("workflow_completed", "workflow_errored", "workflow_terminated")


async def act(instance: Instance, entry: Entry) -> None:
    """Do what the entry says that somebody has done."""
    match entry.type:
        case "event_received":
            stored = encoded(entry.value)
            payload, type = UNDEFINED if stored is None else stored, entry.data["eventType"]
            if (to := entry.data.get("to")) is None:
                await instance.send_event(type=type, payload=payload)
                return
            step = StepKey(to["kind"], to["name"], to["count"])
            wait = next(wait for wait in await instance.waits() if wait.step == step)
            await instance.answer(type=type, payload=payload, wait_seq=wait.seq)
        case "workflow_pausing" | "workflow_paused":
            await instance.pause()
        case "workflow_resumed":
            await instance.resume()
        case "workflow_terminated":
            await instance.terminate()
        case "rollback_started":
            await instance.terminate(rollback=True)
        case "workflow_restarted":
            start = entry.data.get("from")
            if start is not None:
                start = {"name": start["name"], "count": start["count"], "type": _KINDS[start["kind"]]}
            await instance.restart(start)
        case "sleep_skipped" | "retry_skipped":
            step = entry.data["step"]
            await instance.skip(StepKey(step["kind"], step["name"], step["count"]))
        case "debug_set":
            await instance.debug(read_debug(entry.data))
        case "debug_continued":
            await instance.go_on(entry.data["mode"])
        case _:
            raise AssertionError(f"nobody does {entry.type}")


class Continuation:
    """One golden, cut after so many commits, in a world."""

    def __init__(self, world: World, golden: Golden, flow: Flow, cut: int) -> None:
        self.scope = f"{golden.feature}:{cut}"
        self._world = world
        self._golden = golden
        self._flow = flow
        self._before = [entry for commit in golden.commits[:cut] for entry in commit.entries]
        self._after = [entry for commit in golden.commits[cut:] for entry in commit.entries]
        self._actions = self._from_outside()
        self._done = 0
        self._instance: Instance
        self.ended = False
        self._ended = 0

    async def load(self, cut: int) -> None:
        """Put what is before the cut into the journal."""
        await self._world.load(self._golden, self._flow, cut, self.scope)

    async def go_on(self) -> bool:
        """Do what is due from outside; answers whether something was, or the end has come."""
        self._instance = await self._world.find(self._flow, self._golden.id, self.scope)
        now = [entry for _, entry in await self._world.entries(self._instance)]
        if self._done < len(self._actions):
            at = self._actions[self._done]
            wanted = seen(_since_restart([*self._before, *self._after[:at]]))
            if self._after[at].type == "workflow_resumed":
                # what was in flight when the pause was asked for may have been lost with the cut
                wanted = Counter({key: times for key, times in wanted.items() if key[0] == "workflow_paused"})
            if wanted - seen(_since_restart(now)):
                return False
            await act(self._instance, self._after[at])
            self._done += 1
            return True
        self.ended, self._ended = now[-1].type in _ENDS, now[-1].time
        return self.ended

    async def check(self) -> None:
        """What came after the cut means the same as it did."""
        where = f"{self.scope} {self._golden.feature}"
        begun = open_attempts(self._before)
        before, after = len(self._before), self._after
        found = [entry for seq, entry in await self._world.entries(self._instance) if seq > before]
        if any(entry.type == "workflow_restarted" for entry in after):
            after, found, begun = _since_restart(after), _since_restart(found), set()
        expected, came = meanings(after, begun), meanings(found, begun)
        if self._golden.free:
            expected, came = sorted(expected), sorted(came)
        assert came == expected, "\n".join([where, *_differences(expected, came)])
        assert from_outside(found) == from_outside(after), where
        assert not too_early(entry for _, entry in await self._world.entries(self._instance)), where

    @property
    def kept_until(self) -> int | None:
        """When it is to be removed (epoch ms), where that is its own to say."""
        last = self._golden.commits[-1]
        return None if last.expires is None else last.expires - last.entries[-1].time + self._ended

    async def is_kept(self) -> bool:
        """Whether it is there still."""
        return await self._world.journal.by_key(self._instance._key) is not None

    def _from_outside(self) -> list[int]:
        """Where, after the cut, somebody has done something."""
        found = []
        pausing = False
        for at, entry in enumerate([*self._before, *self._after], -len(self._before)):
            theirs = entry.type in _THEIRS and not is_paced(entry)
            theirs = theirs or (entry.type == "workflow_paused" and not pausing)
            theirs = theirs or (entry.type == "workflow_terminated" and "rollback" not in entry.data)
            theirs = theirs or (entry.type == "rollback_started" and entry.data.get("terminated", False))
            pausing = entry.type == "workflow_pausing" or (pausing and entry.type != "workflow_resumed")
            if theirs and at >= 0:
                found.append(at)
        return found


def _differences(expected: list[Meaning], came: list[Meaning]) -> list[str]:
    return list(unified_diff(list(map(str, expected)), list(map(str, came)), "was", "is", n=1))


def _since_restart(entries: list[Entry]) -> list[Entry]:
    at = [number for number, entry in enumerate(entries) if entry.type == "workflow_restarted"]
    return entries[at[-1] :] if at else entries


async def replay(world: World, cuts: list[tuple[Golden, Flow, int]], most_rounds: int = 2_000) -> int:
    """Replay every one of these cuts at once; answers how many."""
    world.clock.set(world.clock.now() + _LATER_MS)
    every = [Continuation(world, golden, flow, cut) for golden, flow, cut in cuts]
    for continuation, (_, _, cut) in zip(every, cuts, strict=True):
        await continuation.load(cut)
    await world.start()
    left: list[Any] = list(every)
    for _ in range(most_rounds):
        await world.quiet()
        stirred = [await continuation.go_on() for continuation in left]
        left = [continuation for continuation in left if not continuation.ended]
        if not left:
            break
        if not any(stirred):
            await world.pass_time()
    assert not left, [continuation.scope for continuation in left]
    for continuation in every:
        await continuation.check()
    for until in sorted({each.kept_until for each in every if each.kept_until is not None}):
        await _is_over(world, until, [each for each in every if each.kept_until == until])
    return len(every)


async def _is_over(world: World, until: int, due: list[Continuation]) -> None:
    """These are kept until then (epoch ms), and no longer."""
    await world.clock.advance(until - 1 - world.clock.now())
    await world.quiet()
    for continuation in due:
        assert await continuation.is_kept(), continuation.scope
    for _ in range(_ROUNDS_TO_REMOVE):
        await world.pass_time()
        if not any([await continuation.is_kept() for continuation in due]):
            return
    raise AssertionError(f"{[each.scope for each in due]} are kept for longer than they said")
