"""`python -m bot.reader.tune`: makes index/tuning.npz, what the bundled model is changed by.

Changes of low rank to the last layers of the model (index/bert.py), for questions and passages
alike, so that late interaction (Khattab & Zaharia 2020, "ColBERT") ranks the passage and the line
that answer before others that are easily confused with them. What the first layers give is computed
once. Pooled vectors are held where they are: candidates are found by them.
Trains on the federations of data/ and data/reworded/ but HELD, by which it is scored. Public
questions may be trained on besides (--more). Half an hour on two free cores.
"""

import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bot.reader import examples
from bot.reader.examples import DATA, REWORDED
from bot.reader.train import (
    Example,
    Set,
    descend,
    encoded,
    encoded_paragraphs,
    read_options,
    sha256,
)
from index.bert import Bert, load_bert
from index.embed import TUNING, Encoded, SentenceEmbedder, own_tokens
from index.errors import PlaidoyerError
from index.settings import IndexSettings

HELD = ("unipaf", "thermunion", "cyber", "logistique")
FROM, RANK = 6, 16  # the first layer that is changed, and the rank of a change
STEPS, RATE, SEED = 750, 1e-3, 7
PASSAGES, QUESTIONS = 8, 4  # of a step: passages of one set, and questions to each at most
CONFUSED, OTHERS = 8, 3  # of so many nearest passages so many are shown beside a question's own
MORE = 0.5  # how often other questions are taken, beside our own once
# Differences of cosines that count are of 0.01: what they are divided by before the softmax.
TEMPERATURE = 0.01
PASSAGE_SHARE = 0.4  # as bot/quote/picks.py ranks sentences
# What it costs that cosines are higher or lower than those of the model as it is, by 0.01 for 1:
# bot/quote compares them with constants. And that a pooled vector turns, by its cosine.
LEVEL, TURNED = 0.03, 20.0
AT_ONCE = 16  # texts whose first layers are computed at once


@dataclass(frozen=True)
class Hidden:
    """A text's hidden states after the first layers [t, d]; which tokens are its own: bool [t].

    Of a passage besides, which are its heading's, bool [t], and which are each line's [lines, t].
    """

    states: torch.Tensor
    own: torch.Tensor
    heading: torch.Tensor
    lines: torch.Tensor


@dataclass(frozen=True)
class Texts:
    """A set's texts after the first layers. `answered`: what is asked of each passage."""

    of: Set
    passages: Sequence[Hidden]
    questions: Sequence[Hidden]

    @property
    def answered(self) -> dict[int, list[Example]]:
        """The questions that each passage answers, by its place."""
        found: dict[int, list[Example]] = {}
        for one in self.of.examples:
            if one.lines:
                found.setdefault(one.passage, []).append(one)
        return found


class Tuned:
    """The network with the changes that are trained."""

    def __init__(self, bert: Bert):
        self._bert = bert
        self.weights: dict[str, torch.Tensor] = {}
        for name, (out, into) in bert.layers.items():
            if int(name.split(".")[2]) >= FROM:
                self.weights[f"{name}.down"] = nn.Parameter(torch.randn(RANK, into) / into**0.5)
                self.weights[f"{name}.up"] = nn.Parameter(torch.zeros(out, RANK))

    def hidden(
        self,
        texts: Sequence[str],
        role: str,
        encoded: Sequence[Encoded],
        lines: Sequence[Sequence[tuple[int, int]]] = (),
    ) -> list[Hidden]:
        """The texts after the first layers. `encoded`: the same, whole; `lines`: of each."""
        prompt = self._bert.prompts[role] or ""
        found: dict[int, Hidden] = {}
        places = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        for first in range(0, len(texts), AT_ONCE):
            some = places[first : first + AT_ONCE]
            ids, there, spans = self._bert.read([prompt + texts[place] for place in some])
            with torch.inference_mode():
                states = self._bert.through(
                    self._bert.embedded(ids), there.bool(), range(FROM)
                ).hidden()
            for place, state, span in zip(some, states, spans, strict=True):
                kept = own_tokens(span, len(prompt))
                own_lines = lines[place] if lines else ()
                found[place] = _hidden(state[: len(span)].clone(), kept, encoded[place], own_lines)
        return [found[place] for place in range(len(texts))]

    def vectors(
        self, some: Sequence[Hidden], *, tuned: bool = True
    ) -> tuple[list[torch.Tensor], torch.Tensor]:
        """(the unit vectors of each text's tokens [t, d], their pooled unit vectors [texts, d])."""
        longest = max(len(one.states) for one in some)
        states = torch.zeros(len(some), longest, self._bert.dimensions)
        there = torch.zeros(len(some), longest, dtype=torch.bool)
        for place, one in enumerate(some):
            states[place, : len(one.states)] = one.states.float()
            there[place, : len(one.states)] = True
        changes = self.weights if tuned else {}
        found = self._bert.through(states, there, range(FROM, self._bert.depth), changes)
        pooled = functional.normalize((found * there[:, :, None]).sum(1), dim=1)
        tokens = functional.normalize(found, dim=2)
        return [own[: len(one.states)] for own, one in zip(tokens, some, strict=True)], pooled


