"""`python -m bot.intent.train --out FILE.npz`: makes the weights that bot/intent/model.py reads.

Fits on data/train and on questions of the reader's data; the threshold on data/chosen, of other
writers; data/reported, of another one, is looked at once, for the figures that are kept in the
file. A line of the data is a label, a tab and a message. Two minutes on two cores.
"""

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional

from bot.intent.model import QUESTION, WEIGHTS, Intents
from bot.reader import examples
from index.embed import Embedder, load_embedder
from index.errors import PlaidoyerError
from index.settings import BUNDLED, IndexSettings

DATA = Path(__file__).with_name("data")
QUESTIONS = 3_000  # of the reader's data, drawn by SEED
SEED = 1
SCALE = 12.0  # of the vectors less their mean, whose components are small
DECAY = 3e-5  # of the squared weights in the loss
STEPS = 400  # of L-BFGS
WRONG = 0.01  # the share of the chosen questions that may be heard as anything else
THRESHOLDS = [step / 100 for step in range(50, 100, 5)]
BATCH = 256


class Line(NamedTuple):
    """A message and what it is: QUESTION, or a room and a detail with a dot between."""

    label: str
    text: str


def main(argv: Sequence[str] | None = None) -> int:
    """Fit, choose the threshold, score and write the weights. Returns 0; 2 for wrong data."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.intent.train", description="Make the intents' weights anew."
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="default: %(default)s")
    options = parser.parse_args(argv)
    try:
        embedder = load_embedder(BUNDLED, IndexSettings.from_environment().store / "models")
        fitted = fit([*read("train"), *questions()], embedder)
        chosen = chosen_threshold(fitted, read("chosen"), embedder)
        figures = score(chosen, read("reported"), embedder)
    except (PlaidoyerError, OSError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    about = {**chosen.about, "data": digest(), "figures": figures}
    weights: dict = {name: value.astype(np.float16) for name, value in chosen.weights.items()}
    np.savez_compressed(options.out, about=np.array(json.dumps(about)), **weights)
    print(json.dumps(figures, indent=1))
    return 0


def read(part: str) -> list[Line]:
    """The lines of a part of the data, file by file. Raises `OSError`, `ValueError`."""
    return [
        Line(*line.split("\t"))
        for file in sorted((DATA / part).glob("*.tsv"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def questions() -> list[Line]:
    """Questions on texts, from the reader's data. Raises `ExamplesInvalid`."""
    known = [*examples.federations(), *examples.federations(folder=examples.REWORDED)]
    asked = [Line(QUESTION, one.question) for federation in known for one in federation.asked]
    return random.Random(SEED).sample(asked, QUESTIONS)


def digest() -> str:
    """The SHA-256 of this data's files, one after the other."""
    files = sorted(DATA.glob("*/*.tsv"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def fit(lines: Sequence[Line], embedder: Embedder) -> Intents:
    """The weights of the least cross-entropy, with a little decay."""
    labels = [QUESTION, *sorted({line.label for line in lines} - {QUESTION})]
    vectors = torch.from_numpy(_vectors(lines, embedder))
    mean = vectors.mean(0)
    scaled = (vectors - mean) * SCALE
    told = torch.tensor([labels.index(line.label) for line in lines])
    slopes = torch.zeros(len(labels), vectors.shape[1], requires_grad=True)
    biases = torch.zeros(len(labels), requires_grad=True)
    optimiser = torch.optim.LBFGS([slopes, biases], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = functional.cross_entropy(scaled @ slopes.T + biases, told)
        value = value + DECAY * slopes.square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    whole = (slopes * SCALE).detach()
    weights = {"slopes": whole.numpy(), "biases": (biases.detach() - whole @ mean).numpy()}
    return Intents(weights, {"labels": labels, "threshold": THRESHOLDS[0]})


def chosen_threshold(fitted: Intents, lines: Sequence[Line], embedder: Embedder) -> Intents:
    """With the least threshold by which at most WRONG of the questions are heard as another."""
    vectors = _vectors(lines, embedder)
    for threshold in THRESHOLDS:
        intents = Intents(fitted.weights, {**fitted.about, "threshold": threshold})
        if _figures(intents, lines, vectors)["questions heard as another"] <= WRONG:
            return intents
    raise ValueError(f"{DATA / 'chosen'}: too many questions are heard as another at any threshold")


def score(intents: Intents, lines: Sequence[Line], embedder: Embedder) -> dict[str, float]:
    """How many lines of each room are heard as such, by their detail, and questions wrongly."""
    return _figures(intents, lines, _vectors(lines, embedder))


def _figures(intents: Intents, lines: Sequence[Line], vectors: np.ndarray) -> dict[str, float]:
    found: dict[str, list[bool]] = {}
    for line, vector in zip(lines, vectors, strict=True):
        heard, room = intents.hears(line.text, vector), line.label.split(".")[0]
        if line.label == QUESTION:
            found.setdefault("questions heard as another", []).append(heard is not None)
            continue
        found.setdefault(f"{room} heard", []).append(heard is not None and heard.room == room)
        if line.label != room:
            right = heard is not None and ".".join(heard) == line.label
            found.setdefault(f"{room}, its detail too", []).append(right)
    return {name: round(float(np.mean(values)), 3) for name, values in sorted(found.items())}


def _vectors(lines: Sequence[Line], embedder: Embedder) -> np.ndarray:
    texts = [line.text for line in lines]
    return np.stack(
        [
            one.pooled
            for first in range(0, len(texts), BATCH)
            for one in embedder.encode_questions(texts[first : first + BATCH])
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
