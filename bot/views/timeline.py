"""How a position on a theme evolved: dated verbatim quotes, newest first, from each document. Pure.

Promise: a document is there only if a passage of it holds the theme's rare words, or what their
acronyms stand for; headings, questions and lead-ins are no quotes, and an item or a table row is
quoted with what introduces it.
"""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.records import Citation, Hit, Sentence
from bot.statements import Before, Span, introduction, is_aside, is_said
from index.language.subject import content_words
from index.language.words import Term, terms, words
from index.passage import Passage
from index.shelf.lexical import Lexical

PER_DOCUMENT = 2  # quotes
ENOUGH = 0.7  # of the theme's words, weighted by how rare they are
# Where no passage has the words (a theme in another language): how far a score stands out, 1 being
# the best one.
NEAREST = 0.75
# Characters from a lead-in to an item further down; where it is more, they are quoted apart.
IN_ONE_PIECE = 500

Meaning = Mapping[tuple[str, ...], float]
"""A theme's words, each as the terms it may stand for, with its weight."""


@dataclass(frozen=True)
class _Statement:
    passage: Passage
    index: int  # of the sentence in the passage
    start: int
    end: int
    rank: float
    has_theme: bool  # itself, not only its heading

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def timeline(
    theme: str, hits: Sequence[Hit], lexical: Lexical, answered: bool, before: Before
) -> tuple[Citation, ...]:
    """The quotes, numbered from 1.

    `hits`: the candidates for the theme, best first; `answered`: whether they answer it at all;
    `before` gives the passage before one in its document.
    """
    meanings = tuple(_meanings(theme, lexical))
    on_theme = [hit for hit in hits if _coverage(meanings, _passage_terms(hit.passage)) >= ENOUGH]
    if not on_theme and answered:
        usual = statistics.median(hit.score for hit in hits)
        bar = usual + NEAREST * (max(hit.score for hit in hits) - usual)
        on_theme, meanings = [hit for hit in hits if hit.score >= bar], ()
    by_document: dict[str, list[_Statement]] = {}
    for hit in on_theme:
        statements = by_document.setdefault(hit.passage.path, [])
        statements.extend(_statements(meanings, hit, before))
    most = PER_DOCUMENT if meanings else 1
    found = [span for said in by_document.values() for span in _best(said, most, before)]
    spans = [
        span for span in dict.fromkeys(found) if not any(_within(span, other) for other in found)
    ]
    spans.sort(key=lambda span: (span[0].path, span[0].start + span[1]))
    spans.sort(key=lambda span: span[0].date, reverse=True)
    return tuple(
        Citation(number, passage, passage.text[start:end], start, end)
        for number, (passage, start, end) in enumerate(spans, 1)
    )


def _meanings(theme: str, lexical: Lexical) -> Iterator[Meaning]:
    """The theme's words; and again with each acronym replaced by its long form, or the reverse."""
    yield _weighted(theme, lexical)
    plain = " ".join(words(theme))
    for said, others in lexical.spelled_out(theme).items():
        key = " ".join(words(said))
        for other in others:
            swapped = plain.replace(key, " ".join(words(other))) if key in plain else other
            yield _weighted(swapped, lexical)


def _weighted(theme: str, lexical: Lexical) -> Meaning:
    """The terms of each content word and its weight: the rarer the word the more, unknown most."""
    weighted = {}
    for word in content_words(theme):
        forms = tuple(lexical.forms(word) or lexical.meant(word) or [word])
        weighted[forms] = 1 / math.log(2 + sum(map(lexical.frequency, forms)))
    return weighted


def _coverage(meanings: Sequence[Meaning], said: set[Term]) -> float:
    """The share of the theme that is said, in the meaning of it that is said most: 0 to 1."""
    shares = (
        sum(weight for forms, weight in meaning.items() if said.intersection(forms))
        / sum(meaning.values())
        for meaning in meanings
        if meaning
    )
    return max(shares, default=0.0)


def _passage_terms(passage: Passage) -> set[Term]:
    return set(terms(" ".join((*passage.headings[-1:], passage.text)), passage.language))


def _statements(meanings: Sequence[Meaning], hit: Hit, before: Before) -> Iterator[_Statement]:
    """The sentences that may be quoted: statements with the theme, or under a heading with it."""
    passage = hit.passage
    sentences = hit.sentences or tuple(
        Sentence(start, end, 0.0) for start, end in passage.sentences()
    )
    heading = set(terms(" ".join(passage.headings[-1:]), passage.language))
    for index, sentence in enumerate(sentences):
        start, end = sentence.start, sentence.end
        text = passage.text[start:end]
        opening = introduction(passage, index, before)
        is_header = opening == (passage, start, end)
        if not is_said(passage, start, end) or is_aside(text) or is_header:
            continue
        own = set(terms(text, passage.language))
        if opening is not None:
            own |= set(terms(opening[0].text[opening[1] : opening[2]], passage.language))
        covered = _coverage(meanings, own)
        if not meanings or _coverage(meanings, own | heading) >= ENOUGH:
            rank = covered + sentence.score
            yield _Statement(passage, index, start, end, rank, covered >= ENOUGH)


def _within(one: Span, other: Span) -> bool:
    return one[0] is other[0] and one[1:] != other[1:] and other[1] <= one[1] and one[2] <= other[2]


def _best(statements: Sequence[_Statement], most: int, before: Before) -> Iterator[Span]:
    """The spans of a document's best statements: those with the theme, else under its heading."""
    seen: set[str] = set()
    with_theme = [one for one in statements if one.has_theme] or statements
    for one in sorted(with_theme, key=lambda one: -one.rank):
        if len(seen) == most or one.text in seen:
            continue
        seen.add(one.text)
        opening = introduction(one.passage, one.index, before)
        if opening and opening[0] is one.passage and one.end - opening[1] <= IN_ONE_PIECE:
            yield one.passage, opening[1], one.end
            continue
        if opening:
            yield opening
        yield one.passage, one.start, one.end
