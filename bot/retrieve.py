"""A question's candidates: dense from Chroma and lexical by BM25, fused. Out: rows of a generation, best first.

Promise: passages for another audience are out before anything is ranked.
Fusion: reciprocal rank fusion, Cormack, Clarke & Büttcher 2009, "Reciprocal Rank Fusion Outperforms Condorcet...".
"""

from collections.abc import Sequence

import numpy as np

from index.embed import Encoded
from index.store import Generation

DEPTH = 100  # candidates of each side, and of the fused list that is reranked
RRF_K = 60  # the paper's constant


def candidates(generation: Generation, question: str, encoded: Encoded, audiences: Sequence[str]) -> list[int]:
    """The rows of at most DEPTH passages for `audiences` that may answer, best first."""
    if not generation.passages:
        return []
    dense = [candidate.row for candidate in generation.dense(encoded.pooled, DEPTH, audiences)]
    return fuse(dense, _lexical(generation, question, audiences))[:DEPTH]


def fuse(*rankings: Sequence[int]) -> list[int]:
    """Rows of several rankings in the order of their summed 1 / (RRF_K + rank); ranks count from 1."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking, 1):
            scores[row] = scores.get(row, 0.0) + 1 / (RRF_K + rank)
    return sorted(scores, key=lambda row: (-scores[row], row))


def _lexical(generation: Generation, question: str, audiences: Sequence[str]) -> list[int]:
    scores = generation.lexical.scores(question) * generation.visible(audiences)
    best = np.argsort(-scores, kind="stable")[:DEPTH]
    return [int(row) for row in best if scores[row] > 0]
