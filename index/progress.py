"""Progress bars for a terminal, or lines for who asked for them. Owns tqdm.

Promise: nothing else is printed to a pipe or a file.
"""

import json
import threading
from collections.abc import Iterable
from typing import IO

from tqdm import tqdm

# tqdm's own lock is shared between processes: a run that is killed while it holds the lock would
# block every process that was forked from the same parent.
tqdm.set_lock(threading.RLock())
TOLD_EVERY = 0.5  # seconds
_listeners: list[IO[str]] = []


def tell(stream: IO[str] | None) -> None:
    """From now on the progress is told to the stream, instead of by a bar; None: by a bar again.

    A line is a JSON object: the `phase`, what is `done` and the `total`, null if that is unknown.
    """
    _listeners[:] = [stream] if stream else []


class _Told(tqdm):
    """A bar that is told, not drawn."""

    def display(self, msg: str | None = None, pos: int | None = None) -> bool:
        """Tell how far it is."""
        told = {"phase": self.desc, "done": self.n, "total": self.total}
        self.fp.write(f"{json.dumps(told)}\n")
        self.fp.flush()
        return True


def bar(phase: str, unit: str, items: Iterable | None = None, total: int | None = None) -> tqdm:
    """A bar on standard error with the phase and the time left.

    Advances as `items` are iterated over, or by `update(n)` up to `total`.
    """
    if _listeners:
        (stream,) = _listeners
        return _Told(
            items, desc=phase, total=total, file=stream, mininterval=TOLD_EVERY, miniters=1
        )
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
