"""Where everything stands in the picture of a timeline, in the picture's own units. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.records import Citation
from index.passage import Passage

WIDE, NARROW = 760, 336  # of the picture on a desk, and whole on a phone
MARGIN = 24
AXIS_OVERHANG = 12  # of the axis, beyond the first and the last year
ROW = 26  # between two points above one another
REACH = 13  # of a point, to its left and right; its label begins there
CHARACTER = 7.4  # of a label, in a wide font (DejaVu Sans)
LONGEST = 56  # characters of a label
ABOVE_AXIS, BELOW_AXIS = 18, 34  # room between the axis and the lowest point; for the years
YEAR_APART = 54  # of two years' figures, at least


@dataclass(frozen=True)
class Point:
    """A dated citation: its number in the list below the picture, its passage, its centre.

    `label` is beside it, to its right, or to its left where `is_left`.
    """

    number: int
    passage: Passage
    x: float
    y: int
    label: str
    is_left: bool


@dataclass(frozen=True)
class Picture:
    """Points above an axis from `left` to `right` at the height `base`.

    `first` and `last` are years; `ticks` are pairs of a year and its x.
    """

    width: int
    height: int
    left: int
    right: int
    base: int
    first: int
    last: int
    ticks: tuple[tuple[int, float], ...]
    points: tuple[Point, ...]


def picture(
    citations: Sequence[Citation], labels: Sequence[str], width: int = WIDE
) -> Picture | None:
    """The picture of the citations that have a date, each with its label; None where none has.

    Points whose labels would touch stand above one another.
    """
    dated = [
        (number, citation.passage, as_year(citation.passage.date), label)
        for number, (citation, label) in enumerate(zip(citations, labels, strict=True), 1)
        if citation.passage.date
    ]
    if not dated:
        return None
    first = int(min(year for _, _, year, _ in dated))
    end = int(max(year for _, _, year, _ in dated)) + 1
    scale = (width - 2 * MARGIN) / (end - first)
    xs = [MARGIN + (year - first) * scale for _, _, year, _ in dated]
    said = [_fitting(label, x, width) for (*_, label), x in zip(dated, xs, strict=True)]
    rows = _rows(xs, [_extent(x, *one) for x, one in zip(xs, said, strict=True)])
    height = BELOW_AXIS + ROW * max(rows) + 2 * ABOVE_AXIS
    base = height - BELOW_AXIS
    most = max(1, int((width - 2 * MARGIN) / YEAR_APART))
    years = range(first, end + 1, -(-(end - first) // most))
    return Picture(
        width=width,
        height=height,
        left=MARGIN - AXIS_OVERHANG,
        right=width - MARGIN + AXIS_OVERHANG,
        base=base,
        first=first,
        last=end - 1,
        ticks=tuple((year, MARGIN + (year - first) * scale) for year in years),
        points=tuple(
            Point(number, passage, x, base - ABOVE_AXIS - ROW * row, *label)
            for (number, passage, *_), x, row, label in zip(dated, xs, rows, said, strict=True)
        ),
    )


def as_year(date: str) -> float:
    """An ISO date as a year with its fraction.

    A missing month is the middle of the year, a missing day the middle of the month.
    """
    year, month, day = (*date.split("-"), "", "")[:3]
    if not month:
        return int(year) + 0.5
    return int(year) + (int(month) - 1 + (int(day) - 1 if day else 15) / 31) / 12


def _fitting(label: str, x: float, width: int) -> tuple[str, bool]:
    """The label, cut at a word to what fits beside a point at `x`; and whether that is its left."""
    right = int((width - x - REACH) / CHARACTER)
    is_left = right < min(len(label), LONGEST) and x > width - x
    most = min(LONGEST, int((x - REACH) / CHARACTER) if is_left else right)
    if len(label) > most:
        label = f"{label[:most].rsplit(' ', 1)[0].rstrip(' ,;:.')}…"
    return label, is_left


def _extent(x: float, label: str, is_left: bool) -> tuple[float, float]:
    """From where to where a point and its label reach."""
    length = REACH + CHARACTER * len(label)
    return (x - length, x + REACH) if is_left else (x - REACH, x + length)


def _rows(xs: Sequence[float], extents: Sequence[tuple[float, float]]) -> list[int]:
    """For each extent, the oldest point's first, the lowest row in which it touches no other."""
    rows, taken = [0] * len(extents), list[list[tuple[float, float]]]()
    for place in sorted(range(len(extents)), key=lambda place: xs[place]):
        free = next(_free(taken, extents[place]), len(taken))
        if free == len(taken):
            taken.append([])
        taken[free].append(extents[place])
        rows[place] = free
    return rows


def _free(taken: Sequence[Sequence[tuple[float, float]]], extent: tuple[float, float]) -> Iterator:
    """The rows in which nothing touches the extent, lowest first."""
    first, last = extent
    for row, others in enumerate(taken):
        if all(last < begin or end < first for begin, end in others):
            yield row
