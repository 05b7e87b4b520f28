"""`python -m tests.simulation SEED [SEED ...]`: run the simulations of these seeds."""

from __future__ import annotations

import sys

from tests.simulation.simulation import simulate

for seed in map(int, sys.argv[1:]):
    report = simulate(seed)
    print(
        f"seed {seed}: {report.entries} entries in {report.lives} lives, {report.virtual_s:.0f} s in "
        f"{report.real_s:.2f} s, {report.digest[:16]}"
    )
