"""Pages of a PDF -> pictures, and where on them quotes stand. In a bounded process of its own.

A quote is sought letter by letter, with the passage that it stands in, so that a short one is not
taken for another; a page's letters come in the order in which the file draws them, or row by row.
Promise: whatever the file, the answer or `Unreadable` within the limits below; a quote that is not
found has no box: none is guessed.
"""

from __future__ import annotations

import ctypes
import io
import json
from base64 import b64decode, b64encode
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from index.errors import Unreadable
from index.language.fold import fold, fold_with_offsets
from index.readers.glyphs import Glyph, direction, is_along, turned
from index.readers.pdf import glyphs_of, opened
from index.readers.worker import Limits, Worker

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

DRAWING = Worker(
    "index.readers.pictures", "drawn", Limits(seconds=10.0, wall=30.0, memory=1_500_000_000)
)
LARGEST = 50_000_000  # bytes of a PDF that is sent to the process for each picture
MOST_PAGES = 1_000
HIGHEST = 5_000  # pixels
TALLEST = 4.0  # times as high as wide; a page of another form is drawn smaller
LOSSLESS = 1_000_000  # bytes: a larger PNG is a photograph or a scan, and sent as JPEG
QUALITY = 85
GOES_ON = 1  # pages after its own that a passage may run on to
LEAST = 4  # letters in a row that are found out of their place by no chance
ENOUGH = 0.7  # of a quote's letters
ALONE = 8  # letters that are sought by themselves, if they stand on the page once
UNIT = 100_000  # of a page's width and height, in which PDFium counts places on its picture
BELOW, ABOVE = 0.25, 0.9  # of the size of the type, from the baseline


class Wanted(NamedTuple):
    """The quote text[start:end] of a passage that begins on `page`, counted from 1."""

    page: int
    text: str
    start: int
    end: int


class Box(NamedTuple):
    """A part of a page, in fractions of its picture's width and height from the upper left."""

    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Outline:
    """`shapes`: how many times as high as wide each page is; `boxes`: those of each quote."""

    shapes: tuple[float, ...]
    boxes: tuple[tuple[Box, ...], ...]


class Picture(NamedTuple):
    """A page's picture and its media type."""

    data: bytes
    kind: str


def outline(data: bytes, wanted: Sequence[Wanted], process: Worker = DRAWING) -> Outline:
    """The shapes of a PDF's pages, and for each quote its boxes, line by line.

    A quote that is not found has none. Raises `Unreadable`.
    """
    answer = _asked(process, {"quotes": wanted}, data)
    return Outline(
        tuple(answer["shapes"]),
        tuple(tuple(Box(*box) for box in boxes) for boxes in answer["boxes"]),
    )


def picture(data: bytes, page: int, width: int, process: Worker = DRAWING) -> Picture:
    """The picture of a page, counted from 1, so many pixels wide or less.

    Raises `Unreadable`, for a page that is not there too.
    """
    answer = _asked(process, {"page": page, "width": width}, data)
    return Picture(b64decode(answer["picture"]), answer["kind"])


def _asked(process: Worker, what: dict, data: bytes) -> dict:
    if len(data) > LARGEST:
        raise Unreadable(f"it is larger than {LARGEST // 1_000_000} MB")
    return process.ask(json.dumps(what), data)


def drawn(name: str, data: bytes) -> dict:
    """What `outline` and `picture` ask for, in the process; `name` is their JSON."""
    import pypdfium2

    asked = json.loads(name)
    document = opened(data)
    try:
        if len(document) > MOST_PAGES:
            raise Unreadable(f"it has more than {MOST_PAGES} pages")
        if "page" in asked:
            return _drawn(document, asked["page"], asked["width"])
        wanted = [Wanted(*quote) for quote in asked["quotes"]]
        shapes = [_shape(*document.get_page_size(at)) for at in range(len(document))]
        return {"shapes": shapes, "boxes": list(_boxes(document, wanted))}
    except (pypdfium2.PdfiumError, MemoryError, ValueError, OSError) as error:
        raise Unreadable(f"its pages cannot be drawn ({error})") from error
    finally:
        document.close()


def _shape(width: float, height: float) -> float:
    return min(TALLEST, max(1 / TALLEST, height / width)) if width > 0 and height > 0 else 1.0


def _drawn(document: PdfDocument, number: int, width: int) -> dict:
    if not 1 <= number <= len(document):
        raise Unreadable(f"it has no page {number}")
    page = document[number - 1]
    # Half a pixel less, for PDFium rounds up.
    across, down = max(1.0, page.get_width()), max(1.0, page.get_height())
    scale = min((width - 0.5) / across, (HIGHEST - 0.5) / down)
    image = page.render(scale=scale).to_pil().convert("RGB")
    stream, kind = io.BytesIO(), "image/png"
    image.save(stream, "PNG")
    if stream.tell() > LOSSLESS:
        stream, kind = io.BytesIO(), "image/jpeg"
        image.save(stream, "JPEG", quality=QUALITY)
    return {"picture": b64encode(stream.getvalue()).decode("ascii"), "kind": kind}


