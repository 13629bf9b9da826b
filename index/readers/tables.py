"""Rows of words in columns -> rows of a table, or none. Pure geometry.

Promise: it is a table only where several rows share the positions of their columns; the lines of
a cell that wraps are one cell.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from index.readers.fragments import Fragment, joined

ALIKE = 2.5  # points between positions that are one
FAR = 2.5  # times the usual distance of lines, or the size of the type
LARGER = 1.15  # times the usual type: a heading
TEXT = 30  # characters: a text, not a figure or a name
SPACED = 1.2  # times the leading inside a cell: a wider gap parts rows

Parts = Sequence[Sequence[Sequence[Fragment]]]  # row by row, column by column: words


class Table(NamedTuple):
    """Rows of a table, and the first and the last of the lines that they were made of."""

    first: int
    last: int
    lines: list[Fragment]


def table_of(parts: Parts, rules: Sequence[float] = ()) -> Table | None:
    """The table that the rows are, but for lines above and below it; None if they are none.

    `rules`: the heights of lines drawn across it.
    """
    extent = _extent(parts)
    if extent is None:
        return None
    first, last = _trimmed(parts, *extent)
    rows = parts[first : last + 1]
    if not (_set_off(rows) and _aligned(rows)):
        return None
    groups = list(_groups(rows, rules))
    if len(groups) < 2 or sum(map(_has_several, groups)) < 0.6 * len(groups):
        return None
    lines = [_row(group) for group in groups]
    return Table(first, last, lines)


def _extent(parts: Parts) -> tuple[int, int] | None:
    """The first and the last of the lines that may be a table's: those of several columns."""
    blocks = [list(block) for block in _blocks(parts)]
    spans, at = [], 0
    for block in blocks:
        if _has_several(block):
            spans.append((at, at + len(block) - 1))
        at += len(block)
    if len(blocks) > 2 and len(spans) > 1:
        return spans[0][0], spans[-1][1]
    several = [at for at, row in enumerate(parts) if sum(map(bool, row)) > 1]
    if len(several) < 2:
        return None
    first, last = several[0], several[-1]
    leading = _leading(parts)
    while last + 1 < len(parts) and _distance(parts[last], parts[last + 1]) < SPACED * leading:
        last += 1
    return first, last


def _trimmed(parts: Parts, first: int, last: int) -> tuple[int, int]:
    """Without a line at either end that stands far from all others: the end of a text above."""
    while last - first > 1:
        gaps = [_distance(above, row) for above, row in pairwise(parts[first : last + 1])]
        far = max(FAR * median(gaps), FAR * next(cell for cell in parts[first] if cell)[0].size)
        if gaps[0] > far:
            first += 1
        elif gaps[-1] > far:
            last -= 1
        else:
            break
    return first, last


def are_cards(parts: Parts) -> bool:
    """Are the columns cards: headings side by side in larger type, a text below each?"""
    usual = median(word.size for row in parts for cell in row for word in cell)
    headed = False
    for block in _blocks(parts):
        if _is_full(block[0]) and all(cell[0].size >= LARGER * usual for cell in block[0]):
            headed, texts = len(block) == 1, block[1:]
        elif headed:
            headed, texts = False, block
        else:
            return False
        cells = [
            " ".join(w.text for line in c if line for w in line) for c in zip(*texts, strict=True)
        ]
        if cells and median(map(len, cells)) < TEXT:
            return False
    return not headed


def in_blocks(parts: Parts) -> bool:
    """Do the columns stand in rows of several lines, each with a gap above and below?

    Then they are the cells of a table, though each may be running text.
    """
    blocks = list(_blocks(parts))
    across = [block for block in blocks if _level(block)]
    return (
        len(blocks) > 2
        and len(across) >= 0.7 * len(blocks)
        and sum(map(len, blocks)) <= 12 * len(blocks)
    ) or _keyed(parts)


def _keyed(parts: Parts) -> bool:
    """Does each line of the shortest column stand where a paragraph begins in the longest?"""
    columns = [list(column) for column in zip(*parts, strict=True)]
    columns.sort(key=lambda column: sum(map(bool, column)))
    keys, texts = columns[0], columns[-1]
    edge = max(cell[-1].x1 for cell in texts if cell)
    begins = []
    for at, (key, text) in enumerate(zip(keys, texts, strict=True)):
        above = next((one for one in reversed(texts[:at]) if one), None)
        if key and above is not None:
            ended = bool(text) and above[-1].text[-1] in ".!?:;" and not text[0].text[0].islower()
            begins.append(ended or (bool(text) and not _had_no_room(above, text, edge)))
    return len(begins) > 1 and all(begins)


def _has_several(group: Parts) -> bool:
    return sum(map(any, zip(*group, strict=True))) > 1


def _level(block: Parts) -> bool:
    """Do two columns of a block begin, have their middle, or end at one height?"""
    spans = []
    for column in zip(*block, strict=True):
        heights = [cell[0].y for cell in column if cell]
        if heights:
            spans.append((heights[0], heights[0] + heights[-1], heights[-1]))
    if len(spans) < 2:
        return False
    size = next(cell[0].size for row in block for cell in row if cell)
    return any(abs(one[at] - spans[0][at]) < 0.5 * size for one in spans[1:] for at in range(3))


def _y(row: Sequence[Sequence[Fragment]]) -> float:
    return max(cell[0].y for cell in row if cell)


