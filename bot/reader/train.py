"""`python -m bot.reader.train --out FILE.npz`: makes the weights that bot/reader/model.py reads.

Trains on the federations of data/ but two: on CHOSEN the calibration is fitted, REPORTED is looked
at once, for the figures that are kept in the file. Public questions may be trained on besides
(--more). A quarter of an hour on one free core.
"""

import argparse
import hashlib
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bot.reader import examples
from bot.reader.examples import ExamplesInvalid
from bot.reader.model import WEIGHTS, Reader
from bot.reader.network import LAYERS, Network, batch_of
from index.embed import Embedder, Encoded, heading_of, load_embedder
from index.errors import PlaidoyerError
from index.language.sentences import sentence_spans
from index.settings import BUNDLED, IndexSettings

CHOSEN, REPORTED = "unipaf", "thermunion"
BATCH, EPOCHS, RATE, SEED = 20, 5, 1e-3, 7
GROUP = 3  # passages read for a question in training: its own and two others
# How often one of the two is of another federation: a question may be off all subjects of a corpus.
ELSEWHERE = 0.3
MORE = 0.7  # the share of other data at the beginning of the training; none at its end
CONFUSED = 12  # passages that a question is likeliest to be answered from wrongly
READ = 20  # passages read for a question when scored, as bot/find/rerank.py has read
Item = TypeVar("Item")


@dataclass(frozen=True)
class Example:
    """A question (its place), the place of its passage and the places of the lines that answer."""

    question: int
    passage: int
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Set:
    """Encoded texts, the spans of their lines, and what is asked of them, `texts` in words.

    `written`: each passage behind its heading, as it is encoded; empty where nobody asks for it.
    `near`: int [questions, passages], all passages in the order of their MaxSim.
    """

    texts: Sequence[str]
    questions: Sequence[Encoded]
    passages: Sequence[Encoded]
    lines: Sequence[Sequence[tuple[int, int]]]
    examples: Sequence[Example]
    near: np.ndarray
    written: Sequence[str] = ()


def main(argv: Sequence[str] | None = None) -> int:
    """Train, calibrate, score and write the weights. Returns 0; 2 for wrong use or data."""
    options = read_options("train", "Make the reader's weights anew.", WEIGHTS, argv)
    try:
        embedder = load_embedder(BUNDLED, IndexSettings.from_environment().store / "models")
        known = {one.name: one for one in examples.federations()}
        sets = {name: encoded(one, embedder) for name, one in known.items()}
        more = [encoded_paragraphs(file, embedder) for file in options.more]
    except (PlaidoyerError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    held = (CHOSEN, REPORTED)
    network = fit([one for name, one in sets.items() if name not in held], more)
    reader = calibrated(network, sets[CHOSEN], [sha256(file) for file in options.more])
    figures = score(reader, sets[REPORTED])
    save(options.out, network, {**reader.about, "figures": figures})
    print(json.dumps(figures, indent=1))
    return 0


def read_options(
    name: str, does: str, weights: Path, argv: Sequence[str] | None
) -> argparse.Namespace:
    """The `out` and `more` of a command line of this module or of `tune`."""
    parser = argparse.ArgumentParser(prog=f"python -m bot.reader.{name}", description=does)
    parser.add_argument("--out", type=Path, default=weights, help="default: %(default)s")
    parser.add_argument(
        "--more",
        type=Path,
        nargs="*",
        default=(),
        metavar="FILE.jsonl",
        help="lines with title, text and questions: question, start, end (-1: no answer)",
    )
    return parser.parse_args(argv)


def sha256(file: Path) -> str:
    """The file's digest, as it is recorded in the weights."""
    return f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}"


def encoded(federation: examples.Federation, embedder: Embedder) -> Set:
    """The passages and questions of a federation."""
    pairs = [(heading_of(own), own.text) for own in federation.passages]
    passages, written = list(embedder.encode_passages(pairs)), _written(pairs)
    texts = [asked.question for asked in federation.asked]
    questions = _encoded(embedder, texts)
    asked = [Example(k, own.passage, own.lines) for k, own in enumerate(federation.asked)]
    near = _near(questions, passages)
    return Set(texts, questions, passages, federation.lines, asked, near, written)


