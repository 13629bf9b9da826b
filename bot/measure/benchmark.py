"""`python -m bot benchmark`: this pipeline beside the tutorial's and BM25 alone.

In one run on the same corpus, model and machine. Quality is on documents: the first passage of each
counts; `deciding_text` is that the first five passages hold the answer's words. Latency and memory
are those of a warm process that does nothing else; encoding the question is timed apart. Scale is
measured on copies of the corpus whose pooled vectors are moved a little, and the table says so.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from bot.measure import evaluate, scores
from bot.measure.baselines import OPEN, TIMED, copy_tutorial, documents, write_tutorial
from bot.question.understand import understand
from bot.records import Hit
from bot.settings import BotSettings
from index.build import build
from index.embed import Embedder, Encoded, load_embedder, recorded_name
from index.errors import PlaidoyerError
from index.passage import Passage
from index.settings import BUNDLED
from index.shelf.generation import Generation, Shelf
from index.shelf.store import flip, write

DEEP = 50  # passages that are looked through for ten documents
WARM, ASKED = 5, 100  # questions asked before timing, and timed at each scale
NOISE = 0.15  # length of what is added to a unit vector: near, as passages on one subject are
FIGURES = ("recall@1", "recall@3", "recall@5", "mrr@10", "deciding_text@5")


class BenchmarkInvalid(PlaidoyerError):
    """The benchmark's corpus or questions cannot be used."""


