"""What a PDF repeats around its pages: running heads and feet, page numbers. Pure geometry.

Promise: only what stands at an edge of its page goes; a heading or a line of a paragraph that
returns at the same height on every page of a template stays, and so do the label of a value, a row
of a table, whole, and a dated closing line.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.language import lists
from index.language.dates import DAY, MONTH
from index.language.sentences import LIST_MARKER
from index.readers.fragments import Fragment, Page, rows_of, stretches

EDGE = 0.13  # of a page's height, at the top and at the bottom: where running heads and feet stand
LINES = 3  # at either edge, that may be running heads and feet
ATTACHED = 1.7  # sizes of the type: a line closer than this belongs to the one below it
HEADING = 3.0  # the same, of a heading
ROW = 2.5  # the same, of a row of a table
ALIKE = 2.5  # points between positions that are one
NUMBER = re.compile(
    rf"""
    [\s.|–—-]*
    (?:{lists.forms("pages.page_label")}\s*)?                      # page, p.
    (\d{{1,4}}|[ivxl]{{1,6}})
    (?:\s*(?:/|{lists.forms("pages.number_of")})\s*\d{{1,4}})?   # 3/12, 3 sur 12
    [\s.|–—-]*
    """,
    re.I | re.VERBOSE,
)
# What a text that is signed on each page ends with: "Fait à Paris, le 3 juin".
CLOSING = re.compile(rf"\W*{lists.forms('documents.done_at')}\s+[A-ZÀ-Þ][\w'’ -]*,")
DATED = re.compile(rf"{DAY}{MONTH}", re.I)  # which counts no pages
COUNT = "\0"  # stands for the numbers of a line: no text has it
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}

# "1 200 €", "4,5 %": what stands beside it is its label, though that returns.
FIGURE = re.compile(r"\W*\d[\d\s.,/+–-]*(?:%|[^\W\d]{0,2}[€$£]|[^\W\d]{1,3})?")

Place = tuple[Page, Fragment]


def running(pages: Sequence[Page], body: float) -> set[tuple[int, Fragment]]:
    """The words of running heads, feet and page numbers, with the numbers of their pages.

    A line near an edge that returns at the same height on a third of the pages or more; or, if it
    is the outermost and no larger than the body, on two pages of at least four (the title of a
    chapter on its own pages). Inner lines go only with those outside of them.
    """
    edges = {page.number: _edges(page) for page in pages}
    found = _returning(pages, edges, body)
    left_out: set[tuple[int, Fragment]] = set()
    for page in pages:
        for lines in edges[page.number]:
            returns = [any((page.number, one) in found for one in line) for line in lines]
            for place, line in enumerate(lines[:-1]):
                gone = [one for one in line if (page.number, one) in found]
                rest = [one for one in line if one not in gone]
                if (
                    not gone
                    or _labels(gone, rest)
                    or _is_row(lines[place:])
                    or _attached(lines[place:], returns[place:], body, outermost=not place)
                ):
                    break
                left_out |= {(page.number, word) for one in gone for word in one.words}
    return left_out


def _returning(
    pages: Sequence[Page], edges: dict[int, list[list[list[Fragment]]]], body: float
) -> set[tuple[int, Fragment]]:
    """The stretches at the edges that return, or count the pages."""
    alike: dict[str, list[Place]] = defaultdict(list)
    found: set[tuple[int, Fragment]] = set()
    outermost: set[tuple[int, Fragment]] = set()
    for page in pages:
        for lines in edges[page.number]:
            outermost |= {(page.number, one) for line in lines[:1] for one in line}
            for one in (one for line in lines[:-1] for one in line if _may_run(one, line)):
                alike[one.text].append((page, one))
                small = one.size <= body + 0.5
                if small and NUMBER.fullmatch(one.text):
                    alike[COUNT].append((page, one))
                    if str(page.number) in one.text and _numbers(one.text)[0] == page.number:
                        found.add((page.number, one))
                elif small and COUNT in (bare := re.sub(r"\d+", COUNT, DATED.sub("", one.text))):
                    alike[bare].append((page, one))
    third = -(-len(pages) // 3)
    for text, occurrences in alike.items():
        for level in _at_one_height(occurrences):
            places = _counting(level, single=text == COUNT) if COUNT in text else level
            at_edge = len(pages) >= 4 and all(
                one.size <= body + 0.5 and (page.number, one) in outermost for page, one in places
            )
            counted = COUNT in text and len(text) <= len(f"A-{COUNT}")
            enough = 2 if at_edge or counted else max(2, third)
            if len({page.number for page, _ in places}) >= enough:
                found |= {(page.number, one) for page, one in places}
    return found


def _may_run(one: Fragment, line: Sequence[Fragment]) -> bool:
    """Is it neither the "1." before the first item of a list nor a closing line?"""
    is_marker = one is not line[-1] and re.fullmatch(LIST_MARKER, f"{one.text} ")
    return not is_marker and not CLOSING.match(one.text)


def _is_row(lines: Sequence[Sequence[Fragment]]) -> bool:
    """Is the first line a row of a table that goes on with the next lines?

    It has several cells, and each stands in line with one of the next line, which is no further
    away than rows are.
    """
    row, inner, *more = [line for line in lines if line] + [[]]
    if len(row) < 2 or len(inner) < 2:
        return False
    apart = abs(row[0].y - inner[0].y)
    usual = abs(inner[0].y - more[0][0].y) if more and more[0] else 0.0
    size = max(row[0].size, inner[0].size)
    return apart < max(ROW * size, 1.2 * usual) and all(
        any(_in_line(cell, other) for other in inner) for cell in row
    )


def _in_line(cell: Fragment, other: Fragment) -> bool:
    """Do they share their left end, their right end or their middle?"""
    left, right = cell.x0 - other.x0, cell.x1 - other.x1
    return min(abs(left), abs(right), abs(left + right) / 2) < ALIKE


def _edges(page: Page) -> list[list[list[Fragment]]]:
    """The lines near the upper edge, then those near the lower one, the outermost first.

    Behind them the line that follows them, which is no longer near (empty for none).
    """
    band = EDGE * (page.top - page.bottom)
    rows = [list(stretches(row)) for row in rows_of(page.fragments)]
    found = []
    for ordered, near in (
        (rows, lambda y: y > page.top - band),
        (rows[::-1], lambda y: y < page.bottom + band),
    ):
        count = sum(near(row[0].y) for row in ordered[:LINES])
        found.append([*ordered[:count], next(iter(ordered[count:]), [])])
    return found


def _attached(
    lines: Sequence[Sequence[Fragment]], found: Sequence[bool], body: float, outermost: bool
) -> bool:
    """Does the first line belong to the text below it, each line close to the next?

    A heading (larger or bold) or the first lines of a paragraph, that return. The outermost line is
    one only where its sentence goes on below.
    """
    for place, (line, inner) in enumerate(pairwise(lines)):
        heading = any(one.size > body + (-0.5 if one.bold else 0.5) for one in line)
        alone = outermost and not place and not (inner and inner[0].text[:1].islower())
        reach = HEADING if heading else 0 if alone else ATTACHED
        if not inner or abs(line[0].y - inner[0].y) >= reach * max(line[0].size, inner[0].size):
            return False
        if not found[place + 1]:
            return True
    return False


def _labels(gone: Sequence[Fragment], rest: Sequence[Fragment]) -> bool:
    """Is what returns the label of what stands beside it, as in the last row of a form?"""
    return bool(rest) and (
        gone[0].text.endswith(":") or all(FIGURE.fullmatch(one.text) for one in rest)
    )


def _at_one_height(places: list[Place]) -> Iterator[list[Place]]:
    """Those that stand at one height, within 6 points: an annex may have a layout of its own."""
    ordered = sorted(places, key=lambda place: place[1].y - place[0].bottom)
    group: list[Place] = []
    for page, one in ordered:
        if group and one.y - page.bottom - (group[0][1].y - group[0][0].bottom) > 6:
            yield group
            group = []
        group.append((page, one))
    if group:
        yield group


def _numbers(text: str) -> list[int]:
    """The numbers in a text; a page number may be in Roman figures."""
    if figures := re.findall(r"\d{1,6}", DATED.sub("", text)):
        return [int(figure) for figure in figures]
    match = NUMBER.fullmatch(text)
    values = [ROMAN[letter] for letter in match[1].lower()] if match else []
    return [
        sum(
            -value if any(other > value for other in values[at + 1 :]) else value
            for at, value in enumerate(values)
        )
    ]


def _counting(places: Sequence[Place], single: bool) -> list[Place]:
    """Those with a number that grows with the pages, as a page number's does, not an article's.

    The numbers may begin again, as in an annex: what grows from one page to the next counts, too.
    `single`: these are numbers alone, of which the odd one among the others is one of them.
    """
    offsets: dict[int, list[Place]] = defaultdict(list)
    for page, one in places:
        for number in set(_numbers(one.text)):
            offsets[number - page.number].append((page, one))
    largest = max((len(of) for of in offsets.values()), default=0)
    counted = [
        place
        for of in offsets.values()
        if len(of) > 1 and (len(of) == largest or _in_a_row(of))
        for place in of
    ]
    return list(places) if single and 2 * len(counted) > len(places) > 3 else counted


def _in_a_row(places: Sequence[Place]) -> bool:
    """Do the pages follow one another, but for a few without a number?"""
    numbers = sorted({page.number for page, _ in places})
    return numbers[-1] - numbers[0] < 2 * len(numbers)
