"""Fragments of lines, placed on pages -> lines in reading order. Pure geometry; knows no PDF.

Running heads, feet, page numbers and tables of contents are left out; columns are read one after
the other; aligned cells are rows of data.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.language import lists

EDGE = 0.13  # of a page's height, at the top and at the bottom: where running heads and feet stand
LINES = 3  # at either edge, that may be running heads and feet
MARKS = "•▪◦·‣●○■□➢➤✓\uf0b7\uf0a7\uf0d8"  # bullets; the last three are from symbol fonts
NUMBER = re.compile(
    rf"""
    [\s.|–—-]*
    (?:{lists.forms("pages.page_label")}\s*)?                      # page, p.
    (\d{{1,4}})
    (?:\s*(?:/|{lists.forms("pages.number_of")})\s*\d{{1,4}})?   # 3/12, 3 sur 12
    [\s.|–—-]*
    """,
    re.I | re.VERBOSE,
)
BARE_MARKER = re.compile(
    rf"""
    [-*–{MARKS}]
    | \(?(?:\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}|[a-zA-Z]|[ivxIVX]{{1,4}})[.)]   # 1. 2.3) (a) iv.
    | \d{{1,2}}(?:\.\d{{1,2}}){{1,3}}                                        # 2.3
    """,
    re.VERBOSE,
)
# "Contexte ........ 3": a line of a table of contents.
LEADER = re.compile(r"(?<![.…·_])(?<![.…·_]\s)(?:[.…·_]\s?){5,}+\s*(?:\d{1,4}|[ivxl]{1,6})$")
BULLET = re.compile(rf"^[{MARKS}]\s*(?=\S)")


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
    """Running heads, feet and page numbers: fragments near an edge that return at the same height.

    On a third of the pages or more; or, if of the outermost line and no larger than the body, on
    two pages of at least four (the title of a chapter on its own pages).
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
    for text, occurrences in alike.items():
        places = _at_one_height(occurrences)
        if "#" in text:
            places = _counting(places)
        outermost = len(pages) >= 4 and all(
            fragment.size <= body + 0.5 and _is_outermost(fragment, page)
            for page, fragment in places
        )
        enough = 2 if outermost else max(2, -(-len(pages) // 3))
        if len({page.number for page, _ in places}) >= enough:
            found |= {(page.number, fragment) for page, fragment in places}
    return found


def _at_one_height(places: list[tuple[Page, Fragment]]) -> list[tuple[Page, Fragment]]:
    """Those within 6 points of the median height."""
    heights = sorted(fragment.y - page.bottom for page, fragment in places)
    median = heights[len(heights) // 2]
    return [
        (page, fragment) for page, fragment in places if abs(fragment.y - page.bottom - median) <= 6
    ]


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
    """Those with a number that grows with the pages, as a page number's does, not an article's."""
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
    """Fragments in columns, in reading order.

    What spans the gutter separates the columns above it from those below.
    """
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
    """The middle of the gap between two columns of running text, or None.

    The cells of a table are too short for columns.
    """
    ends = sorted({round(fragment.x1) for fragment in fragments})
    best, most = None, 3
    left_edge = min((f.x0 for f in fragments), default=0)
    right_edge = max((f.x1 for f in fragments), default=0)
    for end in ends:
        right = [fragment for fragment in fragments if fragment.x0 > end + 4]
        left = [fragment for fragment in fragments if fragment.x1 <= end + 1]
        if min(len(left), len(right)) <= most:
            continue
        begin = min(fragment.x0 for fragment in right)
        widths = [_median(f.x1 - f.x0 for f in side) for side in (left, right)]
        overlap = min(max(f.y for f in side) for side in (left, right)) - max(
            min(f.y for f in side) for side in (left, right)
        )
        if (
            all(_median(len(f.text) for f in side) >= 18 for side in (left, right))
            and overlap > 0
            and widths[0] >= 0.55 * (end - left_edge)
            and widths[1] >= 0.55 * (right_edge - begin)
        ):
            best, most = (end + begin) / 2, min(len(left), len(right))
    return best


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def lines_of(column: Sequence[Fragment]) -> list[Fragment]:
    """The lines of a column from the top; adjacent lines of several cells become rows of data."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(column, key=lambda fragment: (-fragment.y, fragment.x0)):
        if rows and abs(rows[-1][0].y - fragment.y) < 0.35 * max(fragment.size, rows[-1][0].size):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    split = [len(row) > 1 and not _is_list_item(row) for row in rows]
    lines = []
    for number, row in enumerate(rows):
        row.sort(key=lambda fragment: fragment.x0)
        beside = split[max(0, number - 1) : number] + split[number + 1 : number + 2]
        is_data = split[number] and any(beside)
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
                tuple(texts) if is_data else (),
            )
        )
    return lines


def _is_list_item(row: Sequence[Fragment]) -> bool:
    """A marker that stands apart from its text, not two cells."""
    first = min(row, key=lambda fragment: fragment.x0)
    return len(row) == 2 and BARE_MARKER.fullmatch(first.text) is not None