def _hidden(
    states: torch.Tensor, kept: np.ndarray, whole: Encoded, lines: Sequence[tuple[int, int]]
) -> Hidden:
    """`kept`: which tokens are those of `whole`, bool [t]."""
    own = torch.from_numpy(kept)
    heading = torch.zeros_like(own)
    heading[own] = torch.from_numpy(whole.spans[:, 1] <= 0)
    held = torch.zeros(len(lines), len(own), dtype=torch.bool)
    for line, (start, end) in enumerate(lines):
        held[line, own] = torch.from_numpy(whole.within(start, end) & (whole.spans[:, 1] > 0))
    return Hidden(states, own, heading, held)


def scores(
    question: torch.Tensor, passages: Sequence[tuple[torch.Tensor, Hidden]]
) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """(the MaxSim of passages [p], those of each one's lines) for a question.

    `question`: unit vectors [q, d]; `passages`: those of each one's tokens, and what they are of.
    """
    whole, lines = [], []
    for tokens, hidden in passages:
        cosines = question @ tokens.T  # [q, t]
        whole.append(cosines.masked_fill(~hidden.own, -1).amax(1).mean())
        heading = cosines.masked_fill(~hidden.heading, 0).amax(1)
        own = cosines[None].masked_fill(~hidden.lines[:, None], 0).amax(2)  # [lines, q]
        of_lines = torch.maximum(own, heading).mean(1)
        lines.append((1 - PASSAGE_SHARE) * of_lines + PASSAGE_SHARE * whole[-1])
    return torch.stack(whole), lines


