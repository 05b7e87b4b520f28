"""Floor 0: ids, clock, durations, values, errors, ports and faults, from the standard library (and msgspec for JSON)."""
