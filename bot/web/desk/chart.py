"""Where everything stands in a chart of lines over weeks, in the chart's own units. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 760, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 150, 14, 34  # around the lines: figures, their names, weeks
MOST_TICKS = 4  # above nothing
MOST_DATES = 6  # under the axis
APART = 16  # of the names of two lines that end near each other


@dataclass(frozen=True)
class Line:
    """A line by its name: its points as SVG writes them, and where its name stands."""

    name: str
    points: str
    x: float
    y: float
    label_y: float


@dataclass(frozen=True)
class Chart:
    """`lines` over `dates`, pairs of the place of a date and its x; `ticks`: of a count and its y;
    the axis from `left` to `right` at the height `base`."""

    width: int
    height: int
    left: int
    right: int
    base: int
    lines: tuple[Line, ...]
    ticks: tuple[tuple[int, float], ...]
    dates: tuple[tuple[int, float], ...]


def chart(series: Mapping[str, Sequence[int]]) -> Chart:
    """The chart of series of counts, all of one length above 0, by their names."""
    length = max(map(len, series.values()))
    highest = max(1, *(count for counts in series.values() for count in counts))
    step = _step(highest)
    top = step * -(-highest // step)
    right, base = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x(place: int) -> float:
        return round(LEFT + (right - LEFT) * (place / (length - 1) if length > 1 else 0.5), 1)

    def y(count: int) -> float:
        return round(base - (base - TOP) * count / top, 1)

    ends = _apart({name: y(counts[-1]) for name, counts in series.items()})
    lines = tuple(
        Line(
            name,
            " ".join(f"{x(place)},{y(count)}" for place, count in enumerate(counts)),
            x(length - 1),
            y(counts[-1]),
            ends[name],
        )
        for name, counts in series.items()
    )
    every = -(-length // MOST_DATES)
    dates = tuple((place, x(place)) for place in range(0, length, every))
    ticks = tuple((count, y(count)) for count in range(0, top + 1, step))
    return Chart(WIDTH, HEIGHT, LEFT, right, base, lines, ticks, dates)


def _step(highest: int) -> int:
    """The distance of two ticks: 1, 2 or 5, or ten times that, or a hundred times."""
    scale = 1
    while True:
        for one in (1, 2, 5):
            if highest <= MOST_TICKS * one * scale:
                return one * scale
        scale *= 10


def _apart(wanted: Mapping[str, float]) -> dict[str, float]:
    """The heights of the names at the ends of the lines: the lowest stays, the others give way."""
    placed: dict[str, float] = {}
    free = float(HEIGHT)
    for name in sorted(wanted, key=lambda one: -wanted[one]):
        placed[name] = min(wanted[name], free)
        free = placed[name] - APART
    return placed
