"""Which sentences of the hits answer, and how well. Pure.

Promise: a question found in a document, a heading, a lead-in is never picked; what is about the
document or its readers comes after what says something.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.records import Hit
from bot.statements import (
    answers_with,
    demands,
    demands_ours,
    holds_amount_asked,
    is_aside,
    is_call,
    is_said,
    line_kind,
)
from index.language.numbers import figure_terms
from index.language.words import terms
from index.passage import Passage

READ = 8  # passages that sentences are taken from
PASSAGE_SHARE = 0.4  # of a sentence's score is its passage's: a sentence alone may lack its subject
SOUGHT = 0.03  # what a sentence gains that holds the person, date or figure that is asked for
NAMED = 0.03  # likewise one that has a day, an amount or a share that the question names
# Likewise one that demands something, where it is asked what the federation demands.
DEMANDED = 0.02
# What a sentence loses that calls or thanks its readers, or where no person, date or figure is
# sought, that is about the document.
ASIDE = 0.1
ENDED = ("superseded", "withdrawn")
# What a sentence of a text that has ended loses, unless a time is asked about: what replaced it may
# say less of what is asked.
OUT_OF_FORCE = 0.03
# What a standard deviation of the preference for the time, kind and force of a text is worth.
PREFERRED = 0.01
CHECKABLE = ("person", "date", "figure")  # what a sentence can be seen to hold
ALIKE = 0.75  # share of common terms from which two sentences say the same
SAME_POINT = 0.4  # likewise where the figures are the same


@dataclass(frozen=True)
class Asked:
    """What the sentences are held against.

    `search`: what is searched; `seeks`: what must stand in the answer (person, date, figure, list,
    or "" for anything); `timed`: a time is asked about; `language`: the reader's.
    """

    search: str = ""
    seeks: str = ""
    timed: bool = False
    language: str = "fr"


@dataclass(frozen=True)
class Pick:
    """A sentence of a hit, and what it is worth as an answer."""

    hit: Hit
    index: int
    score: float

    @property
    def passage(self) -> Passage:
        """The passage that it stands in."""
        return self.hit.passage

    @property
    def place(self) -> tuple[str, int]:
        """What no other sentence has: its passage's id and its index there."""
        return self.passage.id, self.index

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return text_of(self.hit, self.index)

    @property
    def line(self) -> str:
        """`item` of a list, `row` of a table, or ""."""
        sentence = self.hit.sentences[self.index]
        return line_kind(self.passage, sentence.start, sentence.end)


def text_of(hit: Hit, index: int) -> str:
    """A sentence of a hit, verbatim."""
    sentence = hit.sentences[index]
    return hit.passage.text[sentence.start : sentence.end]


def ranked(hits: Sequence[Hit], asked: Asked) -> list[Pick]:
    """The statements of the first READ hits, the best answer first."""
    return sorted(_scored(hits[:READ], asked), key=lambda pick: -pick.score)


def _scored(hits: Sequence[Hit], asked: Asked) -> Iterator[Pick]:
    asks_demand, named = demands(asked.search), set(figure_terms(asked.search))
    top = max((hit.rank for hit in hits), default=0.0)
    for hit in hits:
        passage = hit.passage
        for index, sentence in enumerate(hit.sentences):
            if not is_said(passage, sentence.start, sentence.end):
                continue
            text = text_of(hit, index)
            score = (1 - PASSAGE_SHARE) * sentence.score + PASSAGE_SHARE * hit.score
            score += PREFERRED * max(-3.0, hit.rank - top)
            if answers_with(text, asked.seeks) and holds_amount_asked(asked.search, text):
                score += SOUGHT
            if named and not named.isdisjoint(figure_terms(text, passage.date)):
                score += NAMED
            if asks_demand and demands_ours(passage, sentence.start, sentence.end):
                score += DEMANDED
            if is_call(text) or (asked.seeks not in CHECKABLE and is_aside(text)):
                score -= ASIDE
            if not asked.timed and passage.status in ENDED:
                score -= OUT_OF_FORCE
            yield Pick(hit, index, score)


def repeats(one: Pick, other: Pick) -> bool:
    """Do two sentences say the same: nearly the same words, or the same figures of one point?"""
    first, second = (set(terms(pick.text, pick.passage.language)) for pick in (one, other))
    common = len(first & second) / max(1, min(len(first), len(second)))
    if common > ALIKE:
        return True
    figures, others = (set(figure_terms(pick.text, pick.passage.date)) for pick in (one, other))
    return common > SAME_POINT and bool(figures) and figures == others
