"""The nearest passages to a vector: those of a graph, and the few beside it, one by one.

The graph may have been made for an earlier generation: `places` says which of its vectors are
passages now. New passages, and those that a search in it misses, are compared singly.
Promise: a passage that was removed, or is for others now, is found by nobody; every other one is
found by its own vector; the database is used only as a checked copy of this process's own, or
read in its server.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from index.errors import StoreDamaged, StoreUnwritable, VectorsUnreachable, damaged
from index.passage import AUDIENCES
from index.progress import bar
from index.shelf.rows import sha256_of
from index.shelf.vectors import Candidate, Server, Vectors, server_of

FOLDER = "chroma"
PLACES, UNREACHED = "places.npy", "unreached.npy"


class Graph:
    """The graph of one generation in `folder`. `places` int [m]: rows, -1 for no passage any more.

    `pooled` [n, d] and `audiences` int [n] are the passages'. `unreached`: the rows beside it;
    `files`: the SHA-256 of those that it may share, by their path in the generation.
    """

    def __init__(self, folder: Path, manifest: dict, pooled: np.ndarray, audiences: np.ndarray):
        self.folder, self._pooled, self._audiences = folder, pooled, audiences
        self.files = {
            name: digest
            for name, digest in manifest["sha256"].items()
            if name.startswith(f"{FOLDER}/")
        }
        self.sizes: dict[str, int] = manifest.get("graph", manifest["audiences"])
        self.unreached = np.load(folder / UNREACHED)
        if PLACES in manifest["sizes"]:
            self.places = np.load(folder / PLACES)
        else:  # FORMAT 4: a graph of its own
            self.places = np.arange(len(pooled), dtype=np.int32)
        self._opened: Vectors | None = None
        self._opening = threading.Lock()

    def nearest(self, vector: np.ndarray, k: int, audiences: Sequence[int]) -> list[Candidate]:
        """The k passages for `audiences` (places in AUDIENCES), nearest first."""
        found = {
            candidate.row: candidate
            for number in audiences
            for candidate in self._in_graph(vector, k, AUDIENCES[number])
        }
        cosines = self._beside @ vector
        for place in best(cosines, k, np.isin(self._audiences[self.unreached], audiences)):
            row = int(self.unreached[place])
            found[row] = Candidate(row, float(cosines[place]))
        return sorted(found.values(), key=lambda candidate: (-candidate.cosine, candidate.row))[:k]

    @cached_property
    def _beside(self) -> np.ndarray:
        return self._pooled[self.unreached]  # a tenth of all at most: `making.BESIDE`

    def _in_graph(self, vector: np.ndarray, k: int, audience: str) -> list[Candidate]:
        """The k nearest that the graph holds, past those that are no passages any more."""
        wanted = k
        while True:
            found = self._vectors.nearest(vector, wanted, audience)
            rows = self.places[[candidate.row for candidate in found]].tolist()
            alive = [
                Candidate(row, candidate.cosine)
                for row, candidate in zip(rows, found, strict=True)
                if row >= 0
            ]
            if len(alive) >= k or len(found) < wanted:
                return alive[:k]
            wanted *= 2

    @property
    def _vectors(self) -> Vectors:
        """Opened at first use: a re-index of few documents does without Chroma's import."""
        with self._opening:
            if self._opened is None:
                copy = self._copy()
                drop = partial(shutil.rmtree, copy, ignore_errors=True)
                try:
                    self._opened = Vectors(copy / FOLDER, self.sizes, drop)
                except VectorsUnreachable:  # it is opened anew at the next question
                    drop()
                    raise
            return self._opened

    def _copy(self) -> Path:
        """A checked copy of Chroma's database, for this process alone.

        Chroma writes to its files when it opens them: what it had opened could not be checked, and
        they may be those of several generations.
        """
        try:
            copy = Path(tempfile.mkdtemp(prefix="opened-", dir=self.folder))
            shutil.copytree(self.folder / FOLDER, copy / FOLDER)
        except OSError as error:
            raise StoreUnwritable(
                f"The index's vectors cannot be copied in {self.folder} ({error}). "
                "Make room or give the right to write there"
            ) from error
        try:
            with loading():
                for name, digest in self.files.items():
                    if sha256_of(copy / name) != digest:
                        raise damaged(f"{name} was altered")
        except StoreDamaged:
            shutil.rmtree(copy, ignore_errors=True)
            raise
        return copy

    @property
    def server(self) -> Server | None:
        """The server that has its vectors, if one has. Raises `StoreDamaged`."""
        return server_of(self.folder / FOLDER)

    def reach(self) -> None:
        """Open and close its vectors where they are in a server.

        Raises `StoreDamaged`, `VectorsUnreachable`.
        """
        if self.server:
            Vectors(self.folder / FOLDER, self.sizes).close()

    def verify(self) -> None:
        """Check that it holds the passages that it should, and leads to each that is not beside it.

        Raises `StoreDamaged`.
        """
        held: list[int] = []
        for number, audience in enumerate(AUDIENCES):
            rows = self.places[sorted(self._vectors.places(audience))]
            rows = rows[rows >= 0]
            if (self._audiences[rows] != number).any():
                raise damaged("its vectors are of other passages")
            held += rows.tolist()
        self._verify_covered(np.array(held, int))
        with bar("Verifying", "passages", total=len(held)) as progress:
            missed = set(self._vectors.unreached(self._pooled, self.places, progress.update))
        if lost := missed - set(self.unreached.tolist()):
            raise damaged(f"{len(lost)} passages are not found by their own vectors")

    def verify_places(self, before: "Graph") -> None:
        """Check the same by a generation with the very same graph, which was checked.

        Raises `StoreDamaged`.
        """
        here = np.flatnonzero(self.places >= 0)
        ours, theirs = self.places[here], before.places[here]
        self._verify_covered(ours)
        if not (
            (theirs >= 0).all()
            and np.array_equal(self._audiences[ours], before._audiences[theirs])
            and np.array_equal(self._pooled[ours], before._pooled[theirs])
            and np.isin(ours[np.isin(theirs, before.unreached)], self.unreached).all()
        ):
            raise damaged("its vectors are of other passages")

    def _verify_covered(self, held: np.ndarray) -> None:
        """Check that each passage is in the graph, once at most, or beside it."""
        covered = np.zeros(len(self._pooled), bool)
        covered[held] = covered[self.unreached] = True
        if len(np.unique(held)) != len(held) or not covered.all():
            raise damaged("its vectors are of other passages")


