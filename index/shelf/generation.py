"""A generation on disk, opened read-only: its passages, vectors and terms, searched and verified; the way to the one that serves.

Owns, with `store.py`, which writes them, the layout of a generation.
Promise: what is opened is what its manifest says, or `StoreDamaged`; a reader sees the flip at its next question; a
generation that is open in any process stays on the disk until the last question that uses it has ended.
"""

import hashlib
import json
import mmap
import os
import threading
import weakref
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from index.embed import Encoded
from index.errors import StoreDamaged, StoreMissing
from index.passage import AUDIENCES, Passage
from index.progress import bar
from index.shelf.holds import MANIFEST, hold
from index.shelf.lexical import Lexical
from index.shelf.vectors import Candidate, Vectors

FORMAT = 3  # raise it when the layout changes: older stores are then built anew


class Generation:
    """An opened generation, read-only. Rows count from 0 in the order of `passages`."""

    def __init__(self, folder: Path):
        self.name, self.folder = folder.name, folder
        self._opened: Vectors | None = None
        weakref.finalize(self, os.close, hold(folder))
        self.manifest = _manifest(folder)
        for name, size in self.manifest["sizes"].items():
            if not (folder / name).is_file() or (folder / name).stat().st_size != size:
                raise StoreDamaged(
                    f"The index is damaged ({name} is missing or has the wrong size). Run: python -m index --rebuild"
                )
        self.passages = tuple(_passages(folder))
        self.pooled = np.load(folder / "pooled.npy", mmap_mode="r")
        self._tokens = _rows_of(folder / "tokens.int8", np.int8, self.manifest["dimensions"])
        self._spans = _rows_of(folder / "spans.int32", np.int32, 2)
        self._bounds = np.load(folder / "bounds.npy")
        self._unreached = np.load(folder / "unreached.npy")
        self._headings, self._headed = (
            np.load(folder / "headings.npy", mmap_mode="r"),
            np.load(folder / "headed.npy"),
        )
        self._rows = {passage.id: row for row, passage in enumerate(self.passages)}
        self._opening = threading.Lock()

    @cached_property
    def _audiences(self) -> np.ndarray:
        return np.array([AUDIENCES.index(passage.audience) for passage in self.passages], np.int8)

    def visible(self, audiences: Sequence[str]) -> np.ndarray:
        """Which rows are for one of `audiences`: bool [n]."""
        return np.isin(self._audiences, [AUDIENCES.index(audience) for audience in audiences])

    @cached_property
    def _days(self) -> tuple[np.ndarray, np.ndarray]:
        """The first and the last day, ISO, that each passage's document may be of; "" for none."""
        dates = [passage.date for passage in self.passages]
        return np.array(dates, "U10"), np.array(
            [date and (date + "-99-99")[:10] for date in dates], "U10"
        )

    def within(self, since: str, until: str) -> np.ndarray:
        """Which rows are of documents dated between two ISO days, "" for an open end: bool [n]."""
        first, last = self._days
        return (last != "") & (last >= since) & (first <= (until or "9"))

    def of_kinds(self, kinds: Sequence[str]) -> np.ndarray:
        """Which rows are of documents of one of the kinds: bool [n]."""
        return np.isin(self._kinds, kinds)

    @cached_property
    def _kinds(self) -> np.ndarray:
        return np.array([passage.kind for passage in self.passages], "U12")

    @cached_property
    def lexical(self) -> Lexical:
        """The lexical side of the generation."""
        return Lexical.load(self.folder / "bm25")

    @property
    def _vectors(self) -> Vectors:
        """Opened at first use: an unchanged re-index does without Chroma's import."""
        with self._opening:
            if self._opened is None:
                self._opened = Vectors(self.folder / "chroma", self.manifest["audiences"])
            return self._opened

    def dense(self, vector: np.ndarray, k: int, audiences: Sequence[str]) -> list[Candidate]:
        """The k passages nearest to a unit vector [d] among those for `audiences`, nearest first."""
        found = {
            candidate.row: candidate
            for audience in audiences
            for candidate in self._vectors.nearest(vector, k, audience)
        }
        beside = self._unreached[
            np.isin(
                self._audiences[self._unreached],
                [AUDIENCES.index(audience) for audience in audiences],
            )
        ]
        found |= {
            row: Candidate(row, cosine)
            for row, cosine in zip(
                beside.tolist(), (self.pooled[beside] @ vector).tolist(), strict=True
            )
        }
        return sorted(found.values(), key=lambda candidate: (-candidate.cosine, candidate.row))[:k]

    def headed(self, vector: np.ndarray, k: int, visible: np.ndarray) -> list[int]:
        """The k rows of `visible` (bool [n]) whose headings are nearest to a unit vector [d], nearest first."""
        return best((self._headings @ vector)[self._headed], k, visible)

    def nearest_among(self, vector: np.ndarray, k: int, rows: np.ndarray) -> list[int]:
        """The k of `rows` (int [m]) nearest to a unit vector [d], nearest first. Compares with each: for a part of the generation."""
        return rows[best(self.pooled[rows] @ vector, k, np.ones(len(rows), bool))].tolist()

    def encoded(self, row: int) -> Encoded:
        """The vectors of one passage, as they were encoded."""
        first, last = self._bounds[row], self._bounds[row + 1]
        return Encoded(self.pooled[row], self._tokens[first:last], self._spans[first:last])

    def neighbours(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """The passages before and after it in its document; None where there is none, or where it is no longer in the index."""
        row = self._rows.get(passage.id)
        if row is None:
            return None, None
        beside = (
            self.passages[other] if 0 <= other < len(self.passages) else None
            for other in (row - 1, row + 1)
        )
        before, after = (
            other if other and other.path == passage.path else None for other in beside
        )
        return before, after

    def before(self, passage: Passage) -> Passage | None:
        """The passage before it in its document, or None."""
        return self.neighbours(passage)[0]

    def let_go(self) -> None:
        """Leave the mapped token vectors to the page cache, so that a process stays small however many passages it has read."""
        mapped = getattr(self._tokens.base, "_mmap", None)  # an index of no passage maps nothing
        if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
            mapped.madvise(mmap.MADV_DONTNEED)

    def verify(self) -> None:
        """Check every byte and row against the manifest, and that Chroma finds the passages. Raises `StoreDamaged`."""
        rows = len(self.passages)
        if (self.manifest["passages"], len(self.pooled), len(self._bounds) - 1) != (
            rows,
        ) * 3 or self._bounds[-1] != len(self._tokens):
            raise StoreDamaged(
                "The index is damaged (its parts do not count the same passages). Run: python -m index --rebuild"
            )
        for name, digest in self.manifest["sha256"].items():
            with (self.folder / name).open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                    raise StoreDamaged(
                        f"The index is damaged ({name} was altered). Run: python -m index --rebuild"
                    )
        for audience in AUDIENCES:
            if self._vectors.rows(audience) != set(
                np.flatnonzero(self._audiences == AUDIENCES.index(audience)).tolist()
            ):
                raise StoreDamaged(
                    "The index is damaged (its vectors are of other passages). Run: python -m index --rebuild"
                )
        with bar("Verifying", "passages", total=rows) as progress:
            lost = set(self._vectors.unreached(self.pooled, progress.update)) - set(
                self._unreached.tolist()
            )
        if lost:
            raise StoreDamaged(
                f"The index is damaged ({len(lost)} passages are not found by their own vectors). Run: python -m index --rebuild"
            )


def best(scores: np.ndarray, k: int, allowed: np.ndarray) -> list[int]:
    """The k places of `allowed` (bool [n]) with the highest scores [n], highest first, equal ones in order; without sorting all."""
    places = np.flatnonzero(allowed)
    if len(places) > k:
        places = places[np.argpartition(-scores[places], k)[:k]]
    return places[np.lexsort((places, -scores[places]))].tolist()


class Shelf:
    """The way to the serving generation: `current()` opens it, and opens the next one once the pointer has moved."""

    def __init__(self, store: Path):
        self.store = store
        self._open: Generation | None = None
        self._opening = threading.Lock()

    def current(self) -> Generation:
        """The generation that serves now. Raises `StoreMissing` or `StoreDamaged`. Safe to call from several threads."""
        while True:
            name = serving(self.store)
            if name is None:
                raise StoreMissing(f"There is no index in {self.store} yet. Run: python -m index")
            opened = self._open
            if opened is not None and opened.name == name:
                return opened
            try:
                return self._opened(name)
            except StoreDamaged:
                if (
                    serving(self.store) == name
                ):  # else it was swept between the look at the pointer and the opening
                    raise

    def _opened(self, name: str) -> Generation:
        with (
            self._opening
        ):  # questions of other threads wait for the one opening, rather than open it each
            if self._open is None or self._open.name != name:
                self._open = Generation(folder_of(self.store, name))
            return self._open


def serving(store: Path) -> str | None:
    """The name of the generation that serves, or None."""
    try:
        name = (store / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreDamaged(
            f"The index's pointer {store / 'current'} cannot be read ({error}). Run: python -m index --rebuild"
        ) from error
    if not name or "/" in name or "\\" in name or name.startswith("."):
        raise StoreDamaged(
            f"The index's pointer {store / 'current'} is damaged. Run: python -m index --rebuild"
        )
    return name


def folder_of(store: Path, name: str) -> Path:
    """Where a store keeps the generation called `name`."""
    return store / "generations" / name


def _manifest(folder: Path) -> dict:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreDamaged(
            f"The index is damaged (no readable manifest in {folder}). Run: python -m index --rebuild"
        ) from error
    if manifest.get("format") != FORMAT:
        raise StoreDamaged(
            "The index was made by another version of Plaidoyer. Run: python -m index"
        )
    return manifest


def _passages(folder: Path) -> Iterable[Passage]:
    with (folder / "passages.jsonl").open(encoding="utf-8") as stream:
        for line in stream:
            fields = json.loads(line)
            yield Passage(
                **fields
                | {"topics": tuple(fields["topics"]), "headings": tuple(fields["headings"])}
            )


def _rows_of(file: Path, dtype: type, width: int) -> np.ndarray:
    """A raw file of rows, memory-mapped (as a plain array, whose slices cost less); an empty file cannot be mapped."""
    return (
        np.memmap(file, dtype, mode="r").reshape(-1, width).view(np.ndarray)
        if file.stat().st_size
        else np.empty((0, width), dtype)
    )