def main(argv: Sequence[str] | None = None) -> int:
    """Train, score and write the tuning. Returns 0; 2 for wrong use or data."""
    options = read_options("tune", "Make the bundled model's tuning anew.", TUNING, argv)
    torch.manual_seed(SEED)
    try:
        bert = load_bert(IndexSettings.from_environment().store / "models", "cpu")
        embedder, tuned = SentenceEmbedder("not tuned", bert), Tuned(bert)
        known = [*examples.federations(), *examples.federations(folder=REWORDED)]
        own = {one.name: hidden_of(tuned, encoded(one, embedder)) for one in known}
        more = [hidden_of(tuned, encoded_paragraphs(file, embedder)) for file in options.more]
    except (PlaidoyerError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    fit(tuned, [texts for name, texts in own.items() if name not in HELD], more)
    figures = {name: score(tuned, own[name]) for name in HELD}
    about = {
        "data": examples.digest(DATA, REWORDED),
        "more": [sha256(file) for file in options.more],
        "figures": figures,
    }
    changes: dict = {
        name: changed.detach().numpy().astype(np.float16) for name, changed in tuned.weights.items()
    }
    np.savez_compressed(options.out, about=np.array(json.dumps(about)), **changes)
    print(json.dumps(figures, indent=1))
    return 0


def hidden_of(tuned: Tuned, of: Set) -> Texts:
    """A set's texts after the first layers."""
    return Texts(
        of,
        tuned.hidden(of.written, "document", of.passages, of.lines),
        tuned.hidden(of.texts, "query", of.questions),
    )


def fit(tuned: Tuned, own: Sequence[Texts], more: Sequence[Texts]) -> None:
    """Train on the questions that are answered, of our own and, less often, of `more`."""
    random.seed(SEED)
    sets = [*own, *more]
    asked = [texts.answered for texts in sets]
    often = [sum(map(len, questions.values())) * 1.0 for questions in asked]
    often[len(own) :] = [MORE * weight for weight in often[len(own) :]]

    def loss(_: int) -> torch.Tensor:
        (one,) = random.choices(range(len(sets)), often)
        return _loss(tuned, sets[one], *_shown(sets[one], asked[one]))

    descend(list(tuned.weights.values()), loss, STEPS, RATE, decay=0.01)


def _shown(texts: Texts, asked: Mapping[int, Sequence[Example]]) -> tuple[list[int], list[Example]]:
    """Passages of a set that are easily confused, and questions that they answer."""
    places: list[int] = []
    while len(places) < PASSAGES:
        place = random.choice(list(asked))
        near = texts.of.near[random.choice(asked[place]).question][:CONFUSED]
        others = [int(other) for other in near if other != place]
        shown = [place, *random.sample(others, min(OTHERS, len(others)))]
        places += [one for one in shown if one not in places]
    places, questions = places[:PASSAGES], list[Example]()
    for place in places:
        own = asked.get(place, ())
        questions += random.sample(own, min(QUESTIONS, len(own)))
    return places, questions


def _loss(
    tuned: Tuned, texts: Texts, places: Sequence[int], asked: Sequence[Example]
) -> torch.Tensor:
    """The cross-entropy of each question's own passage among those shown, and of its lines among
    theirs; LEVEL and TURNED."""
    passages = [texts.passages[place] for place in places]
    questions = [texts.questions[one.question] for one in asked]
    vectors, pooled = tuned.vectors(passages)
    queries, pooled_queries = tuned.vectors(questions)
    with torch.no_grad():
        plain, plainly_pooled = tuned.vectors(passages, tuned=False)
        plain_queries, plainly_pooled_queries = tuned.vectors(questions, tuned=False)
    total = torch.zeros(())
    for one, hidden, query, before in zip(asked, questions, queries, plain_queries, strict=True):
        whole, lines = scores(query[hidden.own], list(zip(vectors, passages, strict=True)))
        own = places.index(one.passage)
        first = sum(map(len, lines[:own]))
        found = functional.log_softmax(torch.cat(lines) / TEMPERATURE, 0)
        total = total - functional.log_softmax(whole / TEMPERATURE, 0)[own]
        total = total - found[[first + line for line in one.lines]].logsumexp(0)
        with torch.no_grad():
            as_it_is, _ = scores(before[hidden.own], list(zip(plain, passages, strict=True)))
        total = total + LEVEL * ((whole - as_it_is).mean() / 0.01) ** 2
    turned = (1 - (pooled * plainly_pooled).sum(1)).mean()
    turned = turned + (1 - (pooled_queries * plainly_pooled_queries).sum(1)).mean()
    return total / max(1, len(asked)) + TURNED * turned


def score(tuned: Tuned, texts: Texts) -> dict[str, float]:
    """How often a line that answers comes first and the MRR of passages, among all of the set.

    By the model as it is, and tuned.
    """
    figures: dict[str, float] = {}
    for name in ("plain", "tuned"):
        with torch.no_grad():
            first, ranks = _ranked(tuned, texts, tuned_too=name == "tuned")
        figures[f"{name} line first"] = round(float(np.mean(first)), 3)
        figures[f"{name} passage MRR"] = round(float(np.mean(ranks)), 3)
    return figures


def _ranked(tuned: Tuned, texts: Texts, *, tuned_too: bool) -> tuple[list[bool], list[float]]:
    """Of each question: does a line that answers come first, and the reciprocal rank."""
    vectors = [
        vector
        for first in range(0, len(texts.passages), PASSAGES)
        for vector in tuned.vectors(texts.passages[first : first + PASSAGES], tuned=tuned_too)[0]
    ]
    passages = list(zip(vectors, texts.passages, strict=True))
    ends = np.cumsum([0, *(len(hidden.lines) for hidden in texts.passages)])
    firsts, ranks = [], []
    for one in texts.of.examples:
        if not one.lines:
            continue
        hidden = texts.questions[one.question]
        (query,), _ = tuned.vectors([hidden], tuned=tuned_too)
        whole, lines = scores(query[hidden.own], passages)
        right = {int(ends[one.passage]) + line for line in one.lines}
        firsts.append(int(torch.cat(lines).argmax()) in right)
        ranks.append(1 / (1 + int((whole > whole[one.passage]).sum())))
    return firsts, ranks


if __name__ == "__main__":
    sys.exit(main())
