"""The list that is asked for, item by item: "liste nos demandes sur le cloud", verbatim. Pure.

Promise: every item is quoted whole, with a citation of its own, in reading order, under the lead-in
that says what the list is; of what is left out, how much is said. Where the texts have no such
list, the demands of the document that answers best; where they do not speak of it, nothing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from bot import wording
from bot.find.search import Found
from bot.records import Citation, Claim, Composed, Question
from bot.statements import Span, demands
from bot.views.outline import Listing, listings, text_of
from index.language import lists
from index.language.fold import fold
from index.language.period import COUNTS
from index.language.subject import subject_words
from index.language.words import Term, terms
from index.passage import Passage
from index.shelf.lexical import Lexical

MOST = 12  # items of a reply
DOCUMENTS = 10  # that lists are looked for in
BRIEF = 60  # words of the direct answer, from which further items are left to the list
# What speaks for a list, in standard deviations of the passages' ranks. The weights were tried on
# the questions for lists of the tuning half and of four other corpora.
HEADED = 2.0  # the question's words stand in its title, headings or lead-in
HELD = 1.5  # or in it at all
NAMED = 0.6  # its own heading has no subject but the question's
COUNTED = 1.0  # it has as many items as are asked for
DEMANDED = 0.8  # it holds demands, and demands are asked for
MARKED = 0.6  # it is a list as written
TABLED = 1.2  # it is a table, and one is asked for
REFUSED = 1.5  # what we do not want loses, unless that is asked for; then anything else does
ALONE = 0.8  # what a single sentence loses, where a list is asked for
COVERED = 0.7  # of the subject's words: enough where the passages alone do not say that they answer
OLDER = 1.0  # how far a further document's list may lie behind
IN_FORCE = 0.5
REFUSES = re.compile(rf"\b{lists.forms('items.refuses')}")
TABLE = re.compile(rf"\b{lists.forms('items.table')}\b")
ASKED_COUNT = re.compile(
    rf"\b{lists.forms('items.the')} (?P<count>\d\d?|{'|'.join(COUNTS)}) (?=[a-z])"
)
MORE = {
    "fr": "{} autres points dans le même texte.",
    "en": "{} more points in the same text.",
}
IN_YEAR = {"fr": "En {} :", "en": "In {}:"}


@dataclass(frozen=True)
class _Asked:
    """A question for a list: its subject's words by weight, and what else tells lists apart."""

    question: Question
    found: Found
    lexical: Lexical

    @cached_property
    def weights(self) -> dict[tuple[str, ...], float]:
        """The terms that each subject word may stand for, with its weight: the rarer, the more."""
        weighted = {}
        for word in subject_words(self.found.asked.search):
            if word in LISTING or word in COUNTS or word.isdecimal():
                continue
            forms = tuple(self.lexical.forms(word) or self.lexical.meant(word) or [word])
            weighted[forms] = 1 / log(2 + sum(map(self.lexical.frequency, forms)))
        return weighted

    @cached_property
    def count(self) -> int:
        """How many items are asked for; 0 where it is not said."""
        said = ASKED_COUNT.search(fold(self.question.text))
        return int(COUNTS.get(said["count"], said["count"])) if said else 0

    @cached_property
    def demands(self) -> bool:
        """Are demands asked for?"""
        return demands(self.found.asked.search)

    @cached_property
    def refusals(self) -> bool:
        """Is it asked what we do not want?"""
        return REFUSES.search(fold(self.found.asked.search)) is not None

    @cached_property
    def table(self) -> bool:
        """Is a table asked for?"""
        return TABLE.search(fold(self.found.asked.search)) is not None

    @cached_property
    def ranks(self) -> dict[str, float]:
        """The rank of each passage that was found, by its identity."""
        return {hit.passage.id: hit.rank for hit in self.found.hits}

    def coverage(self, said: set[Term]) -> float:
        """The share of the subject's words that are said, weighted: 0 to 1; 1 for no subject."""
        if not self.weights:
            return 1.0
        met = sum(weight for forms, weight in self.weights.items() if said.intersection(forms))
        return met / sum(self.weights.values())

    def is_covered_by(self, listing: Listing) -> bool:
        """Do its words and its headings have most of the subject's, and is there a subject?"""
        return bool(self.weights) and self.coverage(_said(listing)) >= COVERED


