"""How a position on a theme evolved: dated verbatim quotes, newest first, one or two of each document that speaks of it. Pure.

Promise: a document is there only if a passage of it holds the theme's rare words, or what their acronyms stand for; headings,
questions and lead-ins are no quotes, and an item or a table row is quoted with what introduces it.
"""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.records import Citation, Hit, Sentence
from bot.statements import Before, Span, introduction, is_aside, is_said
from index.language.words import ASKING, stop_words, terms, words
from index.passage import Passage
from index.shelf.lexical import Lexical

PER_DOCUMENT = 2
ENOUGH = 0.7  # of the theme's words, weighted by how rare they are
NEAREST = 0.75  # where no passage has the words (a theme in another language): how far a score stands out, 1 being the best one
IN_ONE_PIECE = (
    500  # characters: from a lead-in to an item further down, quoted apart where it is more
)


@dataclass(frozen=True)
class _Said:
    hit: Hit
    index: int  # of the sentence in the hit
    rank: float
    itself: bool  # it holds the theme, not only its heading


def timeline(
    theme: str, hits: Sequence[Hit], lexical: Lexical, carried: bool, before: Before
) -> tuple[Citation, ...]:
    """The quotes, numbered from 1. `hits`: the candidates for the theme, best first; `carried`: whether they answer it at all;
    `before` gives the passage before one in its document."""
    asked = tuple(_meanings(theme, lexical))
    speaking = [hit for hit in hits if _coverage(asked, _passage_words(hit.passage)) >= ENOUGH]
    if not speaking and carried:
        usual = statistics.median(hit.score for hit in hits)
        bar = usual + NEAREST * (max(hit.score for hit in hits) - usual)
        speaking, asked = [hit for hit in hits if hit.score >= bar], ()
    spoken: dict[str, list[_Said]] = {}
    for hit in speaking:
        spoken.setdefault(hit.passage.path, []).extend(_sayings(asked, hit, before))
    spans = [
        span
        for said in spoken.values()
        for span in _best(said, PER_DOCUMENT if asked else 1, before)
    ]
    spans = [
        span for span in dict.fromkeys(spans) if not any(_within(span, other) for other in spans)
    ]
    spans.sort(key=lambda span: (span[0].path, span[0].start + span[1]))
    spans.sort(key=lambda span: span[0].date, reverse=True)
    return tuple(
        Citation(number, passage, passage.text[start:end], start, end)
        for number, (passage, start, end) in enumerate(spans, 1)
    )


def _meanings(theme: str, lexical: Lexical) -> Iterator[dict[tuple[str, ...], float]]:
    """The theme's words, each as the terms it may stand for with its weight; and again with an acronym or its long form instead."""
    yield _weighed(theme, lexical)
    plain = " ".join(words(theme))
    for said, others in lexical.spelled_out(theme).items():
        for other in others:
            key = " ".join(words(said))
            swapped = plain.replace(key, " ".join(words(other))) if key in plain else other
            yield _weighed(swapped, lexical)


def _weighed(theme: str, lexical: Lexical) -> dict[tuple[str, ...], float]:
    """The terms of each word that says what the theme is, and how much it weighs: the rarer, the more; an unknown word the most."""
    weighed = {}
    for word in words(theme):
        if word not in stop_words() and word not in ASKING:
            forms = tuple(lexical.forms(word) or lexical.meant(word) or [word])
            weighed[forms] = 1 / math.log(2 + sum(map(lexical.frequency, forms)))
    return weighed


def _coverage(meanings: Sequence[Mapping[tuple[str, ...], float]], said: set[str]) -> float:
    """The share of the theme that is said, by the meaning of it that is said most: 0 to 1."""
    shares = (
        sum(weight for forms, weight in meaning.items() if said.intersection(forms))
        / sum(meaning.values())
        for meaning in meanings
        if meaning
    )
    return max(shares, default=0.0)


def _passage_words(passage: Passage) -> set[str]:
    return set(terms(" ".join((*passage.headings[-1:], passage.text)), passage.language))


def _sayings(
    asked: Sequence[Mapping[tuple[str, ...], float]], hit: Hit, before: Before
) -> Iterator[_Said]:
    """The hit's sentences that may be quoted: statements that hold the theme, or stand under a heading that does."""
    passage = hit.passage
    hit = (
        hit
        if hit.sentences
        else replace(
            hit, sentences=tuple(Sentence(start, end, 0.0) for start, end in passage.sentences())
        )
    )
    heading = set(terms(" ".join(passage.headings[-1:]), passage.language))
    for index, sentence in enumerate(hit.sentences):
        text = passage.text[sentence.start : sentence.end]
        opening = introduction(passage, index, before)
        if (
            not is_said(passage, sentence.start, sentence.end)
            or is_aside(text)
            or opening == (passage, sentence.start, sentence.end)
        ):
            continue
        own = set(terms(text, passage.language))
        if opening is not None:
            own |= set(terms(opening[0].text[opening[1] : opening[2]], passage.language))
        covered, under = _coverage(asked, own), _coverage(asked, own | heading)
        if not asked or under >= ENOUGH:
            yield _Said(hit, index, covered + sentence.score, covered >= ENOUGH)


def _within(one: Span, other: Span) -> bool:
    return one[0] is other[0] and one[1:] != other[1:] and other[1] <= one[1] and one[2] <= other[2]


def _best(said: Sequence[_Said], most: int, before: Before) -> Iterator[Span]:
    """The spans of the best statements of one document: those that hold the theme themselves, or else stand under a heading that does."""
    seen: set[str] = set()
    itself = [one for one in said if one.itself] or said
    for one in sorted(itself, key=lambda one: -one.rank):
        passage, sentence = one.hit.passage, one.hit.sentences[one.index]
        text = passage.text[sentence.start : sentence.end]
        if len(seen) == most or text in seen:
            continue
        seen.add(text)
        opening = introduction(passage, one.index, before)
        if opening is None:
            yield passage, sentence.start, sentence.end
        elif opening[0] is passage and sentence.end - opening[1] <= IN_ONE_PIECE:
            yield passage, opening[1], sentence.end
        else:
            yield opening
            yield passage, sentence.start, sentence.end
