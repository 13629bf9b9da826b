"""Runs of `python -m index` that are begun at the desk, each a process of its own.

Owns the files `runs/WHAT.jsonl` of the store: who began the run, and what its process printed (its
progress, then its report). Promise: one run of a kind at a time, whichever process begins it; the
process holds the lock of its file until it ends, however it ends, so that every desk sees whether
it goes on; it outlives who began it. What it does to the index has all the promises of a run.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from index.embed import recorded_name
from index.errors import RunUnderWay, StoreUnwritable
from index.settings import BUNDLED, PREFIX, IndexSettings
from index.shelf.store import manifest_of, serving

if sys.platform == "win32":
    fcntl, LOOKING, RUNNING = None, 0, 0
else:
    import fcntl

    LOOKING, RUNNING = fcntl.LOCK_SH, fcntl.LOCK_EX

COMMAND = (sys.executable, "-m", "index")
KINDS = {"check": ("--check",), "index": ()}  # its own arguments
FOLDER = "runs"
TRIES, BETWEEN = 20, 0.05  # of locking a run's file, and the seconds between two of them
LARGEST = 50_000_000  # bytes of what is read of a run's file
ROOT = str(Path(__file__).resolve().parents[1])


@dataclass(frozen=True)
class Run:
    """A run: who began it and when, what it is about, and how it ended.

    `begun`: ISO 8601; `seconds`: since then, or that it took; `total` and `done` count what its
    `phase` is about, 0 where that is unknown. `report`: as `Report.as_json`, None where the run
    did not come to it; `said`: what it said instead.
    """

    by: str
    begun: str
    under_way: bool
    seconds: float
    phase: str = ""
    done: int = 0
    total: int = 0
    report: dict | None = None
    said: str = ""


class Runs:
    """The runs on the settings' store. `command`: what begins one, but for its arguments."""

    def __init__(self, settings: IndexSettings, command: Sequence[str] = COMMAND):
        self._settings, self._command = settings, command
        self._folder = settings.store.absolute() / FOLDER

    def begin(self, what: str, by: str) -> None:
        """Begin a run of one of KINDS. Raises `RunUnderWay`, `StoreUnwritable`."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._file(what), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "r+b", buffering=0) as stream:
                self._begin(what, by, stream)
        except OSError as error:
            raise StoreUnwritable(
                f"No run was begun, for {self._folder} could not be written ({error}). "
                "Make room or give the right to write there, then try again."
            ) from error

    def last(self, what: str) -> Run | None:
        """The last run of its kind, which may be under way; None where there was none."""
        try:
            with self._file(what).open("rb") as stream:
                under_way = not _lock(stream, LOOKING)
                _unlock(stream)
                lines, ended = stream.read(LARGEST).splitlines(), os.fstat(stream.fileno()).st_mtime
        except OSError:
            return None
        return _run(lines, under_way, time.time() if under_way else ended)

    def _file(self, what: str) -> Path:
        return self._folder / f"{what}.jsonl"

    def _begin(self, what: str, by: str, stream: IO[bytes]) -> None:
        tries = 0
        while not _lock(stream, RUNNING):  # by a run, or for a moment by who looks whether one is
            tries += 1
            if tries == TRIES:
                raise RunUnderWay("A run is under way. Begin another once it has ended.")
            time.sleep(BETWEEN)
        stream.truncate(0)
        begun = {"by": by, "begun": datetime.now(UTC).isoformat(timespec="seconds")}
        stream.write(f"{json.dumps(begun)}\n".encode())
        # Its own copy of the file keeps the lock. In a session of its own it outlives this process.
        process = subprocess.Popen(
            [*self._command, *KINDS[what], *self._arguments()],
            cwd=ROOT,
            env=os.environ | self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
        threading.Thread(target=process.wait, name="run", daemon=True).start()  # no zombie

    def _arguments(self) -> list[str]:
        settings = self._settings
        folders = ("--corpus", settings.corpus.absolute(), "--store", settings.store.absolute())
        told = ("--keep", settings.keep, "--json", "--verbose", "--progress")
        return [str(argument) for argument in (*folders, *told)]

    def _environment(self) -> dict[str, str]:
        """The embedder that the settings name, else the one that made the index that serves."""
        settings = self._settings
        embedder = settings.embedder
        if not embedder and (name := serving(settings.store)):
            made_by = manifest_of(settings.store, name).get("embedder", "")
            embedder = BUNDLED if made_by == recorded_name(BUNDLED) else made_by
        return {f"{PREFIX}EMBEDDER": embedder, f"{PREFIX}OCR": settings.ocr}


def _lock(stream: IO[bytes], kind: int) -> bool:
    """Lock the open file; False where another holds it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(stream, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unlock(stream: IO[bytes]) -> None:
    if fcntl is not None:
        fcntl.flock(stream, fcntl.LOCK_UN)


def _run(lines: Sequence[bytes], under_way: bool, now: float) -> Run | None:
    told = [found for line in lines if isinstance(found := _object(line), dict)]
    if not told or "begun" not in told[0]:
        return None
    begun = told[0]["begun"]
    progress = next((one for one in reversed(told) if "phase" in one), {})
    report = next((one for one in told if "generation" in one), None)
    said = [line.decode(errors="replace").strip() for line in lines if _object(line) is None]
    return Run(
        told[0]["by"],
        begun,
        under_way,
        max(0.0, now - datetime.fromisoformat(begun).timestamp()),
        progress.get("phase", ""),
        progress.get("done", 0),
        progress.get("total") or 0,
        report,
        next((line for line in reversed(said) if line), ""),
    )


def _object(line: bytes) -> object:
    with suppress(ValueError, RecursionError):
        return json.loads(line)
    return None
