"""A question's candidates: nearest passages, nearest headings and BM25, fused to rows, best first.

Promise: passages for another audience, and out of the scope, are out before anything is ranked;
where the question names a time or a kind of document, the best of those are among the candidates,
however large the rest is.
Fusion: reciprocal rank fusion, Cormack, Clarke & Büttcher 2009, "Reciprocal Rank Fusion
Outperforms Condorcet...".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.embed import Encoded
from index.shelf.generation import Generation, best

DEPTH = 100  # candidates of each side, and of the fused list that is reranked
RRF_K = 60  # the paper's constant
HEADING = 0.5  # a heading is shared by many passages: half a vote
# Rows of the time and kind asked for, up to which each is compared with the question; of more than
# that, the candidates hold enough.
WANTED = 20_000
# Two texts in one language are nearer than one and its translation: without places of their own,
# passages in the other language are no candidates where the corpus is large.
FOREIGN = 25


@dataclass(frozen=True)
class Reserved:
    """Rows that have places of their own among the candidates: bool [n] each, None for none.

    `wanted`: of the time and kind asked for; `foreign`: not in the question's language; `scope`:
    the only rows that are candidates at all.
    """

    wanted: np.ndarray | None = None
    foreign: np.ndarray | None = None
    scope: np.ndarray | None = None


def candidates(
    generation: Generation,
    lexical: np.ndarray,
    encoded: Encoded,
    audiences: Sequence[str],
    reserved: Reserved | None = None,
) -> list[int]:
    """The rows of at most DEPTH passages for `audiences` that may answer, best first, and FOREIGN.

    `lexical`: BM25 of the question against every passage, float [n].
    """
    reserved = reserved or Reserved()
    visible = generation.visible(audiences)
    if reserved.scope is None:
        nearest = [found.row for found in generation.dense(encoded.pooled, DEPTH, audiences)]
    else:  # one by one: Chroma's graph knows nothing of it, and would find too few
        visible &= reserved.scope
        nearest = generation.nearest_among(encoded.pooled, DEPTH, np.flatnonzero(visible))
    rankings = [
        (1.0, nearest),
        (1.0, best(lexical, DEPTH, visible & (lexical > 0))),
        (HEADING, generation.headed(encoded.pooled, DEPTH, visible)),
    ]
    wanted = reserved.wanted
    if wanted is not None and 0 < (wanted & visible).sum() <= WANTED:
        nearest = generation.nearest_among(
            encoded.pooled, DEPTH // 2, np.flatnonzero(wanted & visible)
        )
        rankings += [
            (1.0, nearest),
            (1.0, best(lexical, DEPTH // 2, wanted & visible & (lexical > 0))),
        ]
    rows = fuse(*rankings)[:DEPTH]
    if reserved.foreign is not None and 0 < (reserved.foreign & visible).sum() <= WANTED:
        foreign = np.flatnonzero(reserved.foreign & visible)
        rows += generation.nearest_among(encoded.pooled, FOREIGN, foreign)
    return list(dict.fromkeys(rows))


def fuse(*rankings: tuple[float, Sequence[int]]) -> list[int]:
    """The rows of several weighted rankings by their summed weight / (RRF_K + rank), best first.

    Ranks count from 1.
    """
    scores: dict[int, float] = {}
    for weight, ranking in rankings:
        for rank, row in enumerate(ranking, 1):
            scores[row] = scores.get(row, 0.0) + weight / (RRF_K + rank)
    return sorted(scores, key=lambda row: (-scores[row], row))