def as_written(sharing: Sequence[Graph]) -> tuple[list[str], np.ndarray]:
    """The audience and the vector [m, d] of each place of a database that these graphs share.

    A place where none of them has a passage any more has any vector, in a collection that lacks
    one: it counts in `sizes`, and nobody finds it.
    """
    (first, *_), places = sharing, len(sharing[0].places)
    numbers, pooled = np.full(places, -1), first._pooled[np.arange(places) % len(first._pooled)]
    for graph in sharing:
        here = np.flatnonzero(graph.places >= 0)
        rows = graph.places[here]
        numbers[here], pooled[here] = graph._audiences[rows], graph._pooled[rows]
    held = [int((numbers == number).sum()) for number in range(len(AUDIENCES))]
    lacking = [first.sizes[audience] - held[one] for one, audience in enumerate(AUDIENCES)]
    numbers[numbers < 0] = np.repeat(np.arange(len(AUDIENCES)), lacking)
    return [AUDIENCES[number] for number in numbers], pooled


def best(scores: np.ndarray, k: int, allowed: np.ndarray) -> list[int]:
    """The k places of `allowed` (bool [n]) with the highest scores [n].

    Highest first, equal ones in order; not all are sorted.
    """
    places = np.flatnonzero(allowed)
    if len(places) > k:
        places = places[np.argpartition(-scores[places], k)[:k]]
    return places[np.lexsort((places, -scores[places]))].tolist()


@contextmanager
def loading() -> Iterator[None]:
    """Whatever cannot be read of an index is a `StoreDamaged`."""
    try:
        yield
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        EOFError,
        RecursionError,
    ) as error:
        raise damaged(f"{type(error).__name__}: {error}") from error
