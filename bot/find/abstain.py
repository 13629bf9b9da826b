"""Whether the passages found carry an answer at all, or the honest answer is "nothing found". Pure.

A small logistic model on five features. Each is relative to this corpus and this question: an absolute cosine says little,
those of an E5 model all lie between 0.70 and 0.92. Weights by maximum likelihood on the tuning half of tests/questions.jsonl
and as many questions on another corpus of thirty documents; the reported half took no part.
"""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bot.question.followup import subject_words
from bot.records import Hit
from index.embed import Encoded
from index.language.words import ASKING, stop_words, terms, words
from index.shelf.lexical import Lexical

READ = 3  # hits that must carry the answer between them
FEW = 5  # with fewer candidates there is no distribution to compare with: the backdrop stands in
THRESHOLD = 0.37  # below: nothing found
SURE = 0.50  # below: an answer that is called uncertain
BORNE_OUT = 0.35  # below: nothing found on the subject that a follow-up names
# The weights of: the mean support of the question's words in the first hit; the support of its weakest word in the first
# READ hits; how far the first hit stands out; the logarithm of 1 + the number of words (a long question has a weak one);
# its names that the first READ hits neither spell nor come near to.
MEAN, WEAKEST, SPREAD, LENGTH, UNNAMED, BIAS = 2.03, 1.48, 6.3, 1.35, -0.62, -3.65
LONG = 5  # words from which length counts no more: verbiage is no evidence
SPELLED = 0.4  # how much a word's own appearance in the passages counts as support, 1 being its every token met perfectly
WORD = re.compile(r"[\w'’-]+")
ELIDED = re.compile(r"^.*['’](?=\w)")
NAMED = re.compile(r"[A-ZÀ-Þ][\w-]")

# What certainly answers no question to a federation: gives the cosines that mean nothing, for an index of a few passages.
BACKDROP = (
    "Faites fondre le beurre à feu doux, ajoutez la farine et remuez jusqu'à ce que la pâte soit lisse.",
    "Le sentier longe la rivière pendant deux heures avant de monter vers le refuge et les alpages.",
    "L'équipe a égalisé à la dernière minute devant un public venu nombreux malgré la pluie.",
    "Les hirondelles quittent nos régions en septembre et passent l'hiver au sud du Sahara.",
    "Le tableau, peint à Venise, montre une femme assise près d'une fenêtre ouverte sur la lagune.",
    "Arrosez les tomates au pied, le soir, et taillez les gourmands une fois par semaine.",
    "The orchestra played the slow movement with great tenderness, and the audience sat still.",
    "Wash the wool by hand in cold water and let it dry flat, away from the sun.",
)


class _Support(NamedTuple):
    """Of a word of the question: where it begins, how far passages bear it out (1: each token met perfectly, 0: as in any passage), and
    whether it is a name that none of them has, nor anything like it (a translation, a slip)."""

    word: str
    start: int
    value: float
    unnamed: bool


def probability(
    question: str,
    encoded: Encoded,
    hits: Sequence[Hit],
    lexical: Lexical,
    backdrop: Sequence[Sequence[float]],
) -> float:
    """The model's probability, 0 to 1, that the first hits answer the question.

    `hits`: all candidates, at least one, best first; `backdrop`: BACKDROP's matches with the question.
    """
    means = _others(hits, backdrop).mean(axis=1)
    closest = [
        support.value for support in _supports(question, encoded, hits, 1, lexical, backdrop)
    ] or [0.0]
    read = _supports(question, encoded, hits, READ, lexical, backdrop)
    spread = max(float(np.mean(hit.matches)) for hit in hits) - float(np.median(means))
    logit = (
        MEAN * sum(closest) / len(closest)
        + WEAKEST * min((support.value for support in read), default=0.0)
        + SPREAD * spread
        + LENGTH * math.log1p(min(LONG, len(closest)))
        + UNNAMED * sum(support.unnamed for support in read)
        + BIAS
    )
    return 1 / (1 + math.exp(-logit))


def borne_out(
    question: str,
    own: tuple[int, int],
    encoded: Encoded,
    hits: Sequence[Hit],
    lexical: Lexical,
    backdrop: Sequence[Sequence[float]],
) -> float:
    """How far the first hit speaks of the subject that a follow-up names, in the question's stretch `own`: the mean support of its words."""
    subject = [
        support.value
        for support in _supports(question, encoded, hits, 1, lexical, backdrop)
        if own[0] <= support.start < own[1] and subject_words(support.word)
    ]
    return sum(subject) / len(subject) if subject else 1.0


def _others(hits: Sequence[Hit], backdrop: Sequence[Sequence[float]]) -> np.ndarray:
    """What the question's tokens meet in the candidates, and where there are few of them, in the backdrop: float [texts, tokens]."""
    return np.array([*(hit.matches for hit in hits), *(backdrop if len(hits) < FEW else ())])


def _supports(
    question: str,
    encoded: Encoded,
    hits: Sequence[Hit],
    first: int,
    lexical: Lexical,
    backdrop: Sequence[Sequence[float]],
) -> list[_Support]:
    """For each word that says what the question is about: its tokens' mean in the first hits, or SPELLED where it is in one of them."""
    read = hits[:first]
    usual = np.median(_others(hits, backdrop), axis=0)
    gained = (np.array([hit.matches for hit in read]).max(axis=0) - usual) / (1 - usual).clip(1e-3)
    spelled = {
        term
        for hit in read
        for term in terms(
            " ".join((hit.passage.title, *hit.passage.headings, hit.passage.text)),
            hit.passage.language,
        )
    }
    supports = []
    for match in WORD.finditer(question):
        own = [word for word in words(match[0]) if word not in stop_words() and word not in ASKING]
        name = ELIDED.sub("", match[0])  # without its "l'", whose token any text meets or none
        tokens = encoded.within(match.end() - len(name), match.end())
        if own and tokens.any():
            there = any(form in spelled for word in own for form in lexical.forms(word))
            met = float(gained[tokens].mean())
            named = NAMED.match(name) is not None and (match.start() > 0 or name.isupper())
            supports.append(
                _Support(
                    match[0],
                    match.start(),
                    max(met, SPELLED * there),
                    named and not there and met < SPELLED,
                )
            )
    return supports
