"""White space that runs down a page between words: gutters of columns, gaps of tables. Pure.

From each gap of a line the white is followed up and down as far as it goes, so that a title across
the columns ends it; a row's words are the bits of a number, so that this costs little.
"""

import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from index.readers.bullets import is_marker
from index.readers.fragments import Fragment

UNIT = 2  # columns of a row's mask in a point
NARROWEST = 0.5  # gutter, times the size of the type
NARROWEST_OF_FEW = 1.0  # where only two or three lines bear it out

Row = Sequence[Fragment]
Strip = tuple[int, int, int, int]  # first row, last row, begin, end


class Band(NamedTuple):
    """Rows `first` to `last`, through which the white strips (left, right) run down.

    `narrowest`: the least width of a strip, in points.
    """

    first: int
    last: int
    strips: tuple[tuple[float, float], ...]
    narrowest: float

    @property
    def height(self) -> int:
        return self.last - self.first + 1

    def parted(self, row: Row) -> list[list[Fragment]]:
        """The words of a row, column by column; what runs across a strip stays whole."""
        columns: list[list[Fragment]] = [[] for _ in range(len(self.strips) + 1)]
        at, end = 0, None
        for word in row:
            if end is None or word.x0 - end > 0.8 * self.narrowest:
                at = sum(word.x0 > (left + right) / 2 for left, right in self.strips)
            columns[at].append(word)
            end = word.x1 if end is None else max(end, word.x1)
        return columns


def bands_of(rows: Sequence[Row], bridged: bool = False) -> list[Band]:
    """The places where white strips run down between words, through two rows or more.

    `bridged`: a single row may cross a strip, as a long label in a table does.
    """
    if not rows:
        return []
    left = min(row[0].x0 for row in rows)
    em = median(word.size for row in rows for word in row)
    masks = [_mask(row, left) for row in rows]
    width = max(mask.bit_length() for mask in masks)
    narrowest = max(2, int(NARROWEST * em * UNIT))
    strips = _strips(masks, width, narrowest, bridged)
    bands = []
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
            bands.append(Band(first, last, tuple(places), narrowest / UNIT))
    return bands


def _common(strips: set[Strip], first: int, last: int) -> list[tuple[int, int]]:
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
    """A row as bits, set where there is text.

    A list's marker and its text are one, and so are words with a blank between, as of a title.
    """
    mask = 0
    for before, word, after in zip([None, *row], row, [*row[1:], None], strict=False):
        end = word.x1
        opens = before is None or word.x0 - before.x1 > word.size
        if after is not None and opens and is_marker(word) and after.x0 - end < 4 * word.size:
            end = after.x0
        elif after is not None and after.x0 - end < NARROWEST * min(word.size, after.size):
            end = max(end, after.x0)
        begin, end = int((word.x0 - left) * UNIT), int((end - left) * UNIT + 0.9)
        mask |= ((1 << (end - begin)) - 1) << begin
    return mask


def _strips(masks: Sequence[int], width: int, narrowest: int, bridged: bool) -> set[Strip]:
    """The white from each gap in a row as far as it runs."""
    whites = [~mask & ((1 << width) - 1) for mask in masks]
    found: set[Strip] = set()
    for row, white in enumerate(whites):
        for begin, end in _runs(white, narrowest):
            if any(
                first <= row <= last and begin <= left and right <= end
                for first, last, left, right in found
            ):
                continue  # followed from a row above
            strip = ((1 << (end - begin)) - 1) << begin
            last, strip = _followed(strip, whites[row:], narrowest, bridged)
            before, strip = _followed(strip, whites[row::-1], narrowest, bridged)
            if last or before:
                found |= {
                    (row - before, row + last, *run)
                    for run in _runs(strip, narrowest)
                    if run[0] and run[1] < width
                }
    return found


def _followed(strip: int, whites: Sequence[int], narrowest: int, bridged: bool) -> tuple[int, int]:
    """How many rows the strip runs on, and what is left of it."""
    reach = at = 0
    while at + 1 < len(whites):
        at += 1
        ahead = whites[at + 1 : at + 3]
        if _wide(strip & whites[at], narrowest):
            strip &= whites[at]
            reach = at
        elif not (
            bridged
            and len(ahead) > 1
            and reach == at - 1
            and _wide(strip & ahead[0] & ahead[1], 2 * narrowest)
        ):
            break
    return reach, strip


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
