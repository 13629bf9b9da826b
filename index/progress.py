"""Progress bars for a terminal. Owns tqdm. Promise: nothing is printed to a pipe or a file."""

import threading
from collections.abc import Iterable

from tqdm import tqdm

# tqdm's own lock is shared between processes: a run that is killed while it holds the lock would
# block every process that was forked from the same parent.
tqdm.set_lock(threading.RLock())


def bar(phase: str, unit: str, items: Iterable | None = None, total: int | None = None) -> tqdm:
    """A bar on standard error with the phase and the time left.

    Advances as `items` are iterated over, or by `update(n)` up to `total`.
    """
    return tqdm(
        items,
        desc=phase,
        total=total,
        disable=None,
        leave=False,
        dynamic_ncols=True,
        delay=0.3,
        bar_format="{desc}: {percentage:3.0f} % |{bar}| {n_fmt} of {total_fmt} "
        f"{unit}, {{remaining}} left",
    )
