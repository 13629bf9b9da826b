"""Measurements: evaluations, benchmarks and what they are compared with. Nothing that serves members imports it."""
