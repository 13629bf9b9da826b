"""The second look at the candidates: late interaction over contextual token vectors. Rows in, scored `Hit`s out.

A passage's score is the weighted mean, over the question's tokens, of the best cosine with any token of the passage or its
heading (MaxSim: Khattab & Zaharia 2020, "ColBERT"; the weights are ours). A sentence is scored by its own slice of the same
tokens and its heading's: no second encoding.
"""

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from bot.records import Hit, Sentence
from index.embed import Encoded
from index.language.words import weight
from index.passage import Passage
from index.shelf.generation import Generation

READ = 20  # hits whose sentences are scored; as many are put into a new order by a cross-encoder, where there is one
LEXICAL = 0.1  # the share of BM25 in the order: more of it lost on paraphrases what it won on names
OWN = 0.5  # the share that the words of a follow-up's own subject have at least: "and for SMEs?" asks of SMEs, however much is understood with it
ALIKE = 0.005  # cosines that differ by so little say nothing of which passage is better
# What cosines between two languages lack: over 127 questions the medians of a question's 100 candidates in its own language and in the
# other lay 0.008 (French) and 0.011 (English) apart.
TRANSLATED = 0.01
WORD = re.compile(r"[\w'’-]+")


class Judge(Protocol):
    """What may have the last word on the order: a cross-encoder."""

    def judge(self, question: str, passages: Sequence[Passage]) -> np.ndarray:
        """How well each passage answers the question: float [n], higher is better, on any scale."""


def late_interaction(
    generation: Generation,
    text: str,
    question: Encoded,
    rows: Sequence[int],
    lexical: np.ndarray,
    boosts: np.ndarray,
    judge: Judge | None = None,
    language: str = "",
    own: tuple[int, int] = (0, 0),
) -> list[Hit]:
    """The passages of `rows` as hits, best first, the first READ with their sentences. `question` is `text` encoded, in `language`; the words of
    a follow-up's own subject stand in its stretch `own`.

    The order is that of the standard scores of MaxSim and of BM25 (`lexical`, float [n] of the generation), and of `boosts`
    (float [len(rows)], in standard deviations); `judge` takes the place of the first two for the first READ.
    """
    if not rows or not len(question.tokens):
        return []
    passages = [generation.encoded(row) for row in rows]
    foreign = [TRANSLATED * (generation.passages[row].language != language) for row in rows]
    cosines = [
        np.minimum(own + more, 1)
        for own, more in zip(_cosines(question, passages), foreign, strict=True)
    ]
    best = np.array(
        [own.max(axis=0) if len(own) else np.zeros(len(question.tokens)) for own in cosines]
    )
    weights = _weights(text, question, own)
    scores = best @ weights
    ranks = _standard(scores, ALIKE) + LEXICAL * _standard(lexical[list(rows)]) + boosts
    order = np.argsort(-ranks, kind="stable")
    if judge is not None:
        first = order[:READ]
        judged = (
            _standard(judge.judge(text, [generation.passages[rows[place]] for place in first]))
            + boosts[first]
        )
        ranks[first] = ranks[first].min() + judged - judged.min()
        order[:READ] = first[np.argsort(-judged, kind="stable")]
    hits = []
    for rank, place in enumerate(order):
        passage = generation.passages[rows[place]]
        read = (
            _sentences(passage, passages[place].spans, cosines[place], weights)
            if rank < READ
            else ()
        )
        hits.append(
            Hit(
                passage,
                float(scores[place]),
                read,
                tuple(best[place].tolist()),
                float(ranks[place]),
            )
        )
    return hits


def _standard(scores: np.ndarray, least: float = 1e-6) -> np.ndarray:
    """The scores in standard deviations from their mean; a deviation counts as `least` at least."""
    return (scores - scores.mean()) / max(float(scores.std()), least)


def matches(question: Encoded, texts: Sequence[Encoded]) -> list[tuple[float, ...]]:
    """For each text, the best cosine of each of the question's tokens with any of its tokens."""
    return [tuple(own.max(axis=0).tolist()) for own in _cosines(question, texts)]


def _cosines(question: Encoded, texts: Sequence[Encoded]) -> list[np.ndarray]:
    """For each text, the cosines of its tokens with the question's: float32 [t, q]."""
    tokens = np.concatenate([text.tokens for text in texts]).astype(np.float32)
    cosines = (tokens @ question.tokens.T.astype(np.float32)) / 127**2
    return np.split(cosines, np.cumsum([len(text.tokens) for text in texts])[:-1])


def _weights(text: str, question: Encoded, own: tuple[int, int]) -> np.ndarray:
    """What each token of the question counts for, by the word it is of: float [q], their sum 1."""
    weights = np.full(len(question.spans), weight(""))
    for match in WORD.finditer(text):
        weights[question.within(match.start(), match.end())] = weight(match[0])
    subject = question.within(*own) & (weights == 1)
    if subject.any() and not subject.all():
        weights[subject] *= max(
            1.0, OWN / (1 - OWN) * float(weights[~subject].sum() / weights[subject].sum())
        )
    return weights / weights.sum()


def _sentences(
    passage: Passage, spans: np.ndarray, cosines: np.ndarray, weights: np.ndarray
) -> tuple[Sentence, ...]:
    """The passage's sentences, each scored by its own tokens and its heading's; 0 for one past the model's window."""
    heading = cosines[spans[:, 1] <= 0].max(axis=0, initial=-1)
    scored = []
    for start, end in passage.sentences():
        own = cosines[(spans[:, 0] < end) & (spans[:, 1] > start)]
        scored.append(
            Sentence(
                start,
                end,
                float(np.maximum(own.max(axis=0), heading) @ weights) if len(own) else 0.0,
            )
        )
    return tuple(scored)
