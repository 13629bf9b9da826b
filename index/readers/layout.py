"""The words of a page -> its lines in reading order: columns, tables, lists. Pure geometry.

First the structure of the page, then its lines: white space that runs down through many lines
parts columns of text, or of a table (after the recursive XY-cut, Nagy & Seth 1984; the white is
sought from each gap of a line up and down, so that a title across the columns ends it). Promise:
every word is in one line, once; only the dotted lines of a table of contents are left out.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from index.language.sentences import LIST_MARKER
from index.readers.bullets import BULLET, is_marker, with_bullets
from index.readers.fragments import Fragment, Rule, joined, rows_of
from index.readers.tables import in_blocks, table_of

UNIT = 2  # columns of a row's mask in a point
NARROWEST = 0.6  # gutter, times the size of the type
NARROWEST_OF_FEW = 1.0  # where only two or three lines bear it out
# "Contexte ........ 3": a line of a table of contents.
LEADER = re.compile(r"(?<![.…·_])(?<![.…·_]\s)(?:[.…·_]\s?){5,}+\s*(?:\d{1,4}|[ivxl]{1,6})$")

Row = Sequence[Fragment]


class Band(NamedTuple):
    """Rows `first` to `last`, through which the white strips (left, right) run down."""

    first: int
    last: int
    strips: tuple[tuple[float, float], ...]

    @property
    def height(self) -> int:
        return self.last - self.first + 1

    def parted(self, row: Row) -> list[list[Fragment]]:
        """The words of a row, column by column."""
        columns: list[list[Fragment]] = [[] for _ in range(len(self.strips) + 1)]
        for word in row:
            columns[sum(word.x0 > (left + right) / 2 for left, right in self.strips)].append(word)
        return columns


def columns(fragments: Sequence[Fragment], rules: Sequence[Rule] = ()) -> list[list[Fragment]]:
    """The lines of each column, in reading order; rows of a table have cells."""
    return _columns(rows_of(with_bullets(fragments)), rules)


def _columns(rows: Sequence[Row], rules: Sequence[Rule]) -> list[list[Fragment]]:
    if not rows:
        return []
    bands = list(_bands(rows))
    for band in sorted(bands, key=lambda band: (-band.height, len(band.strips))):
        inside = rows[band.first : band.last + 1]
        if _are_columns(band, inside):
            parts = zip(*(band.parted(row) for row in inside), strict=True)
            return [
                *_columns(rows[: band.first], rules),
                *(
                    column
                    for part in parts
                    for column in _columns(rows_of([word for row in part for word in row]), rules)
                ),
                *_columns(rows[band.last + 1 :], rules),
            ]
    for band in sorted(bands, key=lambda band: -band.height * len(band.strips)):
        parts = [band.parted(row) for row in rows[band.first : band.last + 1]]
        if table := table_of(parts, _across(rules, parts)):
            return _run_on(
                _columns(rows[: band.first + table.first], rules),
                table.lines,
                _columns(rows[band.first + table.last + 1 :], rules),
            )
    return [lines_of(rows)]


def _across(rules: Sequence[Rule], parts: Sequence[Sequence[Row]]) -> list[float]:
    """The heights of the rules that cross at least half of what stands in these rows."""
    words = [word for row in parts for cell in row for word in cell]
    left, right = min(word.x0 for word in words), max(word.x1 for word in words)
    bottom, top = min(word.y for word in words), max(word.y for word in words)
    drawn: dict[int, float] = {}
    for rule in rules:
        if bottom < rule.y < top:
            length = min(rule.x1, right) - max(rule.x0, left)
            drawn[round(rule.y)] = drawn.get(round(rule.y), 0.0) + max(0.0, length)
    return [float(y) for y, length in drawn.items() if length > 0.5 * (right - left)]


def _run_on(
    above: list[list[Fragment]], lines: list[Fragment], below: list[list[Fragment]]
) -> list[list[Fragment]]:
    """The columns above and below a table, of which the nearest two hold it."""
    return [
        *above[:-1],
        [line for part in (*above[-1:], lines, *below[:1]) for line in part],
        *below[1:],
    ]


def lines_of(rows: Sequence[Row]) -> list[Fragment]:
    """The lines of a column without tables."""
    lines = []
    for row in rows:
        line = joined(row)
        if not LEADER.search(line.text):
            lines.append(line._replace(text=BULLET.sub("• ", line.text)))
    return lines


def _bands(rows: Sequence[Row]) -> Iterator[Band]:
    """The places where white strips run down between words, through two rows or more."""
    left = min(row[0].x0 for row in rows)
    em = median(word.size for row in rows for word in row)
    masks = [_mask(row, left) for row in rows]
    width = max(mask.bit_length() for mask in masks)
    narrowest = max(2, int(NARROWEST * em * UNIT))
    strips = _strips(masks, width, narrowest)
    for first, last in {(first, last) for first, last, *_ in strips}:
        least = NARROWEST_OF_FEW * em * UNIT if last - first < 3 else narrowest
        places = [
            (left + begin / UNIT, left + end / UNIT)
            for begin, end in _common(strips, first, last)
            if end - begin >= least
            and sum(bool(mask & ((1 << begin) - 1)) for mask in masks[first : last + 1]) > 1
            and sum(bool(mask >> end) for mask in masks[first : last + 1]) > 1
        ]
        if places:
            yield Band(first, last, tuple(places))


def _common(strips: set[tuple[int, int, int, int]], first: int, last: int) -> list[tuple[int, int]]:
    """The white that all of the rows from first to last share; of overlapping strips the shared."""
    common: list[tuple[int, int]] = []
    for top, bottom, begin, end in sorted(strips, key=lambda strip: strip[2]):
        if top <= first and bottom >= last:
            if common and begin < common[-1][1]:
                common[-1] = (max(begin, common[-1][0]), min(end, common[-1][1]))
            else:
                common.append((begin, end))
    return common


def _mask(row: Row, left: float) -> int:
    """A row as bits, set where there is text; a list's marker and its text are one."""
    mask = 0
    for before, word, after in zip([None, *row], row, [*row[1:], None], strict=False):
        end = word.x1
        opens = before is None or word.x0 - before.x1 > word.size
        if after is not None and opens and is_marker(word) and after.x0 - end < 4 * word.size:
            end = after.x0
        begin, end = int((word.x0 - left) * UNIT), int((end - left) * UNIT) + 1
        mask |= ((1 << (end - begin)) - 1) << begin
    return mask


