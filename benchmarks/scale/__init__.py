"""Many steps, many waiting, many asleep: what grows with numbers, and whether it should."""
