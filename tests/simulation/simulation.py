"""A whole engine in virtual time, with faults that the seed chooses.

    python -m tests.simulation SEED [SEED ...]

A simulation is one seed: it makes up workflows, callers and faults, lives through crash after crash, and
ends with a life without faults in which everything must come to its end.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from random import Random

from tests.simulation.checks import check
from tests.simulation.disk import Disk
from tests.simulation.life import Life
from tests.simulation.virtual_time import VirtualTime
from tests.simulation.world import Violated, World

_MOST_LIVES = 7


@dataclass(frozen=True, slots=True)
class Report:
    """What a simulation came to. `digest` is the same whenever the seed is."""

    seed: int
    lives: int
    entries: int
    virtual_s: float
    real_s: float
    digest: str


class SeedFailed(AssertionError):
    """The promise that the seed's simulation broke, and how to see it again."""


def simulate(seed: int) -> Report:
    """Run the simulation of `seed`. Raises `SeedFailed` where a promise is broken."""
    random = Random(seed)
    disk = Disk()
    began = time.perf_counter()
    try:
        world = World(random, disk, random.choice((1, 2, 3, 5, 8, 30 if seed % 10 == 0 else 4)))
        virtual = VirtualTime()
        lives = 1
        while not Life(random, world, virtual, calm=lives >= _MOST_LIVES).live():
            lives += 1
            virtual.seconds += random.choice((0.0, 0.5, 30.0, 3600.0))
        check(world)
        return Report(
            seed,
            lives,
            len(world.disk.rows("SELECT 1 FROM entries")),
            virtual.seconds,
            time.perf_counter() - began,
            _digest(world),
        )
    except (Exception, Violated) as error:
        raise SeedFailed(
            f"seed {seed}: {error}\nto see it again: python -m tests.simulation {seed}"
        ) from error
    finally:
        disk.close()


def _digest(world: World) -> str:
    digest = hashlib.sha256()
    for row in world.disk.rows("SELECT instance_key, seq, time, type, data FROM entries ORDER BY position"):
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()
