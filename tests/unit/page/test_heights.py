"""Where rows of different heights stand, against adding them all up."""

from __future__ import annotations

from tests.unit.page.node import evaluate

MODULE = "static/js/base/heights.js"

AGAINST_SUMS = """
const heights = it.createHeights();
const plain = [];
let seed = value;
const random = (below) => ((seed = (seed * 1103515245 + 12345) % 2147483648), seed % below);
const wrong = [];
for (const count of [0, 1, 2, 1025, 37]) {
  plain.length = 0;
  heights.reset(count, (place) => (plain[place] = 1 + random(40)));
  for (let round = 0; round < 300; round += 1) {
    const place = random(plain.length + 1);
    const height = 1 + random(60);
    if (place === plain.length) { plain.push(height); heights.push(height); continue; }
    if (heights.set(place, height) !== height - plain[place]) wrong.push(["grown", place]);
    plain[place] = height;
  }
  let top = 0;
  plain.forEach((height, place) => {
    const at = [heights.at(top), heights.at(top + height - 0.5)];
    const found = [heights.offset(place), ...at, heights.get(place)];
    if (found.join() !== [top, place, place, height].join()) wrong.push([count, place, found]);
    top += height;
  });
  if (heights.total() !== top) wrong.push(["total", heights.total(), top]);
  if (heights.count() !== plain.length) wrong.push(["count", heights.count()]);
}
return wrong;
"""


def test_rows_stand_where_the_rows_before_them_end() -> None:
    assert evaluate(MODULE, AGAINST_SUMS, 7) == []


def test_outside_of_all_rows_is_the_nearest_one() -> None:
    body = (
        "const h = it.createHeights(); h.reset(3, () => 10); return [h.at(-5), h.at(0), h.at(29), h.at(99)];"
    )
    assert evaluate(MODULE, body) == [0, 0, 2, 2]
    assert evaluate(MODULE, "return it.createHeights().at(4);") == -1
