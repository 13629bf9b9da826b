"""Which databases in a Chroma server are this store's, so that it removes those and no others.

    graphs/<name>   where such a database is; there from before the first of its collections is made

Promise: a database that a generation of the store uses, or several share, is not removed; one that
none uses any more is, by the next run that reaches its server, however the run that made it ended;
another store's, of which this one has a copy of a generation, is never removed.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from index.errors import StoreDamaged, VectorsUnreachable
from index.shelf import vectors
from index.shelf.graph import FOLDER as GRAPH
from index.shelf.graph import Graph, as_written
from index.shelf.vectors import Server

FOLDER = "graphs"


def claim(store: Path, url: str) -> Server | None:
    """A database to be made in the server at `url`; None where that is "". Raises `OSError`."""
    if not url:
        return None
    server = Server(url.rstrip("/"), f"plaidoyer-{os.urandom(10).hex()}")
    _note(store, server)
    return server


def refill(store: Path, server: Server, sharing: Sequence[Graph], *, is_ours: bool) -> None:
    """Make the database anew that these graphs share in the server, if it has it no more.

    `is_ours`: may this store remove it, once it uses it no more? Raises `OSError`, `StoreDamaged`,
    `VectorsUnreachable`.
    """
    try:
        sharing[0].reach()
    except StoreDamaged:
        if is_ours:
            _note(store, server)
        vectors.remove(server)  # a part of it may be there
        audiences, pooled = as_written(sharing)
        vectors.write(sharing[0].folder / GRAPH, audiences, pooled, lambda _: None, server)


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
