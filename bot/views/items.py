"""The list that is asked for, item by item: "liste nos demandes sur le cloud", verbatim. Pure.

Promise: every item is quoted whole, with a citation of its own, in reading order, under the lead-in
that says what the list is; of what is left out, how much is said. Where the texts have no such
list, the demands of the document that answers best; where they do not speak of it, nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from math import log

from bot import wording
from bot.records import Claim, Composed, Hit, Question
from bot.statements import FULL_NAME, REFUSES, Span, demands
from bot.views.outline import Listing, Piece, listings, text_of
from index.language import lists
from index.language.fold import fold
from index.language.lists import LANGUAGES
from index.language.period import COUNTS
from index.language.subject import subject_words
from index.language.words import Term, stem, terms
from index.passage import Passage
from index.shelf.lexical import Lexical
from index.titles import title_of_file

DEMANDING = ("position", "contribution", "audition")
SEVERAL, MANY = ("audition", "newsletter"), 3  # texts that may have so many subjects in their title
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
REFUSED = 1.5  # what we do not want loses, unless that is asked for
PEOPLED = 1.0  # its items name people, and it is asked who
ALONE = 1.2  # what a single sentence loses, where a list is asked for
NOUNED = 1.0  # its headings, lead-in or sentence have the noun that is asked for: "raisons"
STANDS_OUT = 5.5  # worth of a list as written, where the passages alone do not say that they answer
FURTHER = 2  # documents beside the best one
EACH = 3  # items of a document where no theme is named
FIRST, AGAIN = 5, 2  # hits, of which so many make a text the one that is asked about
COVERED = 0.7  # of the subject's words: enough where the passages alone do not say that they answer
MEANT = 1.0  # its document is of the time, or of the kind, that is asked about
OLDER = 1.0  # how far a further document's list may lie behind
SUBJECT = 0.34  # share of the subject's words that any list must have, or what was found first
ON_SUBJECT = 0.5  # share of the subject's words that a demand among others must have
KEYS = "|".join(form for forms in lists.table("meetings.keys").values() for form in forms)
HEAD_KEY = re.compile(rf"\W*(?:{KEYS})\W*:")
DEMANDS = re.compile(rf"\b{lists.forms('items.demands')}")
TABLE = re.compile(rf"\b{lists.forms('items.table')}\b")
NOUN = re.compile(rf"\b{lists.forms('items.before_noun')} ?\b(?P<noun>[a-z]{{4,}})")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
ASKED_COUNT = re.compile(
    rf"\b{lists.forms('items.the')} (?P<count>\d\d?|{'|'.join(COUNTS)}) (?=[a-z])"
)
MORE = {
    "fr": "Points qui ne sont pas repris ici : {}.",
    "en": "Points left out here: {}.",
}
IN_YEAR = {"fr": "En {} :", "en": "In {}:"}


@dataclass(frozen=True)
class _Asked:
    """A question for a list: its subject's words by weight, and what else tells lists apart."""

    question: Question
    hits: Sequence[Hit]
    lexical: Lexical

    @cached_property
    def weights(self) -> dict[tuple[str, ...], float]:
        """The terms that each subject word may stand for, with its weight: the rarer, the more."""
        weighted = {}
        for word in subject_words(self.question.search):
            asks = word in LISTING or REFUSES.fullmatch(word) is not None
            if asks or word in COUNTS or word.isdecimal():
                continue
            known = self.lexical.forms(word) or self.lexical.meant(word)
            forms = tuple(known or sorted({stem(word, one) for one in LANGUAGES}))
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
        asked = self.question.search
        return demands(asked) or DEMANDS.search(fold(asked)) is not None

    @cached_property
    def refusals(self) -> bool:
        """Is it asked what we do not want?"""
        return REFUSES.search(fold(self.question.search)) is not None

    @cached_property
    def table(self) -> bool:
        """Is a table asked for?"""
        return TABLE.search(fold(self.question.search)) is not None

    @cached_property
    def ranks(self) -> dict[str, float]:
        """The rank of each passage that was found, by its identity."""
        return {hit.passage.id: hit.rank for hit in self.hits}

    def coverage(self, said: set[Term]) -> float:
        """The share of the subject's words that are said, weighted: 0 to 1; 1 for no subject."""
        if not self.weights:
            return 1.0
        met = sum(weight for forms, weight in self.weights.items() if said.intersection(forms))
        return met / sum(self.weights.values())

    def is_answered_by(self, worth: float, listing: Listing) -> bool:
        """Does it stand out among the lists, or have most of the subject's words?"""
        if not self.weights:
            return False
        coverage, as_written = self.coverage(_said(listing)), listing.form in ("list", "section")
        stands_out = as_written and worth >= STANDS_OUT and coverage >= SUBJECT
        return stands_out or coverage >= COVERED

    def is_about(self, listing: Listing) -> bool:
        """Is its subject the one asked about: by its head, or by half of its items?

        A single item that names the subject makes no list on it. One that holds what was found
        first is on it, too; in the other language, which shares no words, one of that document.
        """
        first = self.hits[0].passage if self.hits else None
        if first and first.path == listing.document.path:
            translated = first.language != self.question.language
            if translated or any(piece.span[0].id == first.id for piece in listing.pieces):
                return True
        if self.demands and self._are_demands_of_what_was_found(listing):
            return True
        on_subject = [self.coverage(_words_of(piece)) >= SUBJECT for piece in listing.pieces]
        return self.coverage(_head(listing)) >= SUBJECT or 2 * sum(on_subject) >= len(on_subject)

    def _are_demands_of_what_was_found(self, listing: Listing) -> bool:
        """Are they the demands of a text on one subject that was found again and again?

        Its subject is what was asked about, in other words than the question's: no passage of
        another text that was found before it has these.
        """
        document, first = listing.document, self.hits[0].passage if self.hits else None
        if first is None or (
            first.path != document.path
            and self.coverage(set(terms(first.text, first.language))) >= SUBJECT
        ):
            return False
        found = sum(hit.passage.path == document.path for hit in self.hits[:FIRST])
        demanded = any(map(demands, (*listing.path[-1:], *_leads(listing))))
        of_one = document.kind in DEMANDING and listing.form in ("list", "section")
        return found >= AGAIN and of_one and demanded and not _refuses(listing)

    def only_on_subject(self, listing: Listing) -> Listing:
        """Of a listing on something wider, the items on the subject where few are; else all."""
        pieces = [one for one in listing.pieces if self.coverage(_words_of(one)) >= ON_SUBJECT]
        wider = self.coverage(_head(listing)) < SUBJECT and 2 * len(pieces) < len(listing.pieces)
        return replace(listing, pieces=tuple(pieces)) if pieces and wider else listing

    @property
    def is_narrowed(self) -> bool:
        """Does the question name a time, a kind of text or a text?"""
        question = self.question
        timed = question.since or question.until or YEAR.search(question.search)
        return bool(timed or question.kinds or question.documents)

    def is_of_time(self, document: Passage) -> bool:
        """Is the document of the time that the question names?"""
        since, until = self.question.since, self.question.until
        return bool(since or until) and since <= document.date <= (until or "9")

    @cached_property
    def noun(self) -> set[Term]:
        """The terms of what is asked for: reasons, obstacles, criteria."""
        said = NOUN.search(fold(self.question.text))
        return {stem(said["noun"], language) for language in LANGUAGES} if said else set()


