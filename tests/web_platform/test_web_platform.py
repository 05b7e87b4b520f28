"""The web platform, case by case: each passes, or is known to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from scripts import assets, web_platform
from tests.compiled import CACHE
from tests.web_platform.suite import Area, areas, outcomes, unexpected, verdict

AREAS = areas()
Outcomes = Mapping[str, str | None]


@pytest.fixture(scope="session")
def outcomes_of() -> Callable[[Area], Outcomes]:
    """What became of an area's cases; each area is run once."""
    assets.build()
    done: dict[str, Outcomes] = {}

    def run(area: Area) -> Outcomes:
        if area.name not in done:
            done[area.name] = asyncio.run(outcomes(area, CACHE))
        return done[area.name]

    return run


@pytest.mark.parametrize(
    ("area", "name"),
    [pytest.param(area, name, id=f"{area.name}: {name}") for area in AREAS for name in area.cases],
)
def test_a_case_passes_or_is_known_to_fail(
    outcomes_of: Callable[[Area], Outcomes], area: Area, name: str
) -> None:
    assert verdict(area, name, outcomes_of(area)) is None


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_what_runs_is_what_is_found_in_the_source(
    outcomes_of: Callable[[Area], Outcomes], area: Area
) -> None:
    assert sorted(outcomes_of(area)) == sorted(area.cases)
    assert area.known.keys() <= set(area.cases)


def test_the_page_s_table_is_up_to_date() -> None:
    assert web_platform.is_fresh(), "run scripts/web_platform.py"


SELF = Area(
    "self",
    """
function own(name, value) { test(name, () => assert_equals(value, 1)); }
test("passes", () => {});
test("throws", () => { throw new TypeError("no"); });
promise_test("rejects", async () => assert_true(1));
promise_test("waits", () => new Promise((resolve) => setTimeout(resolve, 1)));
own("one", 1);
own("tw\\u006f", 2);
test("no error", () => assert_throws_js(TypeError, () => 1));
test("another error", () => assert_throws_js(TypeError, () => { throw new RangeError("r"); }));
test("no exception", () => assert_throws_dom("AbortError", () => { throw new TypeError("t"); }));
test("arrays", () => assert_array_equals([1, [2]], [1, [3]]));
test("objects", () => assert_object_equals({ a: 1 }, { a: 1, b: undefined }));
promise_test("fulfilled", () => promise_rejects_js(TypeError, Promise.resolve(5)));
for (const name of ["dynamic"]) test(name, () => {});
""",
)


async def test_the_harness_tells_what_fails() -> None:
    found = await outcomes(SELF, CACHE)
    passed = [name for name, wrong in found.items() if wrong is None]
    assert passed == ["passes", "waits", "one", "dynamic"]
    assert (found["two"], found["objects"]) == ("it is 2, expected 1", 'it is {"a":1}, expected {"a":1}')
    assert found["another error"] == "RangeError: r was thrown, expected a TypeError"
    assert found["fulfilled"] == "it was fulfilled with 5"
    assert [line.split(": ")[1] for line in unexpected(SELF, found)] == [
        "throws", "rejects", "two", "no error", "another error", "no exception", "arrays", "objects",
        "fulfilled", "dynamic",
    ]  # fmt: skip
