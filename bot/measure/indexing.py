"""`python -m bot.measure.indexing`: how fast documents get in, beside what the bare model takes.

Makes a corpus of its own in a temporary folder; touches neither corpus/ nor the index in service.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.build import Report, build
from index.embed import Embedder, Encoded, heading_of, load_embedder
from index.settings import BUNDLED, IndexSettings, quiet_libraries
from index.shelf.store import Shelf, write

WHO = (
    "Nous",
    "Nos membres",
    "Les entreprises du secteur",
    "La fédération",
    "Les collectivités",
    "Les start-up et les PME",
)
WANT = (
    "demandent",
    "attendent",
    "défendent depuis deux ans",
    "proposent au ministère",
    "soutiennent sans réserve",
    "refusent",
)
WHAT = (
    "un fonds d'investissement public",
    "une formation courte pour chaque salarié",
    "la simplification des appels d'offres",
    "un crédit d'impôt plus lisible",
    "la protection des données de santé",
    "des règles communes à toute l'Union",
    "l'accès des jeunes filles aux filières techniques",
    "une électricité moins chère pour les centres de données",
)
WHY = (
    "afin que l'emploi progresse dans toutes les régions",
    "parce que la concurrence mondiale ne nous attend pas",
    "comme le rapport parlementaire de l'an passé l'a recommandé",
    "avant la prochaine loi de finances",
    "à condition que les charges n'augmentent pas",
    "et que le calendrier soit connu à l'avance",
)
SECTIONS = ("Contexte", "Nos demandes", "Calendrier")


@dataclass
class Timed:
    """An `Embedder` that counts what it encodes and how long that takes."""

    inner: Embedder
    seconds: float = 0.0
    passages: int = 0

    def __post_init__(self) -> None:
        self.name, self.dimensions = self.inner.name, self.inner.dimensions
        self.encode_question, self.encode_questions = (
            self.inner.encode_question,
            self.inner.encode_questions,
        )

    def encode_passages(self, passages: Sequence[tuple[str, str]]) -> Iterator[Encoded]:
        """See `Embedder`."""
        encoding = self.inner.encode_passages(passages)
        for _ in passages:
            started = time.perf_counter()
            encoded = next(encoding)
            self.seconds += time.perf_counter() - started
            self.passages += 1
            yield encoded


@dataclass(frozen=True)
class Measured:
    """The reports of three runs: the first, one with nothing changed, one with a document changed.

    `encoder`: seconds in the encoder during the first; `floor`: seconds that the bare model takes
    for its passages; `encoded_anew`: passages encoded in the runs after it; `rewritten`: seconds to
    write and verify that last generation with every vector taken over and nothing else.
    """

    first: Report
    nothing: Report
    changed: Report
    encoder: float
    floor: float
    encoded_anew: int
    rewritten: float

    def table(self) -> str:
        """What was measured, a line a fact."""
        first, share = self.first, 100 * self.encoder / self.first.seconds
        return "\n".join(
            (
                f"first build        {first.seconds:8.1f} s   "
                f"{first.documents:,} documents, {first.passages:,} passages: "
                f"{first.documents / first.seconds:.1f} documents/s, "
                f"{first.passages / first.seconds:.1f} passages/s, {share:.1f} % in the encoder",
                f"the bare model     {self.floor:8.1f} s   "
                f"the same passages: {first.passages / self.floor:.1f} passages/s",
                f"nothing changed    {self.nothing.seconds:8.2f} s   of work after the start",
                f"one changed        {self.changed.seconds:8.2f} s   {self.encoded_anew} passages "
                f"encoded, {first.passages - self.encoded_anew:,} reused",
                f"all written anew   {self.rewritten:8.2f} s   with the same vectors: "
                f"{self.rewritten / self.changed.seconds:.1f} times as long",
            )
        )


def document(number: int, version: int = 0) -> str:
    """A position paper of about 300 words."""
    chance = random.Random(f"{number}/{version}")
    sections = (
        f"## {title}\n\n"
        + "\n\n".join(" ".join(_sentence(chance) for _ in range(4)) for _ in range(2))
        for title in SECTIONS
    )
    return f"# Position {number} : {chance.choice(WHAT)}\n\n" + "\n\n".join(sections) + "\n"


def _sentence(chance: random.Random) -> str:
    demand = f"{chance.choice(WHO)} {chance.choice(WANT)} {chance.choice(WHAT)}"
    return f"{demand}, {chance.choice(WHY)}, soit {chance.randrange(2, 900)} millions d'euros."


def measure(folder: Path, documents: int, embedder: Embedder) -> Measured:
    """Three builds under `folder` (see `Measured`), then the first one's passages encoded alone."""
    corpus, store = folder / "corpus", folder / "store"
    (corpus / "positions").mkdir(parents=True)
    files = [corpus / "positions" / f"2024-{number:05d}.md" for number in range(documents)]
    for number, file in enumerate(files):
        file.write_text(document(number), encoding="utf-8")
    timed, again = Timed(embedder), Timed(embedder)
    first = build(corpus, store, timed.name, lambda: timed)
    nothing = build(corpus, store, timed.name, lambda: again)
    passages = [(heading_of(passage), passage.text) for passage in Shelf(store).current().passages]
    files[documents // 2].write_text(document(documents // 2, version=1), encoding="utf-8")
    changed = build(corpus, store, timed.name, lambda: again)
    rewritten = rewrite(store, folder / "rewritten")
    started = time.perf_counter()
    for _ in embedder.encode_passages(passages):
        pass
    floor = time.perf_counter() - started
    return Measured(first, nothing, changed, timed.seconds, floor, again.passages, rewritten)


def rewrite(store: Path, into: Path) -> float:
    """Seconds to write and verify the serving generation anew as a whole, all but the encoding.

    That is what each run did before generations shared their files.
    """
    serving = Shelf(store).current()
    facts = {name: serving.manifest[name] for name in ("embedder", "recipe", "documents")}
    vectors = (serving.encoded(row) for row in range(len(serving.passages)))
    started = time.perf_counter()
    write(into, serving.passages, vectors, serving.manifest["dimensions"], facts)
    return time.perf_counter() - started


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print the table. Returns 0."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.measure.indexing", description="How fast documents get into the index."
    )
    parser.add_argument(
        "--documents", type=int, default=1_000, help="how many to make (default: %(default)s)"
    )
    documents = parser.parse_args(argv).documents
    quiet_libraries()
    embedder = load_embedder(BUNDLED, IndexSettings.from_environment().store / "models")
    with tempfile.TemporaryDirectory(prefix="plaidoyer-benchmark-") as folder:
        print(measure(Path(folder), documents, embedder).table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
