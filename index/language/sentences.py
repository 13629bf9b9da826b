"""Where sentences begin and end, in French and English, and what marks the items of a list."""

import re
from collections.abc import Iterator

from index.language import lists

SENTENCE_END = re.compile(
    # The blank and the end mark first: they settle nearly every place, and the words below are
    # many. What closes may stand between them (» ” ) and the blanks before »).
    r"(?=[ \t\u00a0\u202f])(?:(?<=[.!?…])|(?<=[.!?…][)\]»”\"])|(?<=[.!?…][ \u00a0\u202f]»))"
    # A full stop that belongs to an abbreviation or to an initial ("J. Monnet") ends nothing.
    + "".join(rf"(?<!\b{re.escape(word)}\.)" for word in lists.entries("sentences.abbreviations"))
    + r"(?<!\b[A-ZÀ-Þ]\.)"
    # Then a blank and no lower-case start.
    + r"[ \t\u00a0\u202f]+(?![a-zà-ÿ»)\]:;,!?…])"
)
"""Blanks between two sentences of one line; zero characters of either sentence."""

LIST_MARKER = r"[ \t]*(?:[-•*–▪◦·①-⑳]|\d{1,2}[.)])[ \t\u00a0]+"
LINE = re.compile(rf"(?:{LIST_MARKER})?(?P<words>[^\n]+)")


def sentence_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """(its line, start, end) of each sentence of a text, in order, without surrounding blanks.

    A line is at least one sentence, for list items and table rows stand alone; an item's marker
    is outside its span.
    """
    for line in LINE.finditer(text):
        for start, end in spans_between(SENTENCE_END, text, line.start("words"), line.end()):
            yield line[0].strip(), start, end


def spans_between(
    separator: re.Pattern[str], text: str, start: int, end: int
) -> list[tuple[int, int]]:
    """The stripped, non-empty stretches of text[start:end] between matches of `separator`."""
    spans = []
    for match in separator.finditer(text, start, end):
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, end))
    return [_stripped(text, *span) for span in spans if text[slice(*span)].strip()]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())
