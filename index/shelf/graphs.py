"""Which databases in a Chroma server are this store's, so that it removes those and no others.

    graphs/<name>   where such a database is; there from before the first of its collections is made

Promise: a database that a generation of the store uses is not removed; one that none uses any more
is, by the next run that reaches its server, however the run that made it ended; another store's,
of which this one has a copy of a generation, is never removed.
"""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np

from index.errors import StoreDamaged, VectorsUnreachable
from index.passage import Passage
from index.shelf import vectors
from index.shelf.vectors import Server

FOLDER = "graphs"


def claim(store: Path, url: str) -> Server | None:
    """A database to be made in the server at `url`; None where that is "". Raises `OSError`."""
    if not url:
        return None
    server = Server(url.rstrip("/"), f"plaidoyer-{os.urandom(10).hex()}")
    _note(store, server)
    return server


def refill(
    store: Path,
    folder: Path,
    passages: Sequence[Passage],
    pooled: np.ndarray,
    sizes: Mapping[str, int],
) -> None:
    """Make the database anew that `folder` says is in a server, if its server has it no more.

    `sizes`: how many vectors it has for each audience. Raises `OSError`, `VectorsUnreachable`,
    `StoreDamaged`.
    """
    server = vectors.server_of(folder)
    if server is None:
        return
    try:
        vectors.Vectors(folder, sizes).close()
    except StoreDamaged:
        _note(store, server)
        vectors.remove(server)  # a part of it may be there
        vectors.write(folder, passages, pooled, lambda _: None, server)


def sweep(store: Path) -> None:
    """Remove the store's databases that no generation uses.

    Only for who holds the store's lock. A server that does not answer is asked by the next run.
    """
    folders = (store / "generations").glob("*/chroma")
    try:
        used = {server.graph for folder in folders if (server := vectors.server_of(folder))}
    except StoreDamaged:  # what does it use? What is there stays
        return
    for file in (store / FOLDER).glob("*"):
        if file.name not in used:
            with suppress(VectorsUnreachable):
                with suppress(ValueError, TypeError):  # cut by a crash: nothing was made yet
                    vectors.remove(Server(**json.loads(file.read_bytes())))
                file.unlink(missing_ok=True)


def _note(store: Path, server: Server) -> None:
    file = store / FOLDER / server.graph
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="utf-8") as stream:
        json.dump(asdict(server), stream)
        stream.flush()
        os.fsync(stream.fileno())
