"""`python -m bot.reader.tune --out FILE.npz`: makes the tuning that bot/reader/questions.py loads.

Changes of low rank to the layers of the bundled model (index/bert.py), for questions alone, so that
late interaction ranks the passage and the sentence that answer before others that are easily
confused with them. Passages are encoded once, by the model as it is.
Trains on the federations of data/ and data/reworded/ but HELD, by which it is scored. Public
questions may be trained on besides (--more). Twenty minutes on two free cores.
"""

import json
import random
import sys
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bot.reader import examples
from bot.reader.examples import DATA, REWORDED
from bot.reader.questions import TUNING
from bot.reader.train import (
    Example,
    Set,
    descend,
    encoded,
    encoded_paragraphs,
    for_ever,
    read_options,
    sha256,
)
from index.bert import Bert, load_bert
from index.embed import SentenceEmbedder
from index.errors import PlaidoyerError
from index.settings import BUNDLED, IndexSettings

HELD = ("unipaf", "thermunion", "cyber", "logistique")
RANK, BATCH, EPOCHS, RATE, SEED = 8, 32, 3.0, 1.2e-3, 7
# Differences of cosines that count are of 0.01: what they are divided by before the softmax.
TEMPERATURE = 0.01
MORE = 0.5  # how often other questions are taken, beside our own once
CONFUSED, FARTHER = (8, 4), (20, 3)  # of the first so many passages, other than its own, so many
PASSAGE_SHARE = 0.4  # as bot/quote/picks.py ranks sentences
# What it costs that cosines are higher or lower than those of the model as it is, by 0.01 for 1:
# bot/quote compares them with constants.
LEVEL = 0.03


