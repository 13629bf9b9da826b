"""Where everything stands in the picture of a timeline, in the picture's own units. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.records import Citation
from index.passage import Passage

WIDTH, MARGIN = 760, 36
AXIS_OVERHANG = 12  # of the axis, beyond the first and the last year
ROW = 22  # between two points above one another; also the distance at which they do not touch
ABOVE_AXIS, BELOW_AXIS = 14, 34  # room between the axis and the lowest point; for the years
MOST_TICKS = 12


@dataclass(frozen=True)
class Point:
    """A dated citation: its number in the list below the picture, its passage, its centre."""

    number: int
    passage: Passage
    x: float
    y: int


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


def picture(citations: Sequence[Citation]) -> Picture | None:
    """The picture of the citations that have a date; None where none has.

    Points that would touch stand above one another.
    """
    dated = [
        (number, citation.passage, as_year(citation.passage.date))
        for number, citation in enumerate(citations, 1)
        if citation.passage.date
    ]
    if not dated:
        return None
    first = int(min(year for *_, year in dated))
    end = int(max(year for *_, year in dated)) + 1
    scale = (WIDTH - 2 * MARGIN) / (end - first)
    xs = [MARGIN + (year - first) * scale for *_, year in dated]
    rows = _rows(xs)
    height = BELOW_AXIS + ROW * (max(rows) + 1) + ABOVE_AXIS
    base = height - BELOW_AXIS
    years = range(first, end + 1, max(1, (end - first + MOST_TICKS - 1) // MOST_TICKS))
    return Picture(
        width=WIDTH,
        height=height,
        left=MARGIN - AXIS_OVERHANG,
        right=WIDTH - MARGIN + AXIS_OVERHANG,
        base=base,
        first=first,
        last=end - 1,
        ticks=tuple((year, MARGIN + (year - first) * scale) for year in years),
        points=tuple(
            Point(number, passage, x, base - ABOVE_AXIS - ROW * row)
            for (number, passage, _), x, row in zip(dated, xs, rows, strict=True)
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


def _rows(xs: Sequence[float]) -> list[int]:
    """For each point the lowest row in which it touches none of those before it."""
    rows: list[int] = []
    for x in xs:
        taken = {row for row, other in zip(rows, xs, strict=False) if abs(x - other) < ROW}
        rows.append(next(row for row in range(len(xs)) if row not in taken))
    return rows
