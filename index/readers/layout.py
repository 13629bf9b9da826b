"""The words of a page -> its lines in reading order: columns, tables, lists. Pure geometry.

First the structure of the page, then its lines: white space that runs down through many lines
parts columns of text, or of a table (after the recursive XY-cut, Nagy & Seth 1984; the white is
sought from each gap of a line up and down, so that a title across the columns ends it). Promise:
every word is in one line, once.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from index.language.sentences import LIST_MARKER
from index.readers.bullets import BULLET, with_bullets
from index.readers.fragments import Fragment, Rule, joined, rows_of
from index.readers.gutters import Band, bands_of
from index.readers.tables import are_cards, in_blocks, table_of

TRIED = 20  # bands of a page, the largest first: a map's labels make hundreds
RULED = 3  # rules across lines: these are rows of a table
CUT = 4  # sizes of the type, below the last rule, where a row that is cut goes on
ALONE = 1.6  # sizes of the type between a table and the columns above and below it

Row = Sequence[Fragment]


def columns(fragments: Sequence[Fragment], rules: Sequence[Rule] = ()) -> list[list[Fragment]]:
    """The lines of each column, in reading order; rows of a table have cells."""
    return _columns(rows_of(_in_grid(with_bullets(fragments), rules)), rules)


def _in_grid(words: Sequence[Fragment], rules: Sequence[Rule]) -> Sequence[Fragment]:
    """The words; those of a ruled grid moved apart where rules meet, as their cells stand close."""
    meets = Counter(
        round(left.x1)
        for left, right in pairwise(sorted(rules, key=lambda rule: (round(rule.y), rule.x0)))
        if abs(left.y - right.y) < 1 and abs(left.x1 - right.x0) < 1
    )
    edges = sorted(x for x, count in meets.items() if count >= RULED)
    if not edges:
        return words
    top, bottom = max(rule.y for rule in rules), min(rule.y for rule in rules)
    found: list[Fragment] = []
    for row in rows_of(words):
        # The end of the page may cut the last row, with no rule below it.
        cut = bottom - CUT * row[0].size < row[0].y <= bottom and not any(
            word.x0 < edge < word.x1 for word in row for edge in edges
        )
        for word in row:
            passed = sum(edge < (word.x0 + word.x1) / 2 for edge in edges)
            moved = word.size * passed if cut or bottom < word.y < top else 0.0
            found.append(word._replace(x0=word.x0 + moved, x1=word.x1 + moved))
    return found


def _columns(rows: Sequence[Row], rules: Sequence[Rule]) -> list[list[Fragment]]:
    bands = bands_of(rows)
    for band in sorted(bands, key=lambda band: (-band.height, len(band.strips)))[:TRIED]:
        if _are_columns(band, rows, rules):
            inside = [one for one in bands if len(one.strips) > len(band.strips)]
            return _with_table(rows, inside, rules, band) or _side_by_side(rows, band, rules)
    if not bands:
        return [lines_of(rows)] if rows else []
    ruled = [band for band in bands if len(_across(rules, _parts(band, rows))) >= RULED]
    found = _with_table(rows, ruled, rules)
    found = found or _with_table(rows, bands_of(rows, bridged=True), rules)
    return found or _halves(rows, rules) or [lines_of(rows)]


def _parts(band: Band, rows: Sequence[Row]) -> list[list[Row]]:
    return [list(band.parted(row)) for row in rows[band.first : band.last + 1]]


def _side_by_side(rows: Sequence[Row], band: Band, rules: Sequence[Rule]) -> list[list[Fragment]]:
    """The columns of a band one after the other, between what stands above and below."""
    parts = zip(*_parts(band, rows), strict=True)
    return [
        *_columns(rows[: band.first], rules),
        *(
            column
            for part in parts
            for column in _columns(rows_of([word for row in part for word in row]), rules)
        ),
        *_columns(rows[band.last + 1 :], rules),
    ]


def _with_table(
    rows: Sequence[Row],
    bands: Sequence[Band],
    rules: Sequence[Rule],
    beside: Band | None = None,
) -> list[list[Fragment]]:
    """The columns of the rows, if the largest band that can be a table is one; else none.

    `beside`: columns of text, between which it must stand alone.
    """
    for band in sorted(bands, key=lambda band: -band.height * len(band.strips))[:TRIED]:
        parts = _parts(band, rows)
        table = table_of(parts, _across(rules, parts))
        if table is None:
            continue
        first, after = band.first + table.first, band.first + table.last + 1
        if beside is None or _stands_alone(first, after, beside, rows):
            above, below = _columns(rows[:first], rules), _columns(rows[after:], rules)
            return _run_on(above, table.lines, below)
    return []


def _halves(rows: Sequence[Row], rules: Sequence[Rule]) -> list[list[Fragment]]:
    """The columns of the rows, cut at their widest gap, if there is a table in a half; else none.

    Two tables, one close below the other, may share white that parts neither.
    """
    gaps = [above[0].y - row[0].y for above, row in pairwise(rows)]
    widest = max(gaps, default=0.0)
    if len(rows) < 4 or widest < 1.4 * median(gaps):
        return []
    at = gaps.index(widest) + 1
    found = _run_on(_columns(rows[:at], rules), [], _columns(rows[at:], rules))
    return found if any(line.cells for column in found for line in column) else []


def _stands_alone(first: int, after: int, columns: Band, rows: Sequence[Row]) -> bool:
    """Are there gaps through all columns above and below the rows?"""
    around = [at for at in (first, after) if columns.first < at <= columns.last]
    return bool(around) and all(
        rows[at - 1][0].y - rows[at][0].y > ALONE * rows[at][0].size for at in around
    )


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
    lines = map(joined, rows)
    return [line._replace(text=BULLET.sub("• ", line.text)) for line in lines]


def _are_columns(band: Band, rows: Sequence[Row], rules: Sequence[Rule]) -> bool:
    """Do the strips part columns of running text, to be read one after the other?"""
    parts = _parts(band, rows)
    sides = [[joined(part) for part in column if part] for column in zip(*parts, strict=True)]
    if any(len(side) < 2 for side in sides):
        return False
    if all(_is_list(side) for side in sides) or are_cards(parts):
        return True
    if len(_across(rules, parts)) >= RULED:
        return False
    texts = [_is_text(side) for side in sides]
    strong = any(_is_text(side, lines_least=6, wrapped=0.85, words=3) for side in sides)
    return (all(texts) or strong or _run_down(parts)) and not in_blocks(parts)


def _run_down(parts: Sequence[Sequence[Row]]) -> bool:
    """Do sentences run on from line to line in each column, too few to say where lines break?"""
    columns = [[cell for cell in column if cell] for column in zip(*parts, strict=True)]
    below = [_goes_on(cell) for column in columns for cell in column[1:]]
    return (
        len(parts) > 2
        and all(median(map(len, column)) > 3 for column in columns)
        and all(any(_goes_on(cell) for cell in row if cell) for row in parts[1:])
        and sum(below) >= 0.75 * len(below)
    )


def _goes_on(cell: Row) -> bool:
    return cell[0].text[:1].islower()


def _is_list(lines: Sequence[Fragment]) -> bool:
    return sum(re.match(LIST_MARKER, line.text) is not None for line in lines) > 1


def _is_text(
    lines: Sequence[Fragment], lines_least: int = 4, wrapped: float = 0.65, words: int = 2
) -> bool:
    """Is it running text: lines broken where the next word would not have fitted?

    Or, where the lines were broken by the number of letters, that begin inside sentences.
    """
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
    inside = sum(line.text[:1].islower() for line in lines)  # of a sentence
    return len(breaks) > 1 and (
        sum(breaks) >= wrapped * len(breaks) or (len(lines) > 5 and 2 * inside > len(lines))
    )
