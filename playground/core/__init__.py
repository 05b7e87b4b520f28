"""Floor 0: ids, clock, durations, values, errors, ports and faults.

From the standard library alone, but for msgspec, which reads and writes JSON.
"""