def encoded_paragraphs(file: Path, embedder: Embedder) -> Set:
    """The questions of a file of paragraphs; those whose answer's sentence is cut off are left.

    Raises `ExamplesInvalid`.
    """
    rows: list[tuple[str, str]] = []
    texts: list[str] = []
    lines: list[list[tuple[int, int]]] = []
    asked: list[Example] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            rows.append((row["title"], row["text"]))
            lines.append([(start, end) for _, start, end in sentence_spans(row["text"])])
            for one in row["questions"]:
                found = tuple(
                    place
                    for place, (start, end) in enumerate(lines[-1])
                    if start < one["end"] and end > one["start"] >= 0
                )
                if found or one["start"] < 0:
                    asked.append(Example(len(texts), len(rows) - 1, found))
                    texts.append(one["question"])
        except (ValueError, KeyError, TypeError) as error:
            raise ExamplesInvalid(
                f"{file}, line {number} has no title, text and questions ({error}). "
                "Correct it, or leave the file out"
            ) from error
    passages, questions = list(embedder.encode_passages(rows)), _encoded(embedder, texts)
    return Set(texts, questions, passages, lines, asked, _near(questions, passages), _written(rows))


def _written(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{heading}\n{text}" if heading else text for heading, text in pairs]


def _encoded(embedder: Embedder, questions: Sequence[str]) -> list[Encoded]:
    return [
        one
        for first in range(0, len(questions), 256)
        for one in embedder.encode_questions(questions[first : first + 256])
    ]


def _near(questions: Sequence[Encoded], passages: Sequence[Encoded]) -> np.ndarray:
    """For each question the passages by MaxSim, best first; of many, by their pooled vectors."""
    if len(passages) > 100:
        pooled = np.stack([one.pooled for one in passages])
        return np.argsort(-np.stack([one.pooled for one in questions]) @ pooled.T, axis=1)
    return np.stack(
        [
            np.argsort([-one.cosines(own).max(axis=1).mean() for own in passages], kind="stable")
            for one in questions
        ]
    )


def fit(own: Sequence[Set], more: Sequence[Set] = ()) -> Network:
    """Train a network on our own sets, and at first, ever less, on `more` too."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    network = Network()
    ours, theirs = ([(of, one) for of in sets for one in of.examples] for sets in (own, more))
    share = MORE if theirs else 0.0
    steps = int(EPOCHS * len(ours) / BATCH / (1 - share / 2))
    streams = for_ever(ours), for_ever(theirs)
    network.train()

    def loss(step: int) -> torch.Tensor:
        odds = share * (1 - step / steps)
        return _loss(network, [next(streams[random.random() < odds]) for _ in range(BATCH)])

    descend(list(network.parameters()), loss, steps, RATE, decay=0.05)
    return network.eval()


def descend(
    weights: Sequence[torch.Tensor],
    loss: Callable[[int], torch.Tensor],
    steps: int,
    rate: float,
    decay: float,
) -> None:
    """Lower `loss(step)`, of the steps from 0, in the weights; prints its mean as it goes."""
    optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rate, total_steps=steps + 1, pct_start=0.1
    )
    losses, began = list[float](), time.time()
    for step in range(steps):
        value = loss(step)
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        schedule.step()
        losses.append(value.item())
        if step % 100 == 99:
            spent = time.time() - began
            print(f"{step + 1}/{steps}: {np.mean(losses[-100:]):.3f}, {spent:.0f} s", flush=True)


def for_ever(items: Sequence[Item]) -> Iterator[Item]:
    """The items again and again, in another order in every round."""
    while True:
        yield from random.sample(items, len(items))


def _loss(network: Network, chosen: Sequence[tuple[Set, Example]]) -> torch.Tensor:
    """Each question with GROUP passages: which answer, which lines do, and the best of the group.

    A near-miss's own passage, which does not answer, weighs as much as one that does.
    """
    pairs, gold = [], []
    for of, example in chosen:
        shown = [(of, example.passage), *((of, place) for place in _others(of, example))]
        if random.random() < ELSEWHERE:
            elsewhere, any_example = random.choice(chosen)
            if elsewhere is not of:
                shown[-1] = elsewhere, any_example.passage
        for whose, place in shown:
            pairs.append(
                (of.questions[example.question], whose.passages[place], whose.lines[place])
            )
        gold += [example.lines, *[()] * (GROUP - 1)]
    batch = batch_of(pairs)
    passages, lines = network(batch)
    there, wanted = batch.inside.any(2), torch.zeros(lines.shape)
    for row, own in enumerate(gold):
        wanted[row, list(own)] = 1.0
    answers = torch.tensor([float(bool(own)) for own in gold])
    weight = torch.where(torch.arange(len(gold)) % GROUP == 0, 2.0, 0.5)
    total = functional.binary_cross_entropy_with_logits(passages, answers, weight)
    of_lines = functional.binary_cross_entropy_with_logits(lines, wanted, reduction="none")
    counted = there * weight[:, None]
    total = total + (of_lines * counted).sum() / counted.sum()
    right = (wanted * there).view(len(chosen), -1) > 0
    answered = right.any(1)
    if answered.any():
        listed = passages.view(-1, GROUP)[answered]
        total = total + 0.5 * (listed.logsumexp(1) - listed[:, 0]).mean()
        every = lines.reshape(len(chosen), -1)[answered]
        best = every.masked_fill(~right[answered], -1e4).logsumexp(1)
        total = total + 0.5 * (every.logsumexp(1) - best).mean()
    return total


def _others(of: Set, example: Example) -> list[int]:
    """Two passages that do not answer, of those that are easily confused with its own."""
    near = [int(place) for place in of.near[example.question][:CONFUSED]]
    near = [place for place in near if place != example.passage]
    return [random.choice(near[:5]), random.choice(near[5:])]


def calibrated(network: Network, chosen: Set, more: Sequence[str]) -> Reader:
    """The reader, whose logits become probabilities by the two slopes and biases that fit best."""
    about = {
        "layers": LAYERS,
        "data": examples.digest(),
        "more": list(more),
        "calibration": {"answers": (1.0, 0.0), "sentences": (1.0, 0.0)},
    }
    reader = Reader(_weights(network), about)
    passages, lines = [], []
    for example in chosen.examples:
        readings = _read(reader, chosen, example, chosen.near[example.question][:3])
        for place, reading in readings.items():
            own = example.lines if place == example.passage else ()
            passages.append((reading.answers, bool(own)))
            lines += [(value, k in own) for k, value in enumerate(reading.sentences)]
    about["calibration"] = {"answers": _platt(passages), "sentences": _platt(lines)}
    return reader


def _platt(pairs: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """The slope and bias of a logistic model from a probability's logit (Platt 1999)."""
    values = torch.tensor([value for value, _ in pairs], dtype=torch.float64).clamp(1e-6, 1 - 1e-6)
    logits, truth = torch.logit(values), torch.tensor([float(true) for _, true in pairs]).double()
    line = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=100)

    def step() -> torch.Tensor:
        optimiser.zero_grad()
        value = functional.binary_cross_entropy_with_logits(logits * line[0] + line[1], truth)
        value.backward()
        return value

    optimiser.step(step)
    slope, bias = line.tolist()
    return round(slope, 4), round(bias, 4)


