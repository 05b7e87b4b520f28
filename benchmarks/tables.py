"""Results as Markdown tables, as `docs/performance.md` has them."""

from __future__ import annotations

from typing import Any


def peers_table(result: dict[str, Any]) -> str:
    """A row per contender: runs per second at each number in flight, latency, CPU time and durability."""
    counts = [str(number) for number in result["rules"]["in_flight"]]
    middle = counts[len(counts) // 2]
    heads = [f"{number} in flight" for number in counts]
    lines = [
        f"| | {' | '.join(heads)} | p50 / p99 at {middle} | CPU a run at {middle} | memory | durable by |",
        "|---" * (len(heads) + 5) + "|",
    ]
    absent = []
    for score in result["contenders"].values():
        if score["not_measured"]:
            absent.append(f"not measured: {score['title']}: {score['not_measured']}")
        if not score["medians"]:
            continue
        cells = [_rate(score["medians"].get(number)) for number in counts]
        at = score["medians"].get(middle)
        rest = ["–", "–", "–"]
        if at is not None:
            latency = at["latency_ms"]
            rest = [
                f"{latency['p50']:g} / {latency['p99']:g} ms",
                f"{at['cpu_ms_per_run']:g} ms",
                f"{at['memory_mib']:,} MiB",
            ]
        name = score["title"] + (f" ({score['version']})" if score["version"] else "")
        lines.append(f"| {' | '.join([name, *cells, *rest, score['durability']])} |")
    where = result["machine"]
    load = f"load {where['load']} before, {result['load_after']} after"
    rules = f"{result['rules']['rounds']} rounds of {result['rules']['seconds']:g} s"
    about = f"{where['when']}, {where['cpus']} × {where['processor']}, {where['system']}; {rules}; {load}"
    return "\n".join([*lines, "", about, *absent])


def _rate(median: dict[str, Any] | None) -> str:
    if median is None:
        return "–"
    return f"{_short(median['runs_per_second'])}/s ({_short(median['least'])}–{_short(median['most'])})"


def _short(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def figures_table(result: dict[str, Any]) -> str:
    """A row per figure of the scale benchmarks, with its aim."""
    lines = ["| | | aim |", "|---|---|---|"]
    for figure in result["figures"]:
        aim = figure.get("aim") or ""
        lines.append(f"| {figure['name']} | {figure['shown']} | {aim} |")
    where = result["machine"]
    load = f"load {where['load']} before, {result['load_after']} after"
    about = f"{where['when']}, {where['cpus']} × {where['processor']}, {where['system']}; {load}"
    return "\n".join([*lines, "", about])
