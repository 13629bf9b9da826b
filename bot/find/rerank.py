"""The second look at the candidates: late interaction over contextual token vectors.

Rows in, scored `Hit`s out. A passage's score is the weighted mean, over the question's tokens, of
the best cosine with any token of the passage or its heading (MaxSim: Khattab & Zaharia 2020,
"ColBERT"; the weights are ours). A
sentence is scored by its own slice of the same tokens and its heading's: no second encoding. Where
there is a reader, it reads the first hits for their order and their sentences.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from bot.reader.model import Reader, Reading
from bot.records import Hit, Sentence
from index.embed import Encoded
from index.language.words import weight
from index.passage import Passage
from index.shelf.generation import Generation

# First hits whose sentences are scored, and which a reader or a cross-encoder reorders. Reading 20
# takes 12 ms more; on the tuning half and two of tests/tuning_federations/ answers are as good.
READ = 12
LEXICAL = 0.1  # the share of BM25 in the order: more lost on paraphrases what it won on names
# The least share of a follow-up's own subject in the weights: "and for SMEs?" asks about SMEs,
# however much is understood with it.
FOLLOW_UP = 0.5
ALIKE = 0.005  # cosines that differ by so little say nothing of which passage is better
# What cosines between two languages lack. On 1,300 questions to eight federations' texts (no part
# of any evaluation) MRR@10 over all was 0.691 without, 0.710 at 0.01, 0.712 at 0.015, 0.706 at
# 0.03; French on English 0.435, 0.551, 0.612, 0.743, French on French 0.754, 0.750, 0.743, 0.709.
TRANSLATED = 0.015
# What the reader's standard score of a passage counts for beside those of MaxSim and BM25, and what
# the logit of a sentence counts for, in cosines: chosen on the tuning half and on
# tests/tuning_federations/ (docs/decisions/022). With 0.012 and 0.02 answers are a little worse; at
# 0.6 in the order as good.
PASSAGE_READ, SENTENCE_READ, MOST_SURE = 0.3, 0.008, 6.0
WORD = re.compile(r"[\w'’-]+")


class Judge(Protocol):
    """What may reorder the first hits: a cross-encoder."""

    def judge(self, question: str, passages: Sequence[Passage]) -> np.ndarray:
        """How well each passage answers: float [n], higher is better, on any scale."""


@dataclass(frozen=True)
class Query:
    """What is searched: `text`, encoded, in `language`.

    `follow_up`: the stretch of `text` that has a follow-up's own words; (0, 0) for none.
    """

    text: str
    encoded: Encoded
    language: str = ""
    follow_up: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Candidates:
    """The rows to rank, with the BM25 of every row of the generation: float [n].

    `boosts`: what each candidate gains besides, in standard deviations: float [len(rows)].
    """

    rows: Sequence[int]
    lexical: np.ndarray
    boosts: np.ndarray


def late_interaction(
    generation: Generation,
    query: Query,
    candidates: Candidates,
    judge: Judge | None = None,
    reader: Reader | None = None,
) -> list[Hit]:
    """The candidates as hits, best first, the first READ with their sentences.

    The order is that of the standard scores of MaxSim and of BM25, and of the boosts; `judge`
    replaces the first two for the first READ, else the reader's score of these is added.
    """
    rows, tokens = candidates.rows, len(query.encoded.tokens)
    if not rows or not tokens:
        return []
    passages = [generation.passages[row] for row in rows]
    encoded = [generation.encoded(row) for row in rows]
    foreign = [passage.language != query.language for passage in passages]
    lengths = [len(one.tokens) for one in encoded]
    ends = np.cumsum([0, *lengths])
    cosines = _cosines(query.encoded.tokens, encoded)
    cosines += np.repeat(TRANSLATED * np.array(foreign), lengths)[:, None].astype(np.float32)
    np.minimum(cosines, 1, out=cosines)
    best, weights = _best(cosines, ends), _weights(query)
    scores = best @ weights
    ranks = (
        _standard(scores, ALIKE)
        + LEXICAL * _standard(candidates.lexical[list(rows)])
        + candidates.boosts
    )
    order = np.argsort(-ranks, kind="stable")
    first = order[:READ].copy()
    readings: dict[int, Reading] = {}
    if reader is not None:
        spans = [passages[place].sentences() for place in first]
        found = reader.read(query.encoded, [encoded[place] for place in first], spans)
        readings = dict(zip(first.tolist(), found, strict=True))
    if judge is not None:
        judged = _standard(judge.judge(query.text, [passages[place] for place in first]))
        _reorder(order, ranks, judged + candidates.boosts[first])
    elif readings:
        answers = np.array([_logit(reading.answers) for reading in readings.values()])
        _reorder(order, ranks, ranks[first] + PASSAGE_READ * _standard(answers))
    read = set(first.tolist())
    return [
        Hit(
            passages[place],
            float(scores[place]),
            _read(
                _sentences(
                    passages[place],
                    encoded[place].spans,
                    cosines[ends[place] : ends[place + 1]],
                    weights,
                ),
                readings.get(place),
            )
            if place in read
            else (),
            tuple(best[place].tolist()),
            float(ranks[place]),
            readings[place].answers if place in readings else None,
        )
        for place in order.tolist()
    ]


def _best(cosines: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The best cosine of each question token with each text, of which each ends at one of `ends`.

    float [texts, q]; 0 for a text without tokens.
    """
    found = np.zeros((len(ends) - 1, cosines.shape[1]))
    there = np.diff(ends) > 0
    if there.any():
        found[there] = np.maximum.reduceat(cosines, ends[:-1][there], axis=0)
    return found


