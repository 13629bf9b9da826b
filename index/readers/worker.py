"""Calls a function in a process of its own, bounded in time and memory, restarted when it dies.

In: a name and bytes, often from a hostile file. Out: the JSON object that the function returns.
Promise: whatever the function does to its process (hangs, crashes, eats memory), the caller gets
`Unreadable` with the reason within the `Limits`, and the next call works. The process is kept
between calls: starting it takes half a second.
"""

import atexit
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from index.errors import TookTooLong, Unreadable

ROOT = str(Path(__file__).resolve().parents[2])
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from index.readers.worker import serve; serve(*sys.argv[2:])"
)
# Ends a process whose timer of processor time has run out; 0 where there is none (Windows).
ON_TIME_LIMIT = getattr(signal, "SIGPROF", 0)


@dataclass(frozen=True)
class Limits:
    """What one call may take. Windows bounds neither processor time nor memory: `wall` remains."""

    seconds: float = 60.0  # of processor time, which a busy machine leaves as it is: 619 pages, 26
    wall: float = 600.0  # seconds on the clock, the last resort against what sleeps
    memory: int = 2_000_000_000  # bytes of address space


class Worker:
    """A process that answers `ask` by calling `module.function(name, data)`.

    Starts on first use. Safe to share between threads.
    """

    def __init__(self, module: str, function: str, limits: Limits | None = None):
        self._target = (module, function)
        self._limits = limits or Limits()
        self._process: subprocess.Popen | None = None
        self._lock = threading.Lock()
        atexit.register(self.close)

    def ask(self, name: str, data: bytes) -> dict:
        """The function's answer.

        Raises `Unreadable` with its reason, or if the process died; `TookTooLong` for a limit of
        time.
        """
        with self._lock:
            process = self._running()
            late = threading.Event()

            def stop() -> None:
                late.set()
                process.kill()

            timer = threading.Timer(self._limits.wall, stop)
            timer.start()
            try:
                requests, answers = _pipes(process)
                requests.write(json.dumps([name, len(data)]).encode() + b"\n" + data)
                requests.flush()
                line = answers.readline()
            except OSError:
                line = b""
            finally:
                timer.cancel()
            if not line.endswith(b"\n"):
                self._end()
                raise self._why(process.returncode, late.is_set())
        answer = json.loads(line)
        if "unreadable" in answer:
            raise Unreadable(answer["unreadable"])
        return answer

    def close(self) -> None:
        """End the process; the next `ask` starts another."""
        with self._lock:
            self._end()

    def _why(self, code: int, late: bool) -> Unreadable:
        """The reason why the process ended before it had answered."""
        if late:
            return TookTooLong(f"reading it takes more than {self._limits.wall:g} seconds")
        if ON_TIME_LIMIT and code == -ON_TIME_LIMIT:
            return TookTooLong(
                f"reading it takes more than {self._limits.seconds:g} seconds of processor time"
            )
        return Unreadable(
            "reading it breaks the reader down; it may be damaged, or need too much memory"
        )

    def _running(self) -> subprocess.Popen:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    START,
                    ROOT,
                    *self._target,
                    json.dumps(asdict(self._limits)),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in _pipes(self._process):
                with suppress(OSError):  # nobody reads what was still to be written
                    pipe.close()
            self._process = None


def _pipes(process: subprocess.Popen) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin and process.stdout  # opened as pipes
    return process.stdin, process.stdout


def serve(module: str, function: str, limits: str) -> None:
    """The process's side: answer requests until the other end closes.

    Nothing but answers reaches its standard output.
    """
    bounds = Limits(**json.loads(limits))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the caller, which ends this
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    call = getattr(importlib.import_module(module), function)
    _bound_memory(bounds.memory)
    while header := sys.stdin.buffer.readline():
        name, size = json.loads(header)
        data = sys.stdin.buffer.read(size)
        _bound_processor_time(bounds.seconds)
        try:
            answer = call(name, data)
        except Unreadable as error:
            answer = {"unreadable": str(error)}
        del data
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()
        _bound_processor_time(0)


def _bound_processor_time(seconds: float) -> None:
    """End this process after so much more processor time, of all its threads; 0: never."""
    if ON_TIME_LIMIT:
        signal.signal(ON_TIME_LIMIT, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _bound_memory(most: int) -> None:
    # Where a system has no such bound, the time bound remains.
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
