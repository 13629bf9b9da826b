"""Pieces of text placed on a page: words, stretches of a line, lines. Frozen; knows no PDF."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

APART = 1.0  # times the size of the type: a wider gap parts two stretches of a line


class Fragment(NamedTuple):
    """A piece of text: its ends, its baseline (counted upwards), its size in points, its weight.

    `blank`: the file writes a blank before it. `filled`: it was filled into a form. `cells`: of a
    row of a table. `words`: what a line or a stretch of one is made of. `font`: of a word's first
    letter.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    blank: bool = False
    cells: tuple[str, ...] = ()
    words: "tuple[Fragment, ...]" = ()
    filled: bool = False
    font: str = ""


class Rule(NamedTuple):
    """A horizontal line that is drawn, or an edge of a box: its ends and its height."""

    x0: float
    x1: float
    y: float


class Shape(NamedTuple):
    """What is drawn, but for text and pictures: its ends, its lower and its upper edge."""

    x0: float
    x1: float
    y0: float
    y1: float
    filled: bool


@dataclass(frozen=True)
class Page:
    """A page's number, from 1, its lower and upper edge, its words and its rules."""

    number: int
    bottom: float
    top: float
    fragments: tuple[Fragment, ...]
    rules: tuple[Rule, ...] = ()


def rows_of(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """What stands on one baseline, from the top of the page; each row from left to right."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda fragment: (-fragment.y, fragment.x0)):
        if rows and rows[-1][0].y - fragment.y < 0.35 * max(fragment.size, rows[-1][0].size):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    for row in rows:
        row.sort(key=lambda fragment: fragment.x0)
    return rows


def joined(words: Sequence[Fragment], cells: tuple[str, ...] = ()) -> Fragment:
    """Words of a line as one fragment, of the size of its longest stretch of one size."""
    lengths: dict[float, int] = {}
    for word in words:
        lengths[word.size] = lengths.get(word.size, 0) + len(word.text)
    size = max(lengths, key=lambda size: lengths[size])
    return Fragment(
        " ".join(word.text for word in words),
        words[0].x0,
        max(word.x1 for word in words),
        next(word.y for word in words if word.size == size),
        size,
        all(word.bold for word in words),
        words[0].blank,
        cells,
        tuple(words),
    )


def stretches(row: Sequence[Fragment], apart: float = APART) -> Iterator[Fragment]:
    """The stretches of a row: words with no gap as wide as between columns or cells."""
    begun: list[Fragment] = []
    for word in row:
        if begun and word.x0 - begun[-1].x1 >= apart * max(word.size, begun[-1].size):
            yield joined(begun)
            begun = []
        begun.append(word)
    if begun:
        yield joined(begun)
