"""The same workflow on this project and on what a user might take instead, in one run on one machine.

Every contender is a program of its own, `benchmarks.peers.<name>`, that the contest starts with the Python
that has the contender's packages, and that is asked for measurements over its standard input and output
(`driver`). Those programs import nothing of this project but `benchmarks`.
"""