def _reorder(order: np.ndarray, ranks: np.ndarray, judged: np.ndarray) -> None:
    """Order the first places by their judged scores and rank them above the others, in place."""
    first = order[: len(judged)].copy()
    ranks[first] = ranks[first].min() + judged - judged.min()
    order[: len(judged)] = first[np.argsort(-judged, kind="stable")]


def _read(sentences: tuple[Sentence, ...], reading: Reading | None) -> tuple[Sentence, ...]:
    """The sentences; where they were read, with what the reader adds to their scores."""
    if reading is None:
        return sentences
    return tuple(
        replace(
            sentence,
            score=sentence.score + SENTENCE_READ * max(-MOST_SURE, min(MOST_SURE, _logit(answers))),
            answers=answers,
        )
        for sentence, answers in zip(sentences, reading.sentences, strict=True)
    )


def _logit(probability: float) -> float:
    return math.log(max(probability, 1e-6) / max(1 - probability, 1e-6))


def _standard(scores: np.ndarray, least: float = 1e-6) -> np.ndarray:
    """The scores in standard deviations from their mean; a deviation counts as `least` at least."""
    return np.asarray((scores - scores.mean()) / max(float(scores.std()), least))


def matches(question: Encoded, texts: Sequence[Encoded]) -> list[tuple[float, ...]]:
    """For each text, the best cosine of each of the question's tokens with any of its tokens."""
    ends = np.cumsum([0, *(len(text.tokens) for text in texts)])
    return [tuple(row) for row in _best(_cosines(question.tokens, texts), ends).tolist()]


def _cosines(asked: np.ndarray, texts: Sequence[Encoded]) -> np.ndarray:
    """The cosines of the texts' tokens, end to end, with a question's, int8 [q, d]: [t, q]."""
    tokens = np.concatenate([text.tokens for text in texts]).astype(np.float32)
    return np.asarray((tokens @ asked.T.astype(np.float32)) / 127**2)


def _weights(query: Query) -> np.ndarray:
    """What each token of the question counts for, by the word it is of: float [q], their sum 1."""
    encoded = query.encoded
    weights = np.full(len(encoded.spans), weight(""))
    for match in WORD.finditer(query.text):
        weights[encoded.within(match.start(), match.end())] = weight(match[0])
    subject = encoded.within(*query.follow_up) & (weights == 1)
    if subject.any() and not subject.all():
        ratio = float(weights[~subject].sum() / weights[subject].sum())
        weights[subject] *= max(1.0, FOLLOW_UP / (1 - FOLLOW_UP) * ratio)
    return np.asarray(weights / weights.sum())


def _sentences(
    passage: Passage, spans: np.ndarray, cosines: np.ndarray, weights: np.ndarray
) -> tuple[Sentence, ...]:
    """The passage's sentences, each scored by its own tokens and its heading's.

    0 for a sentence past the model's window.
    """
    heading = cosines[spans[:, 1] <= 0].max(axis=0, initial=-1)
    scored = []
    for start, end in passage.sentences():
        own = cosines[(spans[:, 0] < end) & (spans[:, 1] > start)]
        score = float(np.maximum(own.max(axis=0), heading) @ weights) if len(own) else 0.0
        scored.append(Sentence(start, end, score))
    return tuple(scored)