LISTING = lists.words("items.listing")


def items(
    question: Question,
    hits: Sequence[Hit],
    answers: bool,
    lexical: Lexical,
    passages: Sequence[Passage],
) -> Composed | None:
    """The reply to a question for a list; None where the texts have no list that answers it.

    `hits`: what is found, best first, and whether it `answers`. `passages`: all that may be read,
    document by document, in reading order.
    """
    asked = _Asked(question, hits, lexical)
    if asked.demands and not asked.weights and not asked.is_narrowed:
        return _overview(asked, passages)
    ranked = sorted(_ranked(asked, passages), key=lambda one: -one[0])
    ranked = [(worth, asked.only_on_subject(one)) for worth, one in ranked if asked.is_about(one)]
    # A follow-up holds the words of the question before, which tell nothing of what it asks itself.
    told = bool(ranked) and not question.is_follow_up and asked.is_answered_by(*ranked[0])
    if not ranked or not (answers or told):
        return None
    return _composed(asked, _chosen(asked, ranked))


def _chosen(asked: _Asked, ranked: Sequence[tuple[float, Listing]]) -> list[Listing]:
    """The best listing; with those of other documents that answer nearly as well, newest first.

    Alone where the question names a time, a kind of text or how many items there are.
    """
    best, chosen = ranked[0][0], [ranked[0][1]]
    if asked.is_narrowed or asked.count or chosen[0].form == "series":
        return chosen
    for worth, listing in ranked[1:]:
        known = {one.document.path for one in chosen}
        if best - worth > OLDER or len(chosen) > FURTHER:
            break
        fits = listing.form != "series" and listing.document.is_in_force
        if fits and listing.document.path not in known:
            chosen.append(listing)
    return sorted(chosen, key=_newest)