LISTING = lists.words("items.listing")


def items(question: Question, found: Found, lexical: Lexical, passages: Sequence[Passage]):
    """The reply to a question for a list; None where the texts have no list that answers it.

    `passages`: all that may be read, document by document, in reading order.
    """
    asked = _Asked(question, found, lexical)
    ranked = sorted(_ranked(asked, passages), key=lambda one: -one[0])
    if not ranked or not (found.answers or asked.is_covered_by(ranked[0][1])):
        return None
    return _composed(asked, ranked[0][1])


def _ranked(asked: _Asked, passages: Sequence[Passage]) -> Iterator[tuple[float, Listing]]:
    """Every listing of the documents found first, with how well it answers."""
    paths = list(dict.fromkeys(hit.passage.path for hit in asked.found.hits))[:DOCUMENTS]
    documents: dict[str, list[Passage]] = {path: [] for path in paths}
    for passage in passages:
        if passage.path in documents:
            documents[passage.path].append(passage)
    for document in documents.values():
        for listing in listings(document):
            yield _worth(asked, listing), listing


def _worth(asked: _Asked, listing: Listing) -> float:
    """How well a listing answers, in standard deviations of the passages' ranks."""
    pieces, document = listing.pieces, listing.document
    language = document.language
    ranks = {piece.span[0].id: asked.ranks.get(piece.span[0].id, -1.0) for piece in pieces}
    path = [one for one in listing.path if one != document.title]
    leads = _leads(listing)
    worth = max(ranks.values())
    worth += HEADED * asked.coverage(_head(listing)) + HELD * asked.coverage(_said(listing))
    if path and (_is_named(asked, path[-1], language)):
        worth += NAMED
    if asked.count and len(pieces) == asked.count:
        worth += COUNTED
    if asked.demands and any(piece.demands for piece in pieces):
        worth += DEMANDED
    rows = sum(piece.kind == "row" for piece in pieces) * 2 > len(pieces)
    if listing.form in ("list", "section") and not rows:
        worth += MARKED
    if rows and asked.table:
        worth += TABLED
    if asked.refusals != any(REFUSES.search(fold(one)) for one in (*path[-1:], *leads)):
        worth -= REFUSED
    if len(pieces) == 1 and listing.form != "series":
        worth -= ALONE
    return worth


def _leads(listing: Listing) -> list[str]:
    return [text_of(lead) for lead in dict.fromkeys(piece.lead for piece in listing.pieces)]


def _head(listing: Listing) -> set[Term]:
    """The terms of a listing's title, headings and lead-ins."""
    document = listing.document
    said = (document.title, *listing.path, *_leads(listing))
    return set(terms(" ".join(said), document.language))


def _said(listing: Listing) -> set[Term]:
    """Those, and its items'."""
    text = " ".join(piece.text for piece in listing.pieces)
    return _head(listing) | set(terms(text, listing.document.language))


def _is_named(asked: _Asked, heading: str, language: str) -> bool:
    """Has the heading no subject, or the question's?"""
    if asked.demands and demands(heading):
        return True
    said = set(terms(" ".join(subject_words(heading)), language))
    known = {form for forms in asked.weights for form in forms}
    return len(said & known) * 2 >= len(said)


def _composed(asked: _Asked, listing: Listing) -> Composed:
    language = asked.question.language
    shown = listing.pieces[:MOST]
    rest = len(listing.pieces) - len(shown)
    spans = [*([listing.lead] if listing.lead else []), *(piece.span for piece in shown)]
    claims = tuple(_claims(spans))
    note = MORE[language].format(rest) if rest else ""
    return Composed("list", claims, _brief(claims, language), note=note)


def _claims(spans: Iterable[Span]) -> Iterator[Claim]:
    for number, (passage, start, end) in enumerate(spans, 1):
        quote = passage.text[start:end]
        yield Claim(f"« {quote} »", (Citation(number, passage, quote, start, end),))


def _brief(claims: Sequence[Claim], language: str) -> str:
    """The first claims' quotes up to BRIEF words, with the date."""
    said: list[str] = []
    for claim in claims:
        if said and len(" ".join((*said, claim.text)).split()) > BRIEF:
            said.append("…")
            break
        said.append(claim.text)
    date = claims[0].citations[0].passage.date
    return f"{' '.join(said)} ({wording.spoken_date(date, language)})"
