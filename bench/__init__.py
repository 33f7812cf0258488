"""Measures Workings against a bare relay: `make bench`, and `python -m bench.kill`."""