def _newest(listing: Listing) -> tuple[bool, int]:
    """A key that sorts what is in force first, then what is newest."""
    date = f"{listing.document.date}-00-00"[:10].replace("-", "")
    return not listing.document.is_in_force, -int(date if date.isdecimal() else 0)


def _overview(asked: _Asked, passages: Sequence[Passage]) -> Composed | None:
    """The first demands of each of the newest texts in force that has a list of them."""
    documents: dict[str, list[Passage]] = {}
    for passage in passages:
        if passage.is_in_force and passage.kind in DEMANDING:
            documents.setdefault(passage.path, []).append(passage)
    listed = []
    for document in sorted(documents.values(), key=lambda one: one[0].date, reverse=True):
        demanded = (one for one in listings(document) if one.form in ("list", "section"))
        mine = [one for one in demanded if all(piece.demands for piece in one.pieces)]
        mine = [one for one in mine if not _refuses(one)]
        if mine:
            listed.append(max(mine, key=lambda one: len(one.pieces)))
    return _composed(asked, listed, EACH) if listed else None


def _ranked(asked: _Asked, passages: Sequence[Passage]) -> Iterator[tuple[float, Listing]]:
    """Every listing of the documents found first, with how well it answers."""
    paths = list(dict.fromkeys(hit.passage.path for hit in asked.hits))[:DOCUMENTS]
    documents: dict[str, list[Passage]] = {path: [] for path in paths}
    for passage in passages:
        if passage.path in documents:
            documents[passage.path].append(passage)
    for document in documents.values():
        for listing in listings(document):
            if kept := _on_subject(asked, listing):
                yield _worth(asked, kept), kept


def _on_subject(asked: _Asked, listing: Listing) -> Listing | None:
    """The listing; of the demands of a document on several subjects, those on the one asked about.

    Where demands are asked for, without the keys of a note's head ("Date: ..."), and no series of
    names, table or numbered headings that demand nothing. Where it is asked what we do not want,
    nothing that is not refused. None for none.
    """
    pieces = listing.pieces
    if listing.form == "refusals" and not asked.refusals:
        return None
    if asked.refusals and not _refuses(listing):
        pieces = tuple(piece for piece in pieces if piece.refuses)
    if asked.demands:
        if not asked.table and _is_of_no_demand(listing):
            return None
        pieces = tuple(piece for piece in pieces if not HEAD_KEY.match(fold(piece.text)))
    general = asked.coverage(set(terms(listing.document.title, listing.document.language)))
    if listing.form in ("demands", "refusals") and general < ON_SUBJECT:
        pieces = tuple(piece for piece in pieces if asked.coverage(_words_of(piece)) >= ON_SUBJECT)
    return replace(listing, pieces=pieces) if pieces else None


def _is_of_no_demand(listing: Listing) -> bool:
    """Is it a series, a table or headings, and neither they nor what stands over them demands?"""
    if any(piece.demands for piece in listing.pieces):
        return False
    if listing.form == "headings":
        demanding = [piece for piece in listing.pieces if demands(piece.text)]
        is_headed = any(map(demands, (*listing.path, listing.document.title)))
        return not is_headed and 2 * len(demanding) < len(listing.pieces)
    return listing.form == "series" or all(piece.kind == "row" for piece in listing.pieces)


