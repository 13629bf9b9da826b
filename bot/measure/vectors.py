"""`python -m bot.measure.vectors`: the pooled vectors in the store beside those in a Chroma server.

The vectors are drawn at random around cluster centres: what is measured is writing and asking, not
what is found. The server, which PLAIDOYER_CHROMA_URL names, loses them again at the end.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.passage import AUDIENCES
from index.settings import IndexSettings, quiet_libraries
from index.shelf import graphs, vectors

DIMENSIONS, CLUSTERS, SPREAD = 384, 200, 0.5  # of the bundled model; of the cluster's own length
QUESTIONS, NEAREST = 300, 50
WHOSE = "members"  # for whom a passage is that says nothing


def clustered(count: int, seed: int = 1) -> np.ndarray:
    """Unit vectors [count, DIMENSIONS] around centres."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((CLUSTERS, DIMENSIONS))
    found = centres[random.integers(CLUSTERS, size=count)]
    found = found + SPREAD * random.standard_normal((count, DIMENSIONS))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def row(where: str, folder: Path, count: int, server: vectors.Server | None) -> str:
    """Write so many vectors and ask for the nearest ones: a line of the table."""
    pooled = clustered(count)
    sizes = {audience: count if audience == WHOSE else 0 for audience in AUDIENCES}
    started = time.perf_counter()
    vectors.write(folder, [WHOSE] * count, pooled, lambda _: None, server)
    written = time.perf_counter() - started
    opened, taken = vectors.Vectors(folder, sizes), []
    for question in clustered(QUESTIONS, seed=2):
        started = time.perf_counter()
        opened.nearest(question, NEAREST, WHOSE)
        taken.append(1000 * (time.perf_counter() - started))
    opened.close()
    p50, p95 = np.percentile(taken, [50, 95])
    return f"{where:12} {count:8} {written:9.2f} {p50:8.2f} {p95:8.2f}"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table. Returns 0. Raises `VectorsUnreachable`."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.measure.vectors", description="Vectors in the store and in a server."
    )
    parser.add_argument("--passages", type=int, default=10_000, help="(default: %(default)s)")
    count = parser.parse_args(argv).passages
    quiet_libraries()
    url = IndexSettings.from_environment().chroma_url
    print("vectors in   passages   write s   p50 ms   p95 ms")
    with tempfile.TemporaryDirectory(prefix="plaidoyer-vectors-") as folder:
        print(row("the store", Path(folder, "chroma"), count, None), flush=True)
        if server := graphs.claim(Path(folder), url):
            try:
                print(row("the server", Path(folder, "apart"), count, server))
            finally:
                graphs.sweep(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
