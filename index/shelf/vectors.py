"""Pooled vectors of passages in Chroma, a collection for each audience. Owns chromadb.

Promise: what a reader may not see is in another collection; `unreached` names the passages that the
graph does not find by their own vector; an emptied or altered database is `StoreDamaged`.
Nearest neighbours by HNSW: Malkov & Yashunin 2018, "Efficient and Robust Approximate Nearest
Neighbor Search Using Hierarchical Navigable Small World Graphs".
"""

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.errors import damaged
from index.passage import AUDIENCES, Passage

BATCH = 5_000  # rows of one insert; Chroma takes 5,461 at most
QUERY = 1_000  # vectors of one query
NEAREST = 10  # a passage counts as reached if it is among this many nearest to its own vector
SAME = 0.001  # cosine distance up to which two vectors count as equal, float32
# Twice Chroma's default links and candidates: of 100,000 vectors in tight clusters 0.7 % were not
# found by their own vector with the defaults, 0.05 % with these.
HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}


@dataclass(frozen=True)
class Candidate:
    """A passage's row in its generation, or its place, and its cosine with the question."""

    row: int
    cosine: float


class Vectors:
    """The vectors of a database, opened read-only. Ids are their places, as text.

    That is, the rows of the passages of the generation that they were written for.
    """

    def __init__(
        self, folder: Path, sizes: Mapping[str, int], closed: Callable[[], object] = lambda: None
    ):
        """Open the database in `folder`; its collections must hold `sizes` vectors.

        `closed` is called once it has been closed. Raises `StoreDamaged`.
        """
        self._sizes = sizes
        with _reading():
            client = _client(folder)
            # Closed once the last question that uses this generation has ended.
            self.close = weakref.finalize(self, _close, client, closed)
            self._collections = {
                audience: client.get_collection(audience, embedding_function=None)
                for audience in AUDIENCES
            }
            counts = {name: found.count() for name, found in self._collections.items()}
        if counts != sizes:  # an emptied database opens without complaint
            raise damaged(f"its vectors count {counts}")

    def nearest(self, vector: np.ndarray, k: int, audience: str) -> list[Candidate]:
        """The at most k passages nearest to a unit vector [d], as the graph finds them."""
        size = self._sizes[audience]
        if not size:
            return []
        with _reading():
            answer = self._collections[audience].query(
                query_embeddings=[vector], n_results=min(k, size), include=["distances"]
            )
        return [
            Candidate(int(identity), 1 - distance)
            for identity, distance in zip(answer["ids"][0], answer["distances"][0], strict=True)
        ]

    def places(self, audience: str) -> set[int]:
        """The places of the vectors that are there for the audience."""
        with _reading():
            found = self._collections[audience].get(include=[])
        return {int(identity) for identity in found["ids"]}

    def unreached(
        self, pooled: np.ndarray, places: np.ndarray, advance: Callable[[int], object]
    ) -> list[int]:
        """The rows of `pooled` [n, d] that are in the graph and not found by their own vector.

        `places` [m]: the row of each vector of the graph, -1 for those that are not asked about.
        `advance` is called with the number of rows done.
        """
        missed = []
        for audience in AUDIENCES:
            rows = places[sorted(self.places(audience))]
            for first in range(0, len(rows), QUERY):
                some = rows[first : first + QUERY]
                some = some[some >= 0]
                if not len(some):
                    continue
                with _reading():
                    answer = self._collections[audience].query(
                        query_embeddings=pooled[some],
                        n_results=min(NEAREST, len(rows)),
                        include=["distances"],
                    )
                found = zip(some.tolist(), answer["ids"], answer["distances"], strict=True)
                for row, ids, distances in found:
                    nearest = zip(ids, distances, strict=True)
                    if not any(places[int(one)] == row and far < SAME for one, far in nearest):
                        missed.append(row)
                advance(len(some))
        return missed


def write(
    folder: Path, passages: Sequence[Passage], pooled: np.ndarray, advance: Callable[[int], object]
) -> None:
    """Make the database in `folder` from the passages' unit vectors [n, d]. Raises `OSError`.

    `advance` is called with the number of passages done.
    """
    from chromadb.errors import ChromaError

    try:
        with closing(_client(folder)) as client:
            for audience in AUDIENCES:
                collection = client.create_collection(
                    audience, embedding_function=None, configuration={"hnsw": HNSW}
                )
                rows = [row for row, passage in enumerate(passages) if passage.audience == audience]
                for first in range(0, len(rows), BATCH):
                    some = rows[first : first + BATCH]
                    collection.add(ids=[str(row) for row in some], embeddings=pooled[some])
                    advance(len(some))
    except ChromaError as error:  # a full disk comes as its InternalError
        raise OSError(f"its vector database says: {error}") from error


@contextmanager
def _reading() -> Iterator[None]:
    """Chroma's errors while a database is read are `StoreDamaged`."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError, ValueError) as error:
        raise damaged(f"its vectors: {error}") from error


def _close(client, closed: Callable[[], object]) -> None:
    client.close()
    closed()


def _client(folder: Path):
    import chromadb

    return chromadb.PersistentClient(
        path=str(folder), settings=chromadb.Settings(anonymized_telemetry=False)
    )
