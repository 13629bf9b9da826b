"""`python -m index --watch`: a run some seconds after the last change. Owns watchfiles.

Promise: no change is missed, those during a run included; each run is a process of its own with all
the promises of a run, and its memory goes with it; one that fails is tried again at the next
change, and after some minutes without one; the end of the watch ends the run under way, cleanly.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from index.errors import CorpusMissing

QUIET = 3.0  # seconds without a change after which a run begins
LATEST = 60.0  # seconds after which it begins where changes do not end
AGAIN = 300.0  # seconds after which a failed run is tried again without a change
DONE = (0, 1)  # exit codes of a run that indexed; 1: but for unreadable files
FAILED = {
    "en": "The run failed (exit code {code}); the old index still answers. The next one begins "
    "after the next change, or in 5 minutes.",
    "fr": "L'exécution a échoué (code {code}) ; l'ancien index répond toujours. La prochaine "
    "commencera après la prochaine modification, ou dans 5 minutes.",
}


def watch(
    corpus: Path,
    run: Callable[[], int],
    *,
    quiet: float = QUIET,
    again: float = AGAIN,
) -> None:
    """Call `run`, which returns an exit code, now and after changes in `corpus`, until interrupted.

    Raises `CorpusMissing` where the folder is not there, or no longer the one that is watched.
    """
    from watchfiles import watch as notified

    corpus = corpus.resolve()
    watched = _identity(corpus)
    first: float | None = None  # when the first change that was not indexed yet was seen
    due: float | None = time.monotonic()
    for changes in notified(
        corpus,
        watch_filter=None,
        rust_timeout=round(quiet * 250),
        yield_on_timeout=True,
        ignore_permission_denied=True,
    ):
        if _identity(corpus) != watched:
            raise _gone(corpus)
        now = time.monotonic()
        if any(_counts(Path(path), corpus) for _, path in changes):
            first = first or now
            due = min(now + quiet, first + LATEST)
        if due is None or now < due:
            continue
        first, due = None, None
        if run() not in DONE:
            due = time.monotonic() + again


def process_of(arguments: Sequence[str], language: str) -> Callable[[], int]:
    """A run of `python -m index` with these arguments, as `watch` calls it; says if it failed."""

    def run() -> int:
        command = [sys.executable, "-m", "index", *arguments]
        # In a session of its own a Ctrl-C reaches it once, from here.
        with subprocess.Popen(command, start_new_session=True) as process:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                with suppress(ProcessLookupError):
                    process.send_signal(signal.SIGINT)
                process.wait()
                raise
        if code not in DONE:
            print(FAILED[language].format(code=code), file=sys.stderr, flush=True)
        return code

    return run


def _counts(path: Path, corpus: Path) -> bool:
    """Can a change of this file change the index? Not that of a hidden or temporary one."""
    inside = path.relative_to(corpus) if path.is_relative_to(corpus) else path
    return not any(part.startswith((".", "~$")) for part in inside.parts)


def _identity(corpus: Path) -> tuple[int, int]:
    try:
        found = os.stat(corpus)
    except OSError as error:
        raise _gone(corpus) from error
    return found.st_dev, found.st_ino


def _gone(corpus: Path) -> CorpusMissing:
    return CorpusMissing(
        f"The folder {corpus} is not there, or another one is in its place. "
        "Put the documents there, then run: python -m index --watch"
    )
