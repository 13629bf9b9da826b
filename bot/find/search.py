"""What is looked for and what is found: candidates, late interaction, and whether they answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.find import prefer
from bot.find.abstain import (
    BACKDROP,
    FEW,
    FOLLOWED,
    SUBJECT_THRESHOLD,
    SURE,
    THRESHOLD,
    Evidence,
    probability,
    subject_support,
)
from bot.find.rerank import Candidates, Judge, Query, late_interaction, matches
from bot.find.retrieve import Reserved, candidates
from bot.reader.model import Reader
from bot.records import Hit, Question
from index.embed import Embedder, Encoded
from index.language import lists
from index.language.fold import fold
from index.passage import Passage
from index.shelf.store import Generation

SUGGESTED = 3  # nearest documents named when nothing answers
# The support of its subject by which a follow-up is another question, however likely the one
# before is answered again.
CLEARLY = 0.1
# "Et pour les PME ?" narrows the subject, where "et la mixité ?" names another that is as well
# spoken of.
NARROWS = re.compile(
    rf"(?:{lists.forms('followup.conjunctions')} )?{lists.forms('followup.prepositions')}\b"
)


@dataclass(frozen=True)
class Found:
    """What was looked for and the hits, best first.

    `probability`: that they answer, 0 to 1. `support`: how far they speak of the subject that the
    question itself names, without what a follow-up leaves unsaid, 0 to 1.
    """

    asked: Question
    hits: list[Hit]
    probability: float
    support: float = 1.0

    @property
    def answers(self) -> bool:
        """Do the hits answer the question, as far as is known?

        A follow-up that names no subject needs less evidence from the text that was cited last: its
        subject was answered from there.
        """
        least = FOLLOWED if self.follows and not self.asked.alternative else THRESHOLD
        supported = not self.asked.follow_up or self.support >= SUBJECT_THRESHOLD
        return self.probability >= least and supported

    @property
    def follows(self) -> bool:
        """Is what was found first of a document that the question follows up?"""
        return bool(self.hits) and self.hits[0].passage.path in self.asked.documents

    @property
    def is_sure(self) -> bool:
        """Do they answer it surely?"""
        return self.probability >= SURE

    @property
    def nearest(self) -> tuple[Passage, ...]:
        """The best passage of each of the nearest documents."""
        nearest: dict[str, Passage] = {}
        for hit in self.hits:
            nearest.setdefault(hit.passage.path, hit.passage)
        return tuple(nearest.values())[:SUGGESTED]


class Search:
    """Finds passages with the embedder that made the index.

    `judge` may reorder the first, else the `reader` does, who also reads their sentences.
    """

    def __init__(
        self, embedder: Embedder, judge: Judge | None = None, reader: Reader | None = None
    ):
        self._embedder, self._judge, self._reader = embedder, judge, reader

    def found(self, asked: Question, generation: Generation, audiences: Sequence[str]) -> Found:
        """What is found for the question.

        A follow-up's subject narrows the one before it or takes its place, whichever of the two
        the texts support more.
        """
        narrowed = self._searched(asked, generation, audiences)
        if not asked.alternative:
            return narrowed
        other = self._searched(replace(asked, search=asked.alternative), generation, audiences)
        gained = other.support - narrowed.support
        better = (
            gained > CLEARLY
            or (gained > 0 and (not narrowed.answers or other.probability > narrowed.probability))
            or (gained >= -CLEARLY and not NARROWS.match(fold(asked.follow_up)))
        )
        return other if other.answers and better else narrowed

    def _searched(self, asked: Question, generation: Generation, audiences: Sequence[str]) -> Found:
        """All candidates for the question, its acronyms spelled out, as hits."""
        visible, scoped = generation.visible(audiences), None
        if asked.scope:
            scoped = prefer.within(generation, asked.scope)
            visible &= scoped
        if not visible.any():
            return Found(asked, [], 0.0)
        lexical = generation.lexical_for(audiences)
        sought = lexical.spelling_out(asked.search)
        encoded = self._embedder.encode_question(sought)
        scores = lexical.scores(asked.search)
        asked_for = asked.since, asked.until, asked.kinds
        wanted = prefer.wanted(generation, visible, *asked_for)
        followed = visible & prefer.of_documents(generation, asked.documents)
        if followed.any():
            wanted = followed if wanted is None else wanted | followed
        reserved = Reserved(wanted, ~generation.in_language(asked.language), scoped)
        rows = candidates(generation, scores, encoded, audiences, reserved)
        hits = late_interaction(
            generation,
            Query(sought, encoded, asked.language, asked.follow_up_span),
            Candidates(
                rows,
                scores,
                prefer.boosts(generation, rows, *asked_for)
                + prefer.OF_THE_DOCUMENTS * followed[list(rows)],
            ),
            self._judge,
            self._reader,
        )
        if not hits:
            return Found(asked, [], 0.0)
        # Where there are more hits it is not needed, and half a second to encode.
        backdrop = matches(encoded, self._backdrop) if len(hits) < FEW else ()
        evidence = Evidence(encoded, hits, lexical, backdrop, asked.language)
        return Found(
            asked,
            hits,
            probability(asked.search, evidence),
            subject_support(asked.search, asked.own_span, evidence),
        )

    @cached_property
    def _backdrop(self) -> list[Encoded]:
        return list(self._embedder.encode_passages([("", text) for text in BACKDROP]))
