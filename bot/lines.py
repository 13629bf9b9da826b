"""Files of JSON lines that several processes append to. Owns their locks.

Promise: a line that a crash left unfinished spoils no other, no symbolic link is followed, and no
file grows past LARGEST.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

LARGEST = 50_000_000  # bytes of a file: no member can fill the disk
LOCK_TIMEOUT = 5  # seconds


def append(file: Path, entry: dict) -> None:
    """Append the entry as an object, its `time` first.

    Raises OSError (filelock's Timeout among them) and UnicodeError.
    """
    timed = {"time": datetime.now(UTC).isoformat(timespec="seconds"), **entry}
    line = f"{json.dumps(timed, ensure_ascii=False)}\n".encode()
    with FileLock(f"{file}.lock", timeout=LOCK_TIMEOUT):
        _write(file, line)


def _write(file: Path, line: bytes) -> None:
    """Append the line, after the end of one that was left unfinished. Raises OSError."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
    with os.fdopen(os.open(file, flags, 0o600), "r+b", buffering=0) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size and os.pread(stream.fileno(), 1, size - 1) != b"\n":
            line = b"\n" + line
        if size + len(line) > LARGEST:
            raise OSError(f"it has reached {LARGEST} bytes; move it away")
        if stream.write(line) != len(line):
            raise OSError("the line was not written whole; make room on the disk")


def entries(file: Path) -> list[dict]:
    """The objects of the file, oldest first; none for a missing file. Raises OSError.

    What is no JSON object (a line cut by a crash) is passed over.
    """
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    return [entry for line in lines if (entry := _entry(line)) is not None]


def _entry(line: bytes) -> dict | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None