def _distance(above: Sequence[Sequence[Fragment]], row: Sequence[Sequence[Fragment]]) -> float:
    return _y(above) - _y(row)


def _leading(parts: Parts) -> float:
    """The least distance between two lines of one column, but for odd ones."""
    distances = Counter(
        round(2 * (above[0].y - cell[0].y)) / 2
        for column in zip(*parts, strict=True)
        for above, cell in pairwise(cell for cell in column if cell)
    )
    most = max(distances.values(), default=0)
    usual = [one for one, count in distances.items() if one > 0 and 5 * count >= most]
    return min(usual, default=0.0)


def _blocks(parts: Parts) -> Iterator[Parts]:
    """The rows, cut where there is a gap through all columns."""
    spaced = SPACED * _leading(parts)
    start = 0
    for at in range(1, len(parts) + 1):
        if at == len(parts) or _distance(parts[at - 1], parts[at]) > spaced:
            yield parts[start:at]
            start = at


def _aligned(parts: Parts) -> bool:
    """Do the cells of each column share a left edge, a right edge or a middle?"""
    places: tuple[Callable, ...] = (
        lambda cell: cell[0].x0,
        lambda cell: cell[-1].x1,
        lambda cell: (cell[0].x0 + cell[-1].x1) / 2,
    )
    for column in zip(*parts, strict=True):
        cells = [cell for cell in column if cell]
        if len(cells) < 2:
            continue
        most = max(_crowd(list(map(place, cells))) for place in places)
        if most < 0.6 * len(cells):
            return False
    return True


def _crowd(values: Sequence[float]) -> int:
    """The most of the values that lie within `ALIKE` of one of them."""
    ordered = sorted(values)
    return max(
        bisect_right(ordered, value + ALIKE) - bisect_left(ordered, value - ALIKE)
        for value in ordered
    )


def _set_off(parts: Parts) -> bool:
    """Are the gaps between cells wider than the blanks inside them, as in no justified line?"""
    rows = [[cell for cell in row if cell] for row in parts]
    wider = [
        min(cell[0].x0 - before[-1].x1 for before, cell in pairwise(row))
        > 1.5 * max((b.x0 - a.x1 for cell in row for a, b in pairwise(cell)), default=0.0)
        for row in rows
        if len(row) > 1
    ]
    return sum(wider) >= 0.75 * len(wider)


def _groups(parts: Parts, rules: Sequence[float]) -> Iterator[Parts]:
    """The rows of the table, each with the lines that it is made of."""
    ruled = [
        list(lines)
        for _, lines in groupby(parts, key=lambda row: sum(rule < _y(row) for rule in rules))
    ]
    blocks = ruled if len(ruled) > 2 else [one for part in ruled for one in _blocks(part)]
    for block in blocks:
        if len(block) > 1 and len(blocks) > 1 and _is_one_row(block):
            yield block
            continue
        group = [block[0]]
        for row in block[1:]:
            if _goes_on(group, row, parts):
                group.append(row)
            else:
                yield group
                group = [row]
        yield group


def _is_one_row(block: Parts) -> bool:
    """Are the lines of a block cells that wrap, not rows that stand close?"""
    used = [any(column) for column in zip(*block, strict=True)]
    full = sum(all(map(bool, (c for c, u in zip(row, used, strict=True) if u))) for row in block)
    if full <= 1:
        return True
    later = [cell for row in block[1:] for cell in row if cell]
    return 2 * sum(_is_continuation(cell) for cell in later) > len(later)


def _is_continuation(cell: Sequence[Fragment]) -> bool:
    return cell[0].text[:1].islower() or cell[0].text[:1] in "(&"


def _goes_on(group: Parts, row: Sequence[Sequence[Fragment]], parts: Parts) -> bool:
    """Does a line go on with the cells of the row above it?"""
    if len(group) == 1 and group[0] is parts[0] and not _is_full(group[0]):
        # A header whose cells wrap, set on its last line.
        return _is_full(row) and _y(group[0]) - _y(row) < 1.4 * row[0][0].size
    columns = zip(*group, *[row], strict=True)
    edges = [
        max((cell[-1].x1 for cell in column if cell), default=0.0)
        for column in zip(*parts, strict=True)
    ]
    going_on = []
    for column, edge in zip(columns, edges, strict=True):
        above, cell = [one for one in column[:-1] if one], column[-1]
        if cell:
            going_on.append(
                bool(above) and (_is_continuation(cell), _had_no_room(above[-1], cell, edge))
            )
    if not all(going_on):
        return False
    if not row[0] and not all(row[1:]):
        return True  # without a key, and not all that a row has
    if _is_full(row):
        return all(all(one) for one in going_on if one)
    return (not row[0] or _is_continuation(row[0])) and all(any(one) for one in going_on if one)


def _is_full(row: Sequence[Sequence[Fragment]]) -> bool:
    return all(map(bool, row))


def _had_no_room(above: Sequence[Fragment], cell: Sequence[Fragment], edge: float) -> bool:
    return above[-1].x1 + 0.25 * cell[0].size + cell[0].x1 - cell[0].x0 > edge - 1


def _row(group: Parts) -> Fragment:
    """Lines of a row as one fragment; the lines of a cell are parted by line ends."""
    cells = tuple(
        "\n".join(" ".join(word.text for word in line) for line in column if line)
        for column in zip(*group, strict=True)
    )
    words = [word for line in group for cell in line for word in cell]
    return joined(words, cells)._replace(y=_y(group[-1]))
