"""Ratios against peers, measured interleaved in one run: ``python -m benchmarks [name …]``."""
