"""A quote is its span: finds where a passage has a quoted text, and proves passage.text[start:end].

Pure, and the one place that does either. Quotation marks, apostrophes, dashes, an ellipsis, blanks
of any kind (none counts inside « ») and Unicode's compositions make no difference; nothing else is
forgiven. A span begins and ends at the bounds of words and figures.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import NewType

from bot.records import Citation
from index.language import lists
from index.passage import Passage

Normal = NewType("Normal", str)
"""Text whose typographic variants are made one, for comparing only; its case and accents stay."""

VARIANTS = str.maketrans(
    dict.fromkeys("’‘ʼ", "'") | dict.fromkeys("“”", '"') | dict.fromkeys("‐‑–—", "-") | {"…": "..."}
)
# What becomes normal as a whole; to a character belong the combining marks behind it.
PIECE = re.compile(r"«\s*|\s*»|\s+|\S")
FIGURE = re.compile(
    rf"""
    (?: [€$£] [^\S\n]? )?                           # $20
    \d+ (?:(?: [.,/‐‑–—-] | [^\S\n]+ ) \d+ )*       # 3,5; 30/03/2023; 2016-1691; 1 500 000
    (?:(?: [‐‑–—-] | [^\S\n]+ )?                    # 20 %; 10 millions; a 20-year plan
       (?: [%€$£] | {lists.forms("verbatim.units")} ))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A figure with what it counts in, within a line: no sentence runs over the end of its line."""


def normal(text: str) -> Normal:
    """The text with its typographic variants made one, and every run of blanks one blank."""
    return _normal_with_offsets(text)[0]


def span_of(quote: str, text: str) -> tuple[int, int] | None:
    """The first span (start, end) of `text` that proves the quote; None where there is none."""
    sought = normal(quote).strip()
    whole, offsets = _normal_with_offsets(text)
    at = whole.find(sought) if sought else -1
    while at >= 0:
        until = at + len(sought)
        start, end = offsets[at], offsets[until]
        # From the first character of a piece to the last of one: no part of an ellipsis.
        if offsets[until - 1] < end and (not at or offsets[at - 1] < start):
            start, end = end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip())
            if _proves(text, start, end, sought):
                return start, end
        at = whole.find(sought, at + 1)
    return None


def cited(number: int, passage: Passage, quote: str) -> Citation | None:
    """A citation of the quote as the passage has it, character for character, if it has it."""
    span = span_of(quote, passage.text)
    return Citation(number, passage, passage.text[slice(*span)], *span) if span else None


def is_proved(citation: Citation) -> bool:
    """Is the quote what stands at the citation's own span, from bound to bound?"""
    return bool(citation.quote.strip()) and _proves(
        citation.passage.text, citation.start, citation.end, normal(citation.quote)
    )


def _proves(text: str, start: int, end: int, quote: str) -> bool:
    """Is text[start:end] the quote, which is normal, from bound to bound?"""
    return (
        0 <= start < end <= len(text)
        and not _cuts(text, start)
        and not _cuts(text, end)
        and normal(text[start:end]) == quote
    )


def _cuts(text: str, at: int) -> bool:
    """Does the place lie inside a word or inside a figure with its unit?"""
    if 0 < at < len(text) and _is_of_a_word(text[at - 1]) and _is_of_a_word(text[at]):
        return True
    starts, ends = _figures(text)
    last = bisect_left(starts, at) - 1  # the last that starts before the place
    return last >= 0 and at < ends[last]


@lru_cache(maxsize=64)
def _figures(text: str) -> tuple[list[int], list[int]]:
    """Where the figures of a text start and where they end, for the many places of one text."""
    found = list(FIGURE.finditer(text))
    return [figure.start() for figure in found], [figure.end() for figure in found]


def _is_of_a_word(character: str) -> bool:
    return character.isalnum() or unicodedata.combining(character) > 0


def _normal_with_offsets(text: str) -> tuple[Normal, Sequence[int]]:
    """The normal text, and for each of its characters, and its end, where that begins in `text`.

    What stands for one piece of `text` ("..." for an ellipsis) begins where the piece does.
    """
    pieces: list[str] = []
    places: list[int] = []
    for match in PIECE.finditer(text):
        if unicodedata.combining(match[0][0]) and pieces and not pieces[-1][-1].isspace():
            pieces[-1] += match[0]
        else:
            pieces.append(match[0])
            places.append(match.start())
    made = [_normal_piece(piece) for piece in pieces]
    offsets = [place for place, piece in zip(places, made, strict=True) for _ in piece]
    return Normal("".join(made)), [*offsets, len(text)]


@lru_cache(maxsize=4096)
def _normal_piece(piece: str) -> str:
    plain = re.sub(r"\s+", " ", re.sub(r"«\s*|(?<!\s)\s*»", '"', piece))
    return unicodedata.normalize("NFC", plain).translate(VARIANTS)
