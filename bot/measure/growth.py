"""`python -m bot.measure.growth`: what a larger corpus costs, on made-up documents.

For each size: the first build, one changed document, the same written anew as a whole, and, in a
process of its own, how long it takes to open the index and find something, then searches, then
memory. In brackets are seconds of the processor, which other work moves less. Made up are the
documents (`bot.measure.indexing`), with few different words, so that each term is in many passages;
and all vectors, drawn around centres, so that nothing is spent in the encoder: its own time is
`bot.measure.indexing`'s to measure. Touches neither corpus/ nor the index in service.
"""

import argparse
import hashlib
import multiprocessing
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.answer import Bot
from bot.measure.indexing import WHAT, WHY, document, rewrite
from index.build import build
from index.embed import Encoded
from index.settings import quiet_libraries
from index.shelf.store import Shelf

PASSAGES = 6  # that a made-up document has
CENTRES, SPREAD = 500, 0.7
ASKED = 100
HEAD = (
    "| passages | first build, s | one document changed, s | all written anew, s | open and find, s"
)
HEADS = f"{HEAD} | search p50, p95 ms | resident memory, of it anonymous, MB |"


class Drawn:
    """An `Embedder` whose vectors are drawn by the text: unit vectors around `CENTRES` centres."""

    name, dimensions = "drawn", 384

    def __init__(self) -> None:
        chance = np.random.default_rng(1)
        self._centres = chance.standard_normal((CENTRES, self.dimensions))
        self._tokens = chance.integers(-20, 20, (4_096, self.dimensions), np.int8)

    def encode_passages(self, passages: Sequence[tuple[str, str]]) -> Iterator[Encoded]:
        """See `Embedder`."""
        for heading, text in passages:
            yield self._drawn(f"{heading}\n" if heading else "", text)

    def encode_question(self, question: str) -> Encoded:
        """See `Embedder`."""
        return self._drawn("", question)

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        """See `Embedder`."""
        return [self.encode_question(question) for question in questions]

    def _drawn(self, heading: str, text: str) -> Encoded:
        seed = int.from_bytes(hashlib.sha256((heading + text).encode()).digest()[:8], "big")
        noise = np.random.default_rng(seed).standard_normal(self.dimensions)
        pooled = self._centres[seed % CENTRES] + SPREAD * noise
        found = [match.span() for match in re.finditer(r"\w{1,5}", heading + text)]
        spans = np.array(found, np.int32).reshape(-1, 2) - len(heading)
        places = np.arange(seed % 4_096, seed % 4_096 + len(spans)) % 4_096
        unit = (pooled / np.linalg.norm(pooled)).astype(np.float32)
        return Encoded(unit, self._tokens[places], spans)


@dataclass(frozen=True)
class Served:
    """Seconds to open an index and find something; milliseconds of searches; megabytes."""

    first: float
    searches: list[float]
    resident: float
    anonymous: float


def measure(folder: Path, passages: int) -> str:
    """A row of the table, of an index made under `folder`."""
    corpus, store, drawn = folder / "corpus", folder / "store", Drawn()
    (corpus / "positions").mkdir(parents=True)
    files = [corpus / "positions" / f"2024-{one:06d}.md" for one in range(passages // PASSAGES)]
    for number, file in enumerate(files):
        file.write_text(document(number), encoding="utf-8")
    first = build(corpus, store, drawn.name, lambda: drawn)
    middle = len(files) // 2
    files[middle].write_text(document(middle, version=1), encoding="utf-8")
    used = [time.process_time()]
    changed = build(corpus, store, drawn.name, lambda: drawn)
    used.append(time.process_time())
    whole = rewrite(store, folder / "rewritten")
    used.append(time.process_time())
    of_changed, of_whole = np.diff(used)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        served = process.submit(serve, store).result()
    half, most = np.percentile(served.searches, (50, 95))
    return (
        f"| {first.passages:,} | {first.seconds:.1f} | {changed.seconds:.2f} ({of_changed:.2f}) "
        f"| {whole:.1f} ({of_whole:.1f}) "
        f"| {served.first:.2f} | {half:.0f}, {most:.0f} "
        f"| {served.resident:,.0f}, {served.anonymous:,.0f} |"
    )


def serve(store: Path) -> Served:
    """Open the index and search in it. To be run in a process of its own."""
    quiet_libraries()
    started = time.perf_counter()
    bot, chance = Bot(Shelf(store), Drawn()), random.Random(3)
    bot.search("un fonds public", 10)
    first = time.perf_counter() - started
    searches = []
    for number in range(ASKED):
        question = f"{chance.choice(WHAT)} {chance.choice(WHY)} en {number} ?"
        started = time.perf_counter()
        bot.search(question, 10)
        searches.append(1_000 * (time.perf_counter() - started))
    return Served(first, searches, _megabytes("VmRSS"), _megabytes("RssAnon"))


def _megabytes(name: str) -> float:
    """What Linux says of this process's memory; elsewhere not a number."""
    status = Path("/proc/self/status")
    said = re.search(rf"{name}:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(said[1]) / 1_024 if said else float("nan")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print the table, a row as it is done. Returns 0."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.measure.growth", description="What a larger corpus costs."
    )
    parser.add_argument(
        "--passages", default="1000,10000", help="sizes, with commas (default: %(default)s)"
    )
    sizes = [int(size) for size in parser.parse_args(argv).passages.split(",")]
    quiet_libraries()
    print(HEADS, "|---" * HEADS.count(" | ") + "|---|", sep="\n", flush=True)
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="plaidoyer-growth-") as folder:
            print(measure(Path(folder), size), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
