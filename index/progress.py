"""How far a run is, for whoever waits at a terminal. Owns tqdm. Promise: on a pipe or in a log file nothing is printed."""

import threading
from collections.abc import Iterable

from tqdm import tqdm

# tqdm's own lock is also one between processes: a run that is killed while it holds it would stop every process forked beside it.
tqdm.set_lock(threading.RLock())


def bar(phase: str, unit: str, items: Iterable | None = None, total: int | None = None) -> tqdm:
    """A bar on standard error with the phase and the time left, for a loop over `items` or by `update(n)` up to `total`."""
    return tqdm(
        items,
        desc=phase,
        total=total,
        disable=None,
        leave=False,
        dynamic_ncols=True,
        delay=0.3,
        bar_format="{desc}: {percentage:3.0f} % |{bar}| {n_fmt} of {total_fmt} "
        + unit
        + ", {remaining} left",
    )
