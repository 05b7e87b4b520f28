"""Several tabs of one session, typed into, cut off, closed and opened again in any order: no word is lost.

Each word that somebody types is one of its own, and nobody deletes any. At every moment each of them is in
some tab, on the server, among the versions, or in the browser's storage; and when the network is back and all
conflicts are decided, all tabs show what the server has. `DRAFT_SEEDS` (100) says how many lives are played.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.unit.page.node import evaluate

SEEDS = int(os.environ.get("DRAFT_SEEDS", "100"))
STEPS = 120
LIFE = (Path(__file__).parent / "draft_life.js").as_uri()
PLAY = """
const { live } = await import(value.life);
const ends = [];
for (let seed = 0; seed < value.seeds; seed += 1) ends.push(await live(it.createDraft, seed, value.steps));
return ends;
"""


def test_no_word_is_ever_lost() -> None:
    ends = evaluate("static/js/code/draft.js", PLAY, {"life": LIFE, "seeds": SEEDS, "steps": STEPS})
    assert len(ends) == SEEDS
    for seed, end in enumerate(ends):
        assert end["lost"] == [], f"seed {seed}"
        assert end["apart"] == 0, f"seed {seed}"
    assert sum(end["conflicts"] for end in ends) > SEEDS  # otherwise nothing was tried
    assert sum(end["typed"] for end in ends) > 30 * SEEDS
