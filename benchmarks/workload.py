"""The workflow that every run of the benchmark sends, and what must come back."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

SOURCE = """\
import { WorkflowEntrypoint } from 'cloudflare:workers';

const SALT = %d;

export class TenantWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const { name, items, factor } = event.payload;
    const sum = await step.do('sum', async () => items.reduce((total, item) => total + item, 0));
    const scaled = await step.do('scale', async () => ({ value: sum * factor + SALT }));
    const line = await step.do('describe', async () => `${name}: ${scaled.value}`);
    return { sum, scaled: scaled.value, line };
  }
}

export default {
  async fetch(request, env) {
    const { id, payload } = await request.json();
    const instance = await env.WORKFLOWS.create({ id, params: payload });
    return Response.json({ id: await instance.id, status: await instance.status() });
  },
};
"""


@dataclass(frozen=True, slots=True)
class Job:
    """The body of one POST /api/run and the output that its run must end with."""

    body: bytes
    output: dict[str, Any]


class Workload:
    """Jobs that differ from each other: payloads always, the code unless `same_source`.

    The salt of the source is part of the output, so that code served from a cache for another run is noticed.
    """

    def __init__(self, *, same_source: bool = False, seed: int | None = None) -> None:
        self._random = random.Random(seed)
        self._same_source = same_source
        self._count = 0
        self._first_salt = self._random.randrange(10**9)

    def job(self) -> Job:
        """Make the next job."""
        self._count += 1
        salt = self._first_salt + (0 if self._same_source else self._count)
        items = [self._random.randrange(1000) for _ in range(8)]
        factor = self._random.randrange(2, 100)
        name = f"run № {self._count}"
        total = sum(items)
        value = total * factor + salt
        payload = {"name": name, "items": items, "factor": factor}
        body = json.dumps({"source": SOURCE % salt, "payload": payload}, ensure_ascii=False).encode()
        return Job(body, {"sum": total, "scaled": value, "line": f"{name}: {value}"})