def _strips(masks: Sequence[int], width: int, narrowest: int) -> set[tuple[int, int, int, int]]:
    """(first row, last row, begin, end) of white from each gap in a row as far as it runs."""
    whites = [~mask & ((1 << width) - 1) for mask in masks]
    found = set()
    for row, white in enumerate(whites):
        for begin, end in _runs(white, narrowest):
            strip = ((1 << (end - begin)) - 1) << begin
            reach = [row, row]
            for side, step in ((1, 1), (0, -1)):
                at = row + step
                while 0 <= at < len(whites) and _wide(strip & whites[at], narrowest):
                    strip &= whites[at]
                    reach[side] = at
                    at += step
            if reach[1] > reach[0]:
                found |= {
                    (*reach, *run) for run in _runs(strip, narrowest) if run[0] and run[1] < width
                }
    return found


def _wide(mask: int, width: int) -> int:
    """Not 0 if so many bits in a row are set."""
    have = 1
    while have < width and mask:
        step = min(have, width - have)
        mask &= mask >> step
        have += step
    return mask


def _runs(mask: int, width: int) -> Iterator[tuple[int, int]]:
    """The runs of at least so many set bits."""
    for match in re.finditer(f"1{{{width},}}", f"{mask:b}"[::-1]):
        yield match.span()


def _are_columns(band: Band, rows: Sequence[Row]) -> bool:
    """Do the strips part columns of running text, to be read one after the other?"""
    parts = [band.parted(row) for row in rows]
    sides = [[joined(part) for part in column if part] for column in zip(*parts, strict=True)]
    if any(len(side) < 2 for side in sides):
        return False
    if all(_is_list(side) for side in sides):
        return True
    texts = [_is_text(side) for side in sides]
    strong = any(_is_text(side, lines_least=6, wrapped=0.85, words=3) for side in sides)
    return (all(texts) or strong) and not in_blocks(parts)


def _is_list(lines: Sequence[Fragment]) -> bool:
    return sum(re.match(LIST_MARKER, line.text) is not None for line in lines) > 1


def _is_text(
    lines: Sequence[Fragment], lines_least: int = 4, wrapped: float = 0.65, words: int = 2
) -> bool:
    """Is it running text: lines broken where the next word would not have fitted?"""
    if len(lines) < lines_least or median(len(line.text) for line in lines) < 12:
        return False
    if median(len(line.words) for line in lines) < words:
        return False
    right = max(line.x1 for line in lines)
    breaks = [
        above.x1 + 0.25 * above.size + line.words[0].x1 - line.words[0].x0 > right - 1
        for above, line in pairwise(lines)
        if not re.match(LIST_MARKER, line.text)
    ]
    return len(breaks) > 1 and sum(breaks) >= wrapped * len(breaks)
