"""A document's passages -> blocks as a page shows them: headings, paragraphs, lists, tables.

The passages of a document, put together, are its text: nothing of the file's own markup is shown.
Pure. Promise: each word of the passages is in one block, once and in order, but for blanks at the
ends of lines and the bars between cells; what is marked is the quote and nothing else.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from index.language.sentences import LIST_MARKER
from index.passage import Passage

CELLS = " | "  # between the cells of a table's row
PARAGRAPH = re.compile(r"(?:[^\n]*\S[^\n]*\n?)+")
LINE = re.compile(r"\S.*")
ITEM = re.compile(LIST_MARKER)


class Mark(NamedTuple):
    """A quote: its number, and its characters [start, end) of the document's text."""

    number: int
    start: int
    end: int


class Piece(NamedTuple):
    """A stretch of text, the numbers of the quotes that hold it, and of those that begin there."""

    text: str
    quotes: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()


class Block(NamedTuple):
    """A block of the kind `heading`, `text`, `list`, `table`, or `page` where one begins.

    `rows`: the cells of each row of a table; marker and words of each item of a list; else the one
    cell of the one row. `number`: of a heading its level from 1, of a page its number.
    """

    kind: str
    rows: tuple[tuple[tuple[Piece, ...], ...], ...] = ()
    number: int = 0


def blocks(passages: Sequence[Passage], marks: Sequence[Mark] = ()) -> Iterator[Block]:
    """The blocks of passages that follow one another in a document, in order."""
    first = passages[0].start if passages else 0
    text = _Marked("".join(passage.text for passage in passages), first, marks)
    starts = [passage.start - first for passage in passages]
    page = 0
    for paragraph in PARAGRAPH.finditer(text.words):
        lines = [match.span() for match in LINE.finditer(text.words, *paragraph.span())]
        passage = passages[bisect_right(starts, lines[0][0]) - 1]
        if passage.page != page:
            page = passage.page
            yield Block("page", number=page)
        if level := _level(paragraph[0], passage):
            yield Block("heading", ((text.pieces(lines[0][0], lines[-1][1]),),), level)
            continue
        for kind, group in groupby(lines, key=lambda line: _kind(text.words[slice(*line)])):
            yield Block(kind, tuple(_rows(kind, text, list(group))))


def _level(paragraph: str, passage: Passage) -> int:
    """Which of the passage's headings the paragraph is, from 1; 0 for none."""
    said = paragraph.split()
    levels = [level for level, heading in enumerate(passage.headings, 1) if heading.split() == said]
    return levels[-1] if levels else 0


def _kind(line: str) -> str:
    return "table" if CELLS in line else "list" if ITEM.match(line) else "text"


class _Marked:
    """A text that begins at `first` of its document, and the quotes in it that have not begun."""

    def __init__(self, words: str, first: int, marks: Sequence[Mark]):
        self.words = words
        self._marks = [Mark(number, start - first, end - first) for number, start, end in marks]
        self._begun: set[int] = set()

    def pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        """words[start:end], parted where a quote begins or ends; to be asked for in order."""
        edges = {edge for _, *span in self._marks for edge in span if start < edge < end}
        found = []
        for left, right in pairwise([start, *sorted(edges), end]):
            held = [mark.number for mark in self._marks if mark.start < right and mark.end > left]
            begins = [number for number in held if number not in self._begun]
            self._begun.update(begins)
            found.append(Piece(self.words[left:right], tuple(held), tuple(begins)))
        return tuple(piece for piece in found if piece.text)


def _rows(
    kind: str, text: _Marked, lines: Sequence[tuple[int, int]]
) -> Iterator[tuple[tuple[Piece, ...], ...]]:
    if kind == "text":
        yield (text.pieces(lines[0][0], lines[-1][1]),)
        return
    for start, end in lines:
        if kind == "table":
            yield tuple(text.pieces(*cell) for cell in _cells(text.words, start, end))
        elif marker := ITEM.match(text.words, start):
            yield text.pieces(start, marker.end()), text.pieces(marker.end(), end)


def _cells(words: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for cell in words[start:end].split(CELLS):
        left = start + len(cell) - len(cell.lstrip())
        yield left, max(left, start + len(cell.rstrip()))
        start += len(cell) + len(CELLS)
