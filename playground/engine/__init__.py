"""Floor 2: durable execution. Knows nothing of tenants, isolates and HTTP.

An instance is an append-only log (`entries.py` says of what); its status, its checklist and its replay are
folds of it. Deciding is pure (`retry.py`, `history.py`, `events.py`, `gate.py`, `view.py`), acting is thin
(`step_do.py`, `step_wait.py`,
`runner.py`). Any object with `async run(event, step)` is a runner.

A runner that computes elsewhere may run ahead (`ahead.py`): it answers what history holds itself, begins
callbacks before they are taken down, and goes on with results before they are durable. The log hears of all
that in order, many entries a commit; and nothing that depends on it leaves the runner's wall before it is
durable. Runners in this process are given no such gate, and each of their steps is durable before and after.

Designs that were not taken:

* A table row per step instead of a log. The order of completions, which replay must repeat, is in no row;
and the page's stream of what happened would be a second truth beside it.
* Keeping every unfinished instance in memory. A sleep of a month would cost memory for a month, and a
restart all of it at once.
* Journaling `Date.now()` and random numbers. They follow from the log (time of the last completion, a seed
per instance).
"""
