"""Yes or no: the sentence that says whether the federation is for or against comes first. Pure.

Promise: "Oui :" or "Non :" only where the quote's own words decide it: it takes one side, in one
voice, and has every word of what was asked about.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.quote.compose import compose
from bot.quote.picks import Asked, Pick
from bot.quote.spans import Beside, none_beside
from bot.records import Claim, Hit
from bot.statements import DENIES, OURS
from index.language import lists
from index.language.detect import language_of
from index.language.fold import fold
from index.language.words import ASKING, stem, stop_words, words

REACH = 0.05  # a sentence that takes sides leads that scores within this of the best one
FOR = re.compile(rf"\b{lists.forms('stance.for')}")
AGAINST = re.compile(rf"\b{lists.forms('stance.against')}")
# "Protection against": no side of ours.
NO_SIDE = re.compile(rf"\b{lists.forms('stance.no_side')}")
LABELS = {"fr": {True: "Oui :", False: "Non :"}, "en": {True: "Yes:", False: "No:"}}


def stance(hits: Sequence[Hit], asked: Asked, beside: Beside = none_beside) -> tuple[Claim, ...]:
    """Claims for a question of yes or no, the stance first; see `compose`."""
    claims = compose(hits, asked, beside, leading=_taking_sides)
    if not claims:
        return ()
    yes = decided(asked.search, " ".join(one.quote for one in claims[0].citations))
    label = LABELS[asked.language][yes] if yes is not None else claims[0].label
    return (replace(claims[0], label=label), *claims[1:])


def decided(question: str, quote: str) -> bool | None:
    """Does the quote say yes to the question, or no? None where its words do not decide it."""
    side, asked_side = _side(quote), _side(question)
    language = language_of(question)
    if side is None or asked_side is None or language_of(quote) != language:
        return None
    said = {stem(word, language) for word in words(quote)}
    about = FOR.sub(" ", AGAINST.sub(" ", fold(question)))
    wanted = [word for word in words(about) if word not in stop_words() and word not in ASKING]
    if not wanted or not all(stem(word, language) in said for word in wanted):
        return None
    return side == asked_side


def _side(text: str) -> bool | None:
    """Is the text for something, or against it? None where it is neither or both."""
    folded = NO_SIDE.sub(" ", fold(text))
    is_for, is_against = FOR.search(folded) is not None, AGAINST.search(folded) is not None
    denies = DENIES.search(folded) is not None
    if is_for == is_against or (is_against and denies):
        return None
    return is_for and not denies


def _taking_sides(picks: Sequence[Pick], asked: Asked) -> Pick:
    """The best of the picks near the first that takes a side in the federation's own voice."""
    near = [pick for pick in picks if picks[0].score - pick.score <= REACH]
    taking = [pick for pick in near if _takes_sides(pick.text)]
    in_force = [pick for pick in (*taking, *near) if pick.passage.is_in_force]
    return in_force[0] if in_force and not asked.timed else (*taking, picks[0])[0]


def _takes_sides(text: str) -> bool:
    folded = fold(text)
    return OURS.search(folded) is not None and bool(FOR.search(folded) or AGAINST.search(folded))