class Texts:
    """A set's passages as tensors, to score questions against."""

    def __init__(self, of: Set):
        self.of = of
        self._tokens = [torch.from_numpy(one.tokens).float() / 127 for one in of.passages]
        self._headings = [torch.from_numpy(one.spans[:, 1] <= 0) for one in of.passages]
        self._lines = [
            torch.stack(
                [
                    torch.from_numpy(one.within(start, end) & (one.spans[:, 1] > 0))
                    for start, end in lines
                ]
            )
            for one, lines in zip(of.passages, of.lines, strict=True)
        ]

    def scores(
        self, question: torch.Tensor, places: Sequence[int]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """(the MaxSim of these passages [p], that of their lines end to end, as they are ranked).

        `question`: unit vectors [q, d].
        """
        passages, lines = [], []
        for place in places:
            cosines = question @ self._tokens[place].T  # [q, t]
            passages.append(cosines.amax(1).mean())
            heading = cosines.masked_fill(~self._headings[place], 0).amax(1)
            own = cosines[None].masked_fill(~self._lines[place][:, None], 0).amax(2)  # [lines, q]
            of_lines = torch.maximum(own, heading).mean(1)
            lines.append((1 - PASSAGE_SHARE) * of_lines + PASSAGE_SHARE * passages[-1])
        return torch.stack(passages), torch.cat(lines)


class Tuned:
    """The network with the changes that are trained."""

    def __init__(self, bert: Bert):
        self._bert, self._prompt = bert, bert.prompts.get("query") or ""
        for name, (out, into) in bert.layers.items():
            bert.tuning[f"{name}.down"] = nn.Parameter(torch.randn(RANK, into) / into**0.5)
            bert.tuning[f"{name}.up"] = nn.Parameter(torch.zeros(out, RANK))

    @property
    def weights(self) -> Mapping[str, torch.Tensor]:
        """What is trained, by name."""
        return self._bert.tuning

    def tokens(self, questions: Sequence[str]) -> list[torch.Tensor]:
        """The unit vectors of each question's tokens, without the prompt's: [q, d]."""
        ids, there, spans = self._bert.read([self._prompt + question for question in questions])
        found = self._bert.vectors(ids, there.bool(), torch.ones(len(questions)))
        kept = [(own[:, 0] < own[:, 1]) & (own[:, 1] > len(self._prompt)) for own in spans]
        return [
            functional.normalize(vectors[: len(own)][torch.from_numpy(own)], dim=1)
            for vectors, own in zip(found, kept, strict=True)
        ]


def main(argv: Sequence[str] | None = None) -> int:
    """Train, score and write the tuning. Returns 0; 2 for wrong use or data."""
    options = read_options("tune", "Make the tuning for questions anew.", TUNING, argv)
    try:
        bert = load_bert(IndexSettings.from_environment().store / "models", "cpu")
        embedder = SentenceEmbedder(BUNDLED, bert)
        known = [*examples.federations(), *examples.federations(folder=REWORDED)]
        own = {one.name: Texts(encoded(one, embedder)) for one in known}
        more = [Texts(encoded_paragraphs(file, embedder)) for file in options.more]
    except (PlaidoyerError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    tuned = Tuned(bert)
    fit(tuned, [texts for name, texts in own.items() if name not in HELD], more)
    figures = {name: score(tuned, own[name]) for name in HELD}
    about = {
        "data": examples.digest(DATA, REWORDED),
        "more": [sha256(file) for file in options.more],
        "figures": figures,
    }
    halves: dict = {
        name: changed.detach().numpy().astype(np.float16) for name, changed in tuned.weights.items()
    }
    np.savez_compressed(options.out, about=np.array(json.dumps(about)), **halves)
    print(json.dumps(figures, indent=1))
    return 0


def fit(tuned: Tuned, own: Sequence[Texts], more: Sequence[Texts]) -> None:
    """Train on the questions that are answered, of our own and, less often, of `more`."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    ours, theirs = (
        [(texts, one) for texts in some for one in texts.of.examples if one.lines]
        for some in (own, more)
    )
    steps = int(EPOCHS * (len(ours) + MORE * len(theirs)) / BATCH)
    share = MORE * len(theirs) / (len(ours) + MORE * len(theirs))
    streams = for_ever(ours), for_ever(theirs)

    def loss(_: int) -> torch.Tensor:
        return _loss(tuned, [next(streams[random.random() < share]) for _ in range(BATCH)])

    descend(list(tuned.weights.values()), loss, steps, RATE, decay=0.01)


def _loss(tuned: Tuned, chosen: Sequence[tuple[Texts, Example]]) -> torch.Tensor:
    """The cross-entropy of each question's own passage among others, and of its lines; LEVEL."""
    questions = tuned.tokens([texts.of.texts[one.question] for texts, one in chosen])
    total = torch.zeros(())
    for question, (texts, one) in zip(questions, chosen, strict=True):
        places = [one.passage, *_others(texts.of, one)]
        passages, lines = texts.scores(question, places)
        with torch.no_grad():
            plain = torch.from_numpy(texts.of.questions[one.question].tokens).float() / 127
            before, _ = texts.scores(plain, places)
        total = total - functional.log_softmax(passages / TEMPERATURE, 0)[0]
        found = functional.log_softmax(lines / TEMPERATURE, 0)[list(one.lines)]  # its own are first
        total = total - found.logsumexp(0) + LEVEL * ((passages - before).mean() / 0.01) ** 2
    return total / len(chosen)


def _others(of: Set, example: Example) -> list[int]:
    """Passages that do not answer, of those that are easily confused with its own and of others."""
    (near, some), (far, few) = CONFUSED, FARTHER
    places = [int(place) for place in of.near[example.question][:far] if place != example.passage]
    return [*random.sample(places[:near], some), *random.sample(places[near:], few)]


def score(tuned: Tuned, texts: Texts) -> dict[str, float]:
    """How often a line that answers comes first and the MRR of passages, among all of the set.

    By the model as it is, and tuned.
    """
    asked = [one for one in texts.of.examples if one.lines]
    ends = np.cumsum([0, *(len(lines) for lines in texts.of.lines)])
    first: dict[str, list[bool]] = {"plain": [], "tuned": []}
    ranks: dict[str, list[float]] = {"plain": [], "tuned": []}
    with torch.no_grad():
        for one in asked:
            plain = torch.from_numpy(texts.of.questions[one.question].tokens).float() / 127
            (other,) = tuned.tokens([texts.of.texts[one.question]])
            for name, question in (("plain", plain), ("tuned", other)):
                passages, lines = texts.scores(question, range(len(texts.of.passages)))
                right = {int(ends[one.passage]) + line for line in one.lines}
                first[name].append(int(lines.argmax()) in right)
                ranks[name].append(1 / (1 + int((passages > passages[one.passage]).sum())))
    return {
        f"{name} {figure}": round(float(np.mean(values[name])), 3)
        for figure, values in (("line first", first), ("passage MRR", ranks))
        for name in values
    }


if __name__ == "__main__":
    sys.exit(main())
