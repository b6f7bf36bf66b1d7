"""Benchmarks, apart from the tests: ratios in one run, in CPU time of the process and its children."""
