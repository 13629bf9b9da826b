"""A question whose premise the texts contradict: "pourquoi soutenons-nous" what we oppose. Pure.

Promise: only where it is asked why we take a side, and what the texts say of it takes the other
side and never that one; then their own stance is the answer, and is called so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.records import Claim, Composed, Hit, Question
from bot.statements import Before
from bot.views.units import Unit, units_of
from index.language import lists
from index.language.fold import Folded, fold
from index.language.subject import subject_words
from index.language.words import Term, stem, terms

READ = 5  # hits that may speak of it
PASSAGE_SHARE = 0.4  # of a sentence's score is its passage's, as in the choice of quotes
FAR = 0.025  # below the best sentence one that may speak of something else
SHARED = 0.5  # of the question's words that the stance must have

STANCE = lists.forms("premise.stance")
AGAINST = re.compile(lists.forms("premise.against", stance=STANCE))
FOR = re.compile(lists.forms("premise.for", stance=STANCE))
WHY_WE = re.compile(lists.forms("premise.why_we"))
LEAD = {
    "fr": "Nos textes ne vont pas dans ce sens. Ce qu'ils disent :",
    "en": "Our texts do not take that side. What they say:",
}


@dataclass(frozen=True)
class _Stance:
    """A unit that takes a side, which one, and how well it answers."""

    unit: Unit
    side: str
    score: float


def contradicted(asked: Question, hits: Sequence[Hit], before: Before) -> Composed | None:
    """The stance of the texts where the question supposes the contrary one; else None."""
    said = fold(asked.text)
    supposed = _side(said)
    if not supposed or not WHY_WE.search(said):
        return None
    stances = _stances(asked, hits, before)
    if not stances or any(stance.side == supposed for stance in stances):
        return None
    unit = max(stances, key=lambda stance: stance.score).unit
    spans = [unit.opening] if unit.opening else []
    claim = Claim.quoting([*spans, (unit.passage, unit.start, unit.end)])
    return Composed("answer", (claim,), lead=LEAD[asked.language])


def _stances(asked: Question, hits: Sequence[Hit], before: Before) -> list[_Stance]:
    """The units next to the best one that speak of the question's subject and take a side."""
    found: list[tuple[Unit, float]] = []
    for hit in hits[:READ]:
        for unit in units_of(hit.passage, before):
            scores = [
                one.score for one in hit.sentences if one.start < unit.end and unit.start < one.end
            ]
            if scores:
                score = (1 - PASSAGE_SHARE) * max(scores) + PASSAGE_SHARE * hit.score
                found.append((unit, score))
    best = max((score for _, score in found), default=0.0)
    return [
        _Stance(unit, side, score)
        for unit, score in found
        if best - score <= FAR and (side := _side(fold(_text(unit)))) and _is_on(asked, unit)
    ]


def _side(said: Folded) -> str:
    """Which side a text takes: `against`, `for` or ""."""
    return "against" if AGAINST.search(said) else "for" if FOR.search(said) else ""


def _text(unit: Unit) -> str:
    return unit.passage.text[unit.start : unit.end]


def _is_on(asked: Question, unit: Unit) -> bool:
    """Does the unit have most of the question's subject, which is asked in its language?"""
    language = unit.passage.language
    subject = {
        stem(word, language)
        for word in subject_words(asked.text)
        if not (FOR.match(word) or AGAINST.match(word))
    }
    said: set[Term] = set(terms(_text(unit), language))
    return bool(subject) and len(subject & said) >= SHARED * len(subject)
