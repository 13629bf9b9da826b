"""Which characters of a quote are the figure or the date that was asked for. Pure.

Promise: what is marked is a stretch of the quote itself; where it cannot be told which of several
figures is meant, none is.
"""

import re

from bot.statements import holds_amount_asked
from index.language.dates import resolve_dates
from index.language.numbers import ANY_YEAR, NUMBER, YEAR, measures

Stretch = tuple[int, int]

# A number of things that are counted: no code (NIS 2), no part of one (2022/2555), no list marker.
COUNTED = re.compile(
    rf"(?<![\w.,/°-])(?<![A-Z] )(?<!\n)(?<!^){NUMBER}(?=[ \u00a0\u202f][^\W\d_A-Z])"
)


def pieces(quote: str, question: str, seeks: str, date: str) -> list[tuple[str, bool]]:
    """The quote in pieces, each with whether it is to be marked; joined they are the quote.

    `seeks`: what must stand in the answer to the question (figure, date, ...); `date`: of the text.
    """
    found: list[tuple[str, bool]] = []
    at = 0
    for start, end in _marked(quote, question, seeks, date):
        found += [(quote[at:start], False), (quote[start:end], True)]
        at = end
    return [piece for piece in [*found, (quote[at:], False)] if piece[0]]


def _marked(quote: str, question: str, seeks: str, date: str) -> list[Stretch]:
    dates = [(start, end) for start, end, _ in resolve_dates(quote, date or ANY_YEAR)]
    if seeks == "date":
        return dates or [match.span() for match in YEAR.finditer(quote)]
    figures = [one for one in measures(quote) if not _touches(one, dates)]
    if seeks != "figure":
        return figures if len(figures) == 1 else []
    if not figures:
        counted = (match.span() for match in COUNTED.finditer(quote))
        return [one for one in counted if not _touches(one, dates) and not _is_year(quote, one)]
    return [one for one in figures if holds_amount_asked(question, quote[slice(*one)])] or figures


def _touches(one: Stretch, others: list[Stretch]) -> bool:
    return any(one[0] < end and start < one[1] for start, end in others)


def _is_year(quote: str, one: Stretch) -> bool:
    return YEAR.fullmatch(quote[slice(*one)]) is not None
