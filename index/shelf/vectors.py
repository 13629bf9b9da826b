"""Pooled vectors of passages in Chroma, a collection for each audience. Owns chromadb.

The database is in a folder; or in a server, and the folder says in which one and under which names.
Promise: what a reader may not see is in another collection; `unreached` names the passages that the
graph does not find by their own vector; an emptied or altered database is `StoreDamaged`, a server
that does not answer `VectorsUnreachable`, until it answers again.
Nearest neighbours by HNSW: Malkov & Yashunin 2018, "Efficient and Robust Approximate Nearest
Neighbor Search Using Hierarchical Navigable Small World Graphs".
"""

import json
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from index.errors import VectorsUnreachable, damaged
from index.passage import AUDIENCES

BATCH = 5_000  # rows of one insert; Chroma takes 5,461 at most
QUERY = 1_000  # vectors of one query
NEAREST = 10  # a passage counts as reached if it is among this many nearest to its own vector
SAME = 0.001  # cosine distance up to which two vectors count as equal, float32
# Twice Chroma's default links and candidates: of 100,000 vectors in tight clusters 0.7 % were not
# found by their own vector with the defaults, 0.05 % with these.
HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}


SERVER = "server.json"  # in the folder of a database that is in a server
PATIENCE, LONG = 20.0, 600.0  # seconds that a server has for a reply; that it has to write


@dataclass(frozen=True)
class Server:
    """Where a database is that is in a server: its address, and what its collections' names begin
    with."""

    url: str
    graph: str


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

        `closed` is called once it has been closed. Raises `StoreDamaged`, `VectorsUnreachable`, as
        the methods do.
        """
        self._sizes, self._server = sizes, server_of(folder)
        with self._reading():
            client = _client(folder, self._server)
            # Closed once the last question that uses this generation has ended.
            self.close = weakref.finalize(self, _close, client, closed)
            self._collections = {
                audience: client.get_collection(
                    _named(audience, self._server), embedding_function=None
                )
                for audience in AUDIENCES
            }
            counts = {name: found.count() for name, found in self._collections.items()}
        if counts != sizes:  # an emptied database opens without complaint
            raise damaged(f"its vectors count {counts}")

    def _reading(self) -> AbstractContextManager[None]:
        return _reading(self._server)

    def nearest(self, vector: np.ndarray, k: int, audience: str) -> list[Candidate]:
        """The at most k passages nearest to a unit vector [d], as the graph finds them."""
        size = self._sizes[audience]
        if not size:
            return []
        with self._reading():
            answer = self._collections[audience].query(
                query_embeddings=[vector], n_results=min(k, size), include=["distances"]
            )
        return [
            Candidate(int(identity), 1 - distance)
            for identity, distance in zip(answer["ids"][0], answer["distances"][0], strict=True)
        ]

    def places(self, audience: str) -> set[int]:
        """The places of the vectors that are there for the audience."""
        with self._reading():
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
                with self._reading():
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
    folder: Path,
    audiences: Sequence[str],
    pooled: np.ndarray,
    advance: Callable[[int], object],
    server: Server | None = None,
) -> None:
    """Make the database in `folder`, or in the server, from unit vectors [n, d], in their places.

    `audiences`: whom each is for; `advance` is called with the number of vectors done. Raises
    `OSError`, `VectorsUnreachable`.
    """
    if server and not (folder / SERVER).exists():
        folder.mkdir()
        (folder / SERVER).write_text(json.dumps(asdict(server)), encoding="utf-8")
    with _writing(server), closing(_client(folder, server, LONG)) as client:
        for audience in AUDIENCES:
            collection = client.create_collection(
                _named(audience, server), embedding_function=None, configuration={"hnsw": HNSW}
            )
            places = [place for place, one in enumerate(audiences) if one == audience]
            for first in range(0, len(places), BATCH):
                some = places[first : first + BATCH]
                collection.add(ids=[str(place) for place in some], embeddings=pooled[some])
                advance(len(some))


def server_of(folder: Path) -> Server | None:
    """The server that a database is in; None for one in its folder. Raises `StoreDamaged`."""
    try:
        return Server(**json.loads((folder / SERVER).read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise damaged(f"its vectors: {error}") from error


def remove(server: Server) -> None:
    """Remove a database from its server, as far as it is there. Raises `VectorsUnreachable`."""
    from chromadb.errors import NotFoundError

    with _answering(server), closing(_client(Path(), server)) as client:
        for audience in AUDIENCES:
            with suppress(NotFoundError):
                client.delete_collection(_named(audience, server))


@contextmanager
def _writing(server: Server | None) -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        with _answering(server):
            yield
    except ChromaError as error:  # a full disk comes as its InternalError
        raise OSError(f"its vector database says: {error}") from error


@contextmanager
def _reading(server: Server | None) -> Iterator[None]:
    """Chroma's errors while a database is read are `StoreDamaged`."""
    from chromadb.errors import ChromaError

    try:
        with _answering(server):
            yield
    except (ChromaError, OSError, ValueError) as error:
        raise damaged(f"its vectors: {error}") from error


@contextmanager
def _answering(server: Server | None) -> Iterator[None]:
    """Whatever a server does not answer, but that something is not there, is explained."""
    from chromadb.errors import NotFoundError

    try:
        yield
    except NotFoundError:
        raise
    except Exception as error:  # chromadb raises httpx's errors, ValueError and Exception itself
        if server is None:
            raise
        raise VectorsUnreachable(
            f"The Chroma server at {server.url} does not answer ({error}); the index is as it was. "
            "Start it, or put its address right: PLAIDOYER_CHROMA_URL"
        ) from error


def _named(audience: str, server: Server | None) -> str:
    """What the collection for the audience is called."""
    return f"{server.graph}-{audience}" if server else audience


def _close(client, closed: Callable[[], object]) -> None:
    client.close()
    closed()


def _client(folder: Path, server: Server | None, patience: float = PATIENCE):
    import chromadb

    settings = chromadb.Settings(anonymized_telemetry=False)
    if server is None:
        return chromadb.PersistentClient(path=str(folder), settings=settings)
    at = urlsplit(server.url)
    is_safe = at.scheme == "https"
    client = chromadb.HttpClient(
        at.hostname or "", at.port or (443 if is_safe else 80), is_safe, settings=settings
    )
    # chromadb waits without end, and has no setting for it.
    client._server._session.timeout = patience  # type: ignore[attr-defined]
    return client