def _words_of(piece: Piece) -> set[Term]:
    """The terms of a piece and of the headings over it, but for the title."""
    document = piece.span[0]
    own = [one for one in piece.path if one != document.title]
    return set(terms(" ".join((*own, text_of(piece.lead), piece.text)), document.language))


def _worth(asked: _Asked, listing: Listing) -> float:
    """How well a listing answers, in standard deviations of the passages' ranks."""
    pieces, document = listing.pieces, listing.document
    language = document.language
    ranks = {piece.span[0].id: asked.ranks.get(piece.span[0].id, -1.0) for piece in pieces}
    path = [one for one in listing.path if one != document.title]
    worth = max(ranks.values())
    worth += HEADED * asked.coverage(_head(listing)) + HELD * asked.coverage(_said(listing))
    if path and (_is_named(asked, path[-1], language)):
        worth += NAMED
    worth += MEANT * (asked.is_of_time(document) + (document.kind in asked.question.kinds))
    if asked.count and len(pieces) == asked.count:
        worth += COUNTED
    if asked.refusals and listing.form == "refusals":
        worth += DEMANDED
    if asked.demands and any(piece.demands for piece in pieces):
        worth += DEMANDED
    rows = sum(piece.kind == "row" for piece in pieces) * 2 > len(pieces)
    if listing.form in ("list", "section") and not rows:
        worth += MARKED
    if rows and asked.table:
        worth += TABLED
    if not asked.refusals and _refuses(listing):
        worth -= REFUSED
    noun_in = _said(listing) if listing.form == "series" else _head(listing)
    if listing.form == "demands":
        noun_in = set(terms(" ".join(path), language))
    if not asked.noun.isdisjoint(noun_in) and (asked.table or not rows):
        worth += NOUNED
    if asked.question.seeks == "person":
        worth += PEOPLED * sum(bool(FULL_NAME.search(one.text)) for one in pieces) / len(pieces)
    if len(pieces) == 1 and listing.form != "series":
        worth -= ALONE
    return worth


def _refuses(listing: Listing) -> bool:
    """Do its heading or its lead-in say that this is what we do not want?"""
    said = (*listing.path[-1:], *_leads(listing))
    return any(REFUSES.search(fold(one)) for one in said)


def _leads(listing: Listing) -> list[str]:
    return [text_of(lead) for lead in dict.fromkeys(piece.lead for piece in listing.pieces)]


def _head(listing: Listing) -> set[Term]:
    """The terms of a listing's title, headings, lead-ins and of its file's name.

    A note whose title names several subjects says with it of no listing which it is on.
    """
    document = listing.document
    path = [one for one in listing.path if one != document.title]
    if document.kind not in SEVERAL or document.title.count(",") < MANY - 1:
        path.append(document.title)
    said = (title_of_file(document.path), *path, *_leads(listing))
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


def _composed(asked: _Asked, chosen: Sequence[Listing], each: int = MOST) -> Composed:
    """The listings in order, MOST items at most, `each` of one; what is left out is counted."""
    language, claims = asked.question.language, list[Claim]()
    room, rest = MOST, 0
    for listing in chosen:
        shown = listing.pieces[: min(room, each)]
        rest += len(listing.pieces) - len(shown)
        if not shown:
            continue
        room -= len(shown)
        year = listing.document.date[:4]
        label = IN_YEAR[language].format(year) if len(chosen) > 1 and year else ""
        spans: list[Span] = []
        for lead, group in groupby(shown, key=lambda piece: piece.lead):
            spans += [*([lead] if lead else []), *(piece.span for piece in group)]
        claims += _claims(spans, len(claims) + 1, label)
    note = MORE[language].format(rest) if rest else ""
    return Composed("list", tuple(claims), _brief(claims, language), note=note)


def _claims(spans: Sequence[Span], first: int, label: str) -> Iterator[Claim]:
    for number, span in enumerate(spans, first):
        yield Claim.quoting([span], number, label if number == first else "")


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