def _read(reader: Reader, of: Set, example: Example, places: Sequence[int]) -> dict:
    """The readings of these passages for the example's question, by place."""
    found = reader.read(
        of.questions[example.question],
        [of.passages[place] for place in places],
        [of.lines[place] for place in places],
    )
    return dict(zip(map(int, places), found, strict=True))


def score(reader: Reader, of: Set) -> dict[str, float]:
    """How often a line that answers comes first, or among three; MRR of passages; AUC of answers.

    Among the READ passages that MaxSim puts first. The AUC is that of the best of the first three
    passages, between questions that are answered and near-misses.
    """
    first, three, ranks, answers = [], [], [], []
    for example in of.examples:
        readings = _read(reader, of, example, of.near[example.question][:READ])
        best = max(reading.answers for reading in list(readings.values())[:3])
        answers.append((best, bool(example.lines)))
        if not example.lines:
            continue
        lines = [
            (value, place == example.passage and k in example.lines)
            for place, reading in readings.items()
            for k, value in enumerate(reading.sentences)
        ]
        found = [is_right for _, is_right in sorted(lines, key=lambda one: -one[0])[:3]]
        first.append(found[0])
        three.append(any(found))
        order = sorted(readings, key=lambda place: -readings[place].answers)
        there = example.passage in order
        ranks.append(1 / (1 + order.index(example.passage)) if there else 0.0)
    figures = {
        "line_first": np.mean(first),
        "line_in_three": np.mean(three),
        "passage_mrr": np.mean(ranks),
        "near_miss_auc": _auc(answers),
    }
    return {name: round(float(value), 3) for name, value in figures.items()}


def _auc(pairs: Sequence[tuple[float, bool]]) -> float:
    """How often what is true has the higher value than what is not."""
    true, false = ([value for value, own in pairs if own is wanted] for wanted in (True, False))
    higher = np.subtract.outer(true, false)
    return float((higher > 0).mean() + (higher == 0).mean() / 2)


def _weights(network: Network) -> dict[str, np.ndarray]:
    """The weights by name, in half precision, as they are shipped."""
    return {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}


def save(file: Path, network: Network, about: Mapping[str, object]) -> None:
    """Write the weights file that `Reader.load` opens."""
    weights: dict = _weights(network)
    with file.open("wb") as stream:
        np.savez_compressed(stream, about=np.array(json.dumps(about)), **weights)


if __name__ == "__main__":
    sys.exit(main())
