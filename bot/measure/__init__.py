"""Measurements: evaluations, benchmarks, and what they compare with. The app imports none of it."""
