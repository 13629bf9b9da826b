"""The token vectors of a generation's passages and their spans, a file for each document.

Owns the layout of those files, which are named by the SHA-256 of their bytes: row after row, the
spans (int32 [t, 2]), then the tokens (int8 [t, d]). A generation of FORMAT 4 has all documents in
one pair of files, and is read too.
Promise: a document that does not change is written once, however many generations hold it; what is
shared is what was written; what is read is compared, a row at a time, with the digest that its
generation has of it, by who reads it.
Nothing is mapped: of a question's hundred rows each is read (20 us), and memory stays small.
"""

import hashlib
import os
import shutil
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from index.embed import Encoded
from index.errors import damaged
from index.passage import Passage

FOLDER = "rows"
SPAN = 8  # bytes of a token's span
OLD_FILES = ("spans.int32", "tokens.int8")  # of FORMAT 4


class Rows:
    """The rows of one generation in `folder`, as its manifest names their files.

    `bounds`: the number of tokens before each row, and of all: int [n + 1].
    """

    def __init__(self, folder: Path, manifest: dict, starts: Sequence[int], bounds: np.ndarray):
        self.files: list[str] = manifest.get("rows", [])
        self._folder, self._bounds = folder, bounds
        self._dimensions = manifest["dimensions"]
        self._times: dict[str, int] = manifest.get("times", {})
        self.starts = [*starts, len(bounds) - 1] if "rows" in manifest else []
        if len(self.files) != max(len(self.starts) - 1, 0):
            raise damaged("its rows are of other documents")

    def read(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        """The tokens and spans of one row, unchecked. Raises `OSError`, `ValueError`."""
        first, last = int(self._bounds[row]), int(self._bounds[row + 1])
        count, width = last - first, SPAN + self._dimensions
        if self.files:
            number = self.document(row)
            before = first - int(self._bounds[self.starts[number]])
            file = self._folder / FOLDER / self.files[number]
            data = _bytes_of(file, before * width, count * width)
        else:
            data = b"".join(
                _bytes_of(self._folder / name, first * one, count * one)
                for name, one in zip(OLD_FILES, (SPAN, self._dimensions), strict=True)
            )
        spans = np.frombuffer(data, np.int32, 2 * count).reshape(count, 2)
        return np.frombuffer(data, np.int8, offset=SPAN * count).reshape(
            count, self._dimensions
        ), spans

    def file(self, row: int) -> str:
        """The file that holds the row, by its path in the generation."""
        return f"{FOLDER}/{self.files[self.document(row)]}" if self.files else OLD_FILES[1]

    def document(self, row: int) -> int:
        """Which of `files` holds the row."""
        return bisect_right(self.starts, row) - 1

    def whole(self, rows: np.ndarray) -> int | None:
        """The number of the document that these rows are, all of them in order, if they are one.

        Raises `StoreDamaged` where its file is not the one that was verified: it is read and
        compared where its time is another, for all of them are 75 kB a passage.
        """
        if not self.files or rows[0] < 0:
            return None
        number = self.document(rows[0])
        if not np.array_equal(rows, np.arange(self.starts[number], self.starts[number + 1])):
            return None
        name, file = self.files[number], self._folder / FOLDER / self.files[number]
        if file.stat().st_mtime_ns != self._times[name] and sha256_of(file) != name:
            raise damaged(f"{FOLDER}/{name} was altered")
        return number


def starts_of(passages: Sequence[Passage]) -> list[int]:
    """The first row of each document."""
    return [
        row
        for row, passage in enumerate(passages)
        if not row or passage.path != passages[row - 1].path
    ]


def write(folder: Path, rows: Iterable[Encoded]) -> str:
    """Write one document's rows into a generation's folder; returns the name of their file."""
    (folder / FOLDER).mkdir(exist_ok=True)
    digest, making = hashlib.sha256(), folder / FOLDER / "making"
    with making.open("wb") as stream:
        for row in rows:
            for part in parts_of(row):
                stream.write(part)
                digest.update(part)
    os.replace(making, folder / FOLDER / digest.hexdigest())
    return digest.hexdigest()


def parts_of(row: Encoded) -> tuple[memoryview, memoryview]:
    """The bytes of a row's spans and of its tokens."""
    return (
        np.ascontiguousarray(row.spans, np.int32).data.cast("B"),
        np.ascontiguousarray(row.tokens, np.int8).data.cast("B"),
    )


def share(before: Path, folder: Path, name: str) -> None:
    """Give `folder` a file of another generation: the same one, or a copy of it.

    There is a copy where the file system has no hard links. Raises `OSError`.
    """
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    if not (folder / name).exists():  # two documents of the same bytes
        try:
            os.link(before / name, folder / name)
        except OSError:
            shutil.copy2(before / name, folder / name)


def sha256_of(file: Path) -> str:
    """A file's SHA-256. Raises `OSError`."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _bytes_of(file: Path, first: int, size: int) -> bytes:
    with file.open("rb", buffering=0) as stream:
        stream.seek(first)
        return stream.read(size)
