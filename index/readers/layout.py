"""Fragments of lines, as they lie on the pages of a PDF -> lines in reading order. Pure geometry; knows no PDF.

Running heads, feet, page numbers and tables of contents are left out; columns are read one after the other; aligned cells are rows of data.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

EDGE = 0.13  # of a page's height, at the top and at the bottom: where running heads and feet stand
LINES = 3  # at either edge, that may be running heads and feet
NUMBER = re.compile(
    r"[\s.|–—-]*(?:(?:page|p\.)\s*)?(\d{1,4})(?:\s*(?:/|sur|of|de)\s*\d{1,4})?[\s.|–—-]*", re.I
)
BARE_MARKER = re.compile(
    r"[-•*–▪◦·‣●○■□➢➤✓\uf0b7\uf0a7\uf0d8]|\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)]"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}"
)
LEADER = re.compile(
    r"(?:[.…·_]\s?){5,}\s*(?:\d{1,4}|[ivxl]{1,6})$"
)  # "Contexte ........ 3": a line of a table of contents
BULLET = re.compile(r"^[•▪◦·‣●○■□➢➤✓\uf0b7\uf0a7\uf0d8]\s*(?=\S)")


@dataclass(frozen=True)
class Fragment:
    """A stretch of a line: its text, its ends, its baseline (counted upwards) and its type."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    cells: tuple[str, ...] = ()  # of a row of data


@dataclass(frozen=True)
class Page:
    """A page's number, from 1, its lower and upper edge, and its fragments."""

    number: int
    bottom: float
    top: float
    fragments: tuple[Fragment, ...]


def running(pages: Sequence[Page], body: float) -> set[tuple[int, Fragment]]:
    """Fragments near an edge that return at the same height; page numbers with them.

    On a third of the pages, or, of the outermost line and no larger than the body, on two pages of at least four (the
    title of a chapter on its own pages).
    """
    alike: dict[str, list[tuple[Page, Fragment]]] = defaultdict(list)
    found: set[tuple[int, Fragment]] = set()
    for page in pages:
        for fragment in _near_edges(page):
            small = fragment.size <= body + 0.5
            alike[fragment.text].append((page, fragment))
            if small and (bare := re.sub(r"\d+", "#", fragment.text)) != fragment.text:
                alike[bare].append((page, fragment))
            single = NUMBER.fullmatch(fragment.text)
            if small and single and int(single[1]) == page.number:
                found.add((page.number, fragment))
    for text, places in alike.items():
        height = sorted(fragment.y - page.bottom for page, fragment in places)[len(places) // 2]
        places = [
            (page, fragment)
            for page, fragment in places
            if abs(fragment.y - page.bottom - height) <= 6
        ]
        if "#" in text:
            places = _counting(places)
        outermost = len(pages) >= 4 and all(
            fragment.size <= body + 0.5 and _is_outermost(fragment, page)
            for page, fragment in places
        )
        if len({page.number for page, _ in places}) >= (
            2 if outermost else max(2, -(-len(pages) // 3))
        ):
            found |= {(page.number, fragment) for page, fragment in places}
    return found


def _near_edges(page: Page) -> list[Fragment]:
    """The fragments of the first and last few lines, where these stand near an edge."""
    band = EDGE * (page.top - page.bottom)
    heights = sorted({round(fragment.y) for fragment in page.fragments})
    low, high = (heights[:LINES][-1], heights[-LINES:][0]) if heights else (0, 0)
    return [
        fragment
        for fragment in page.fragments
        if (fragment.y > page.top - band and round(fragment.y) >= high)
        or (fragment.y < page.bottom + band and round(fragment.y) <= low)
    ]


def _is_outermost(fragment: Fragment, page: Page) -> bool:
    heights = [other.y for other in page.fragments]
    return fragment.y > max(heights) - 2 or fragment.y < min(heights) + 2


def _counting(places: list[tuple[Page, Fragment]]) -> list[tuple[Page, Fragment]]:
    """Those whose number grows with the pages, as a page number does and the number of an article does not."""
    offsets = Counter(
        int(number) - page.number
        for page, fragment in places
        for number in re.findall(r"\d{1,6}", fragment.text)
    )
    offset = offsets.most_common(1)[0][0] if offsets else 0
    return [
        (page, fragment)
        for page, fragment in places
        if str(page.number + offset) in re.findall(r"\d{1,6}", fragment.text)
    ]


def columns(fragments: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    """Fragments in columns, in reading order; what spans the gutter parts the columns above it from those below."""
    gutter = _gutter(fragments)
    if gutter is None:
        if fragments:
            yield list(fragments)
        return
    left: list[Fragment] = []
    right: list[Fragment] = []
    across: list[Fragment] = []
    for fragment in sorted(fragments, key=lambda fragment: -fragment.y):
        if fragment.x0 < gutter < fragment.x1:
            for side in (left, right):
                yield from columns(side)
            left, right = [], []
            across.append(fragment)
        else:
            if across:
                yield across
                across = []
            (left if fragment.x1 <= gutter else right).append(fragment)
    for side in (across, left, right):
        yield from columns(side)


def _gutter(fragments: Sequence[Fragment]) -> float | None:
    """The middle of the gap between two columns of running text, None where there is none. Cells of a table are too short."""
    ends = sorted({round(fragment.x1) for fragment in fragments})
    best, most = None, 3
    edges = (min((f.x0 for f in fragments), default=0), max((f.x1 for f in fragments), default=0))
    for end in ends:
        right = [fragment for fragment in fragments if fragment.x0 > end + 4]
        left = [fragment for fragment in fragments if fragment.x1 <= end + 1]
        if min(len(left), len(right)) <= most:
            continue
        begin = min(fragment.x0 for fragment in right)
        widths = [sorted(f.x1 - f.x0 for f in side)[len(side) // 2] for side in (left, right)]
        overlap = min(max(f.y for f in side) for side in (left, right)) - max(
            min(f.y for f in side) for side in (left, right)
        )
        long = all(
            sorted(len(f.text) for f in side)[len(side) // 2] >= 18 for side in (left, right)
        )
        if (
            long
            and overlap > 0
            and widths[0] >= 0.55 * (end - edges[0])
            and widths[1] >= 0.55 * (edges[1] - begin)
        ):
            best, most = (end + begin) / 2, min(len(left), len(right))
    return best


def lines_of(column: Sequence[Fragment]) -> list[Fragment]:
    """The lines of a column from the top; neighbouring lines of several cells become rows of data."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(column, key=lambda fragment: (-fragment.y, fragment.x0)):
        if rows and abs(rows[-1][0].y - fragment.y) < 0.35 * max(fragment.size, rows[-1][0].size):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    many = []
    for row in rows:
        row.sort(key=lambda fragment: fragment.x0)
        many.append(len(row) > 1 and not (len(row) == 2 and BARE_MARKER.fullmatch(row[0].text)))
    lines = []
    for number, row in enumerate(rows):
        tabled = many[number] and (
            (number > 0 and many[number - 1]) or (number + 1 < len(rows) and many[number + 1])
        )
        texts = [fragment.text for fragment in row]
        if LEADER.search(" ".join(texts)):
            continue
        largest = max(row, key=lambda fragment: len(fragment.text))
        lines.append(
            Fragment(
                BULLET.sub("• ", " ".join(texts)),
                row[0].x0,
                row[-1].x1,
                largest.y,
                largest.size,
                all(fragment.bold for fragment in row),
                tuple(texts) if tabled else (),
            )
        )
    return lines
