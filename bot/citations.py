"""How often each document was cited in an answer, and when last: citations.json in the store.

Promise: of an answer nothing is kept but the paths of what it cites, no user and no question; each
document counts once for each answer; several processes may count into one file; counting never
fails an answer. What was counted in the last minute goes with a process that is killed.
"""

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock

from bot.complaints import complain
from bot.records import Answer

EVERY = 60.0  # seconds between two writings
LOCK_TIMEOUT = 5  # seconds


class Cited(NamedTuple):
    """`times` a document was cited; `last`: the ISO day of the last time, "" for never."""

    times: int = 0
    last: str = ""


class Citations:
    """Counts what answers cite. Safe to use from several threads. `every`: seconds."""

    def __init__(self, store: Path, every: float = EVERY):
        self._file, self._every = store / "citations.json", every
        self._new, self._lock = Counter[str](), threading.Lock()
        self._timer: threading.Timer | None = None

    def counted(self, steps: Iterator[str | Answer]) -> Iterator[str | Answer]:
        """The steps of an answer as they come, the answer counted."""
        for step in steps:
            if isinstance(step, Answer):
                self._count(step)
            yield step

    def known(self) -> dict[str, Cited]:
        """What was counted by document, by every process that has written it."""
        self.write()
        try:
            return self._read()
        except OSError as error:
            complain(f"{self._file} cannot be read ({error}). Give the right to read it.")
            return {}

    def write(self) -> None:
        """Add what was counted here to the file."""
        with self._lock:
            new, self._new, self._timer = self._new, Counter(), None
        if not new:
            return
        try:
            with FileLock(f"{self._file}.lock", timeout=LOCK_TIMEOUT):
                known, today = self._read(), datetime.now(UTC).date().isoformat()
                for path, times in new.items():
                    known[path] = Cited(known.get(path, Cited()).times + times, today)
                making = self._file.with_name(f"{self._file.name}.{os.getpid()}")
                making.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
                os.replace(making, self._file)
        except OSError as error:
            with self._lock:
                self._new.update(new)
            complain(
                f"{self._file} cannot be written ({error}); citations are counted in memory. "
                "Make room or give the right to write there."
            )

    def _count(self, answer: Answer) -> None:
        paths = {citation.passage.path for citation in answer.citations}
        with self._lock:
            self._new.update(paths)
            if paths and self._timer is None:
                self._timer = threading.Timer(self._every, self.write)
                self._timer.daemon = True
                self._timer.start()

    def _read(self) -> dict[str, Cited]:
        """What the file says; one that is no such table counts for nothing. Raises OSError."""
        try:
            found = json.loads(self._file.read_bytes())
            return {path: Cited(int(times), str(last)) for path, (times, last) in found.items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            complain(f"{self._file} is damaged ({error}). Delete it: all is counted anew.")
            return {}