@dataclass(frozen=True)
class Measured:
    """What a process found and took.

    The passages for each question; milliseconds of each search (or whole answer) and of encoding
    each question alone; bytes of memory.
    """

    ranked: list[list[Passage]]
    search: list[float]
    encoding: list[float]
    memory: dict[str, int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its tables. Returns 0; 2 for wrong use."""
    settings = BotSettings.from_environment()
    options = _parser(settings).parse_args(argv)
    try:
        scales = [int(size) for size in options.scale.split(",") if size]
        questions = [
            question
            for question in _questions(options.questions, options.passages is not None)
            if options.half in (None, question.half)
        ]
        if not questions:
            raise BenchmarkInvalid(
                f"{options.questions} has no question that is answerable. "
                "Name another: --questions FILE.jsonl"
            )
        with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
            folder, corpus = Path(name), options.corpus
            if options.passages:
                corpus = _corpus_of(options.passages, folder / "corpus")
            result = _benchmark(corpus, questions, scales, folder, settings.store / "models")
    except (PlaidoyerError, ValueError, OSError, ImportError) as error:
        remedy = " Run: pip install -e '.[test]'" if isinstance(error, ImportError) else ""
        print(f"{type(error).__name__}: {error}{remedy}", file=sys.stderr)
        return 2
    print(json.dumps(result, ensure_ascii=False) if options.json else tables(result))
    return 0


def _parser(settings: BotSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot benchmark",
        description="Compare this pipeline with the tutorial's and with BM25 alone.",
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        default=settings.corpus,
        help="the folder of documents (default: %(default)s)",
    )
    parser.add_argument(
        "--passages",
        type=Path,
        metavar="FILE.jsonl",
        help="instead of a corpus: lines with id, title and text, each a document named by its id",
    )
    parser.add_argument(
        "--questions",
        type=Path,
        default=Path("tests/questions.jsonl"),
        metavar="FILE.jsonl",
        help="as for evaluate, or lines with question, passage (an id) and answers "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--half", choices=("tune", "report"), help="only the questions of this half"
    )
    parser.add_argument(
        "--scale",
        default="",
        metavar="N,N,...",
        help="also measure latency and memory at so many passages: 1000,10000,100000",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _benchmark(
    corpus: Path,
    questions: Sequence[evaluate.Expected],
    scales: Sequence[int],
    folder: Path,
    models: Path,
) -> dict:
    store, embedder = folder / "store", load_embedder(BUNDLED, models)
    started = time.perf_counter()
    build(corpus, store, recorded_name(BUNDLED), lambda: embedder)
    built = time.perf_counter()
    generation = Shelf(store).current()
    pieces = write_tutorial(store, documents(generation), embedder)
    seconds = {"this pipeline": built - started, "tutorial pipeline": time.perf_counter() - built}
    asked = [
        (question.question, tuple(turn.question for turn in question.history))
        for question in questions
    ]
    native = {name: _in_its_own_process(name, store, models, asked) for name in TIMED}
    cost = {str(len(generation.passages)): {name: _cost(of) for name, of in native.items()}}
    for size in scales:
        cost[str(size)] = _at_scale(size, store, embedder, models, asked)
    return {
        "documents": len(documents(generation)),
        "passages": len(generation.passages),
        "pieces": pieces,
        "questions": len(questions),
        "quality": {name: _quality(native[name].ranked, questions) for name in OPEN},
        "index_seconds": {name: round(value, 1) for name, value in seconds.items()},
        "cost": cost,
    }


def _at_scale(
    size: int, store: Path, embedder: Embedder, models: Path, asked: Sequence[tuple]
) -> dict:
    """Latency and memory on `size` passages made of the store's by copying."""
    print(f"Making {size:,} passages...", file=sys.stderr)
    scaled, generation, noise = store.with_name(str(size)), Shelf(store).current(), _Noise()
    whole = len(generation.passages)
    passages = [
        replace(passage, id=f"{passage.id}-{number}", path=f"{number // whole}/{passage.path}")
        for number, passage in enumerate(islice(cycle(generation.passages), size))
    ]
    scaled.mkdir()
    flip(
        scaled,
        write(
            scaled,
            passages,
            _copies(generation, size, noise),
            embedder.dimensions,
            {"embedder": embedder.name, "documents": {}, "recipe": ""},
        ),
    )
    copy_tutorial(store, scaled, size, embedder, noise)
    some = list(islice(cycle(asked), ASKED))
    return {name: _cost(_in_its_own_process(name, scaled, models, some)) for name in TIMED}


def _copies(generation: Generation, size: int, noise: "_Noise") -> Iterator[Encoded]:
    for row in islice(cycle(range(len(generation.passages))), size):
        encoded = generation.encoded(row)
        yield replace(encoded, pooled=noise(encoded.pooled[None])[0])


class _Noise:
    """Moves unit vectors [n, d] a little, the same way in each run."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(7)

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        moved = (
            vectors + self._random.standard_normal(vectors.shape) * NOISE / vectors.shape[1] ** 0.5
        )
        return (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)


def _in_its_own_process(name: str, store: Path, models: Path, asked: Sequence[tuple]) -> Measured:
    print(f"Asking {len(asked)} questions: {name}...", file=sys.stderr)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(measure, name, store, models, asked).result()


def measure(
    name: str, store: Path, models: Path, asked: Sequence[tuple[str, Sequence[str]]]
) -> Measured:
    """Ask each question of the system called `name`, warm. To be run in a process of its own."""
    embedder = load_embedder(BUNDLED, models)
    search = TIMED[name](store, embedder)
    ranked, taken, encoding = [], [], []
    for question, history in (*islice(cycle(asked), WARM), *asked):
        sought = understand(question, history).search
        started = time.perf_counter()
        embedder.encode_questions([sought])  # once, as a baseline does
        encoded = time.perf_counter()
        ranked.append(search(question, history, DEEP))
        encoding.append((encoded - started) * 1000)
        taken.append((time.perf_counter() - encoded) * 1000)
    return Measured(ranked[WARM:], taken[WARM:], encoding[WARM:], _memory())


def _memory() -> dict[str, int]:
    """This process's resident bytes, and those of them in no mapped file; nothing but on Linux."""
    status = Path("/proc/self/status")
    lines = (
        dict(line.split(":", 1) for line in status.read_text().splitlines())
        if status.exists()
        else {}
    )
    return {
        name: int(lines[key].split()[0]) * 1024
        for name, key in (("resident", "VmRSS"), ("anonymous", "RssAnon"))
        if key in lines
    }


def _quality(ranked: Sequence[Sequence[Passage]], questions: Sequence[evaluate.Expected]) -> dict:
    """The figures of `evaluate`, but on the first passage of each document."""
    found = {}
    for figure in FIGURES:
        whole = figure.startswith("deciding")
        outcomes = [
            evaluate.Outcome(
                question,
                tuple(
                    Hit(passage, 0.0) for passage in (passages if whole else _one_each(passages))
                ),
            )
            for question, passages in zip(questions, ranked, strict=True)
        ]
        found[figure] = scores.figure(
            [scores.FIGURES["retrieval"][figure](outcome) for outcome in outcomes]
        )
    return found


def _one_each(passages: Iterable[Passage]) -> list[Passage]:
    first: dict[str, Passage] = {}
    for passage in passages:
        first.setdefault(passage.path, passage)
    return list(first.values())


def _cost(measured: Measured) -> dict:
    def at(times: Sequence[float]) -> dict:
        return dict(
            zip(("p50", "p95"), np.percentile(times, (50, 95)).round(1).tolist(), strict=True)
        )

    return {
        "search": at(measured.search),
        "encoding_alone": at(measured.encoding),
        **measured.memory,
    }


def _questions(file: Path, of_passages: bool) -> Iterator[evaluate.Expected]:
    """The answerable questions of a file; those on passages name the one they were written on."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            if of_passages:
                fields = {
                    "id": fields["id"],
                    "question": fields["question"],
                    "documents": [f"{fields['passage']}.md"],
                    "quotes": fields["answers"][:1],
                }
            question = evaluate.expected(fields)
        except (ValueError, KeyError, TypeError) as error:
            raise BenchmarkInvalid(
                f"{file}, line {number} is no question ({error}). "
                "Correct it, or name another file: --questions FILE.jsonl"
            ) from error
        if question.answerable:
            yield question


def _corpus_of(passages: Path, corpus: Path) -> Path:
    """A folder with a document for each line of a file of passages."""
    corpus.mkdir()
    for line in passages.read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        name = f"{fields['id']}.md"
        if "/" in name or name.startswith("."):
            raise BenchmarkInvalid(
                f"{passages}: {fields['id']!r} cannot be a file's name. "
                "Give each passage a plain id"
            )
        title = json.dumps(fields["title"], ensure_ascii=False)
        (corpus / name).write_text(
            f"---\ntitle: {title}\n---\n\n{fields['text']}\n", encoding="utf-8"
        )
    return corpus


def tables(result: dict) -> str:
    """The result as Markdown tables."""
    lines = [
        f"{result['documents']} documents, {result['passages']} passages "
        f"({result['pieces']} pieces in the tutorial's way), "
        f"{result['questions']} questions; 95 % bootstrap intervals.",
        "",
        f"| | {' | '.join(FIGURES)} | index, s |",
        f"|---|{'---|' * (len(FIGURES) + 1)}",
    ]
    for name, figures in result["quality"].items():
        cells = [
            f"{cell['value']:.3f} ({cell['low']:.2f}-{cell['high']:.2f})" if cell["n"] else "-"
            for cell in figures.values()
        ]
        lines.append(f"| {name} | {' | '.join(cells)} | {result['index_seconds'].get(name, '-')} |")
    lines += [
        "",
        "Beyond the corpus's own size, passages are copies of it whose pooled vectors were moved "
        "a little.",
        "",
        "| passages | | search or answer p50, ms | p95 | encoding alone p50 | p95 "
        "| resident, MB | anonymous, MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for size, systems in result["cost"].items():
        for name, cost in systems.items():
            memory = [
                f"{cost[key] / 1e6:.0f}" if key in cost else "-"
                for key in ("resident", "anonymous")
            ]
            lines.append(
                f"| {size} | {name} | {cost['search']['p50']} | {cost['search']['p95']} "
                f"| {cost['encoding_alone']['p50']} | {cost['encoding_alone']['p95']} "
                f"| {' | '.join(memory)} |"
            )
    return "\n".join(lines)
