"""A program that is many tenants at once, each with one run that spins; it prints what they fail of."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tests.live.elsewhere import give_way
from tests.live.workflows import workflow
from tests.live.working import Wire, last_status

LATE: Final = "start_timeout"
"""A busy machine may not come to all of them within the 30 s that a start may take."""
SPIN: Final = workflow("await step.do('spin', async () => { for (;;) {} });")


def spin(port: int) -> str:
    """Start the run as a tenant who was never there; the name of its error, or `LATE`."""
    wire = Wire(port)
    try:
        answer = wire.ask("POST", "/api/run", json.dumps({"source": SPIN}).encode())
        run = json.loads(answer)["runId"]
        error = last_status(wire.ask("GET", f"/api/stream/{run}").decode())["error"]
        return str(error["name"])
    except AssertionError as error:
        if LATE not in str(error):
            raise
        return LATE
    finally:
        wire.close()


def main() -> None:
    """Arguments: the server's port, and how many."""
    give_way()
    port, tenants = int(sys.argv[1]), int(sys.argv[2])
    with ThreadPoolExecutor(tenants) as threads:
        print("\n".join(threads.map(spin, [port] * tenants)))


if __name__ == "__main__":
    main()