class _Sheet:
    """A page that is read: its glyphs along the direction of its text, in file order."""

    def __init__(self, document: PdfDocument, number: int):
        self.number, self._page = number, document[number - 1]
        left, bottom, right, top = self._page.get_cropbox()
        inside = [
            glyph
            for glyph in glyphs_of(self._page.get_textpage())
            if left <= glyph.x <= right and bottom <= glyph.y <= top
        ]
        degrees = direction(inside)
        self.glyphs = [glyph for glyph in inside if is_along(glyph.degrees, degrees)]

    def box(self, corners: Sequence[tuple[float, float]]) -> Box:
        """The part of the page's picture around points of the page."""
        from pypdfium2 import raw

        across, down, places = ctypes.c_int(), ctypes.c_int(), []
        for x, y in corners:
            raw.FPDF_PageToDevice(self._page, 0, 0, UNIT, UNIT, 0, x, y, across, down)
            places.append(
                [min(1.0, max(0.0, place.value / UNIT)) for place in (across, down)],
            )
        (left, right), (top, bottom) = (
            (min(values), max(values)) for values in zip(*places, strict=True)
        )
        sides = (left, top, right - left, bottom - top)
        return Box(self.number, *(round(side, 5) for side in sides))


class _Letter(NamedTuple):
    """A folded letter or digit, and where it stands."""

    text: str
    glyph: Glyph
    sheet: _Sheet


def _boxes(document: PdfDocument, wanted: Sequence[Wanted]) -> Iterator[list[Box]]:
    """The boxes of each quote."""
    sheets: dict[int, _Sheet] = {}
    for quote in wanted:
        numbers = range(max(1, quote.page), min(quote.page + GOES_ON, len(document)) + 1)
        for number in numbers:
            if number not in sheets:
                sheets[number] = _Sheet(document, number)
        passage, start, end = _sought(quote)
        found: list[_Letter] = []
        for in_order in (list, _by_rows):
            letters = [
                letter
                for number in numbers
                for letter in _letters(sheets[number], in_order(sheets[number].glyphs))
            ]
            places = _places("".join(one.text for one in letters), passage, start, end)
            if len(places) > len(found):
                found = [letters[place] for place in places]
            if len(found) == end - start:
                break
        yield list(_lines(found)) if found and len(found) >= ENOUGH * (end - start) else []


def _sought(quote: Wanted) -> tuple[str, int, int]:
    """The passage's folded letters and digits, and which of them the quote is."""
    folded, offsets = fold_with_offsets(quote.text)
    kept = [at for at, letter in enumerate(folded) if letter.isalnum()]
    begins = [offsets[at] for at in kept]
    text = "".join(folded[at] for at in kept)
    return text, bisect_left(begins, quote.start), bisect_left(begins, quote.end)


def _letters(sheet: _Sheet, glyphs: Sequence[Glyph]) -> Iterator[_Letter]:
    for glyph in glyphs:
        for letter in fold(glyph.text):
            if letter.isalnum():
                yield _Letter(letter, glyph, sheet)


def _by_rows(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs from the top of the page, those of a baseline from left to right."""
    placed = [(turned(glyph.x, glyph.y, glyph.degrees), glyph) for glyph in glyphs]
    placed.sort(key=lambda one: -one[0][1])
    ordered: list[tuple[float, float, Glyph]] = []
    row: list[tuple[float, float, Glyph]] = []
    for (x, y), glyph in placed:
        if row and row[0][1] - y > 0.35 * glyph.size:
            ordered += sorted(row, key=lambda one: one[0])
            row = []
        row.append((x, y, glyph))
    ordered += sorted(row, key=lambda one: one[0])
    return [glyph for _, _, glyph in ordered]


def _places(page: str, passage: str, start: int, end: int) -> list[int]:
    """Where on the page the letters passage[start:end] stand, as far as they are found."""
    if (at := page.find(passage)) >= 0:
        return list(range(at + start, at + end))
    found: dict[int, int] = {}  # a letter of the passage -> its place
    for there, here, size in SequenceMatcher(None, page, passage, False).get_matching_blocks():
        if size >= LEAST:
            found.update(zip(range(here, here + size), range(there, there + size), strict=True))
    for lost, gap in groupby(range(start, end), key=lambda letter: letter not in found):
        letters = list(gap)
        text = passage[letters[0] : letters[-1] + 1]
        if lost and len(text) >= ALONE and page.count(text) == 1:
            at = page.index(text)
            found.update(zip(letters, range(at, at + len(text)), strict=True))
    return [found[letter] for letter in range(start, end) if letter in found]


def _lines(letters: Sequence[_Letter]) -> Iterator[Box]:
    """The boxes of the lines, or of the stretches of lines, that the letters make."""
    line: list[_Letter] = []
    right = 0.0
    for letter in letters:
        glyph = letter.glyph
        x, _ = turned(glyph.x, glyph.y, glyph.degrees)
        if line:
            first = line[0].glyph
            # A line that climbs, as on a scan set askew, is marked in pieces: boxes are level.
            off = min(abs(glyph.x - first.x), abs(glyph.y - first.y))
            goes_on = letter.sheet is line[0].sheet and off < 0.5 * glyph.size
            if not goes_on or not -1 < (x - right) / glyph.size < 3:
                yield _around(line)
                line = []
        right = max(right, x + glyph.width) if line else x + glyph.width
        line.append(letter)
    if line:
        yield _around(line)


def _around(line: Sequence[_Letter]) -> Box:
    """The box of letters that stand on one line."""
    glyphs = [letter.glyph for letter in line]
    degrees = glyphs[0].degrees
    places = [turned(glyph.x, glyph.y, degrees) for glyph in glyphs]
    sized = list(zip(places, glyphs, strict=True))
    left, right = min(x for x, _ in places), max(x + glyph.width for (x, _), glyph in sized)
    bottom = min(y - BELOW * glyph.size for (_, y), glyph in sized)
    top = max(y + ABOVE * glyph.size for (_, y), glyph in sized)
    corners = [(x, y) for x in (left, right) for y in (bottom, top)]
    return line[0].sheet.box([turned(x, y, -degrees) for x, y in corners])
