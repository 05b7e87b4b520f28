"""What counts as another way than history's."""

from __future__ import annotations

from playground.core.ports import StepKey, StepKind
from playground.engine.determinism import THE_END, Comparison, Mismatch, Start, describe


def key(name: str, count: int = 1, kind: StepKind = "do") -> StepKey:
    return StepKey(kind, name, count)


def comparison(*names: str, known: tuple[int, ...] = ()) -> Comparison:
    """Of steps that began at the seqs 10, 20, 30…"""
    return Comparison([Start(10 * at, key(name)) for at, name in enumerate(names, 1)], known)


def missing(place: int, name: str, found: str | None) -> Mismatch:
    instead = key(found) if found is not None else None
    words = describe(instead) if instead is not None else THE_END
    return Mismatch(place, key(name), f'step.do "{name}"', words, instead)


def test_the_same_again_is_no_mismatch() -> None:
    replay = comparison("a", "b")
    assert [replay.ask(key("a")), replay.ask(key("b"))] == [None, None]
    assert replay.is_over
    assert replay.ask(key("new")) is None
    assert replay.beyond() is None
    assert replay.end() == []


def test_another_order_alone_is_no_mismatch() -> None:
    replay = comparison("a", "b")
    assert replay.ask(key("b")) is None
    assert replay.ask(key("a")) is None
    assert replay.passed(key("a")) is None
    assert replay.end() == []


def test_a_step_that_takes_the_place_of_another() -> None:
    replay = comparison("a", "b", "c")
    replay.ask(key("a"))
    replay.ask(key("new"))
    assert not replay.holds(key("new"))
    assert replay.beyond() == missing(20, "b", "new")
    replay.ask(key("c"))
    assert replay.end() == []


def test_a_completion_that_was_passed_over() -> None:
    replay = comparison("a", "b")
    replay.ask(key("b"))
    assert replay.passed(key("b")) is None
    assert replay.passed(key("a")) == missing(10, "a", "b")
    assert replay.passed(key("a")) is None
    assert replay.end() == []


def test_what_is_missing_at_the_end() -> None:
    replay = comparison("a", "b", "c")
    replay.ask(key("a"))
    assert replay.end() == [missing(20, "b", None), missing(30, "c", None)]


def test_known_places_are_not_told_again() -> None:
    replay = comparison("a", "b", known=(10,))
    replay.ask(key("new"))
    assert replay.beyond() == missing(20, "b", "new")
    assert replay.end() == []
    assert comparison("a", known=(10,)).is_over


def test_another_detail_under_the_same_name() -> None:
    starts = [Start(10, key("a"), "limit 3"), Start(20, key("b"), "limit 3"), Start(30, key("c"))]
    replay = Comparison(starts)
    assert replay.ask(key("a"), "limit 3") is None
    found = replay.ask(key("b"), "limit 0")
    assert found == Mismatch(20, key("b"), 'step.do "b" with limit 3', 'step.do "b" with limit 0')
    assert replay.ask(key("c"), "limit 0") is None
    assert Comparison(starts, known=(20,)).ask(key("b"), "limit 0") is None


def test_steps_in_words() -> None:
    assert describe(key("a", 2)) == 'step.do "a" (call 2)'
    assert describe(key("a", kind="sleep")) == 'step.sleep "a"'
    assert describe(key("a", kind="wait")) == 'step.waitForEvent "a"'


def test_a_step_that_was_found_instead_of_another_stands_in_its_place() -> None:
    starts = [Start(10, key("a")), Start(20, key("b")), Start(30, key("new"), instead_of=10)]
    replay = Comparison(starts, known=(10,))
    replay.ask(key("newer"))
    assert replay.beyond() == missing(30, "new", "newer")
    replay.ask(key("b"))
    assert replay.end() == []


def test_parallel_steps_that_take_the_places_of_others() -> None:
    replay = comparison("a", "b")
    for name in ("y", "z"):
        replay.ask(key(name))
    assert [replay.beyond(), replay.beyond()] == [missing(10, "a", "y"), missing(20, "b", "z")]
