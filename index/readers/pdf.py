"""PDF files -> Content. Owns pypdfium2: characters, their place, size, weight -> Fragments.

What lies outside the page, or across the direction of its text (watermarks), is left out and
counted. How fragments become columns, lines, paragraphs and headings: layout.py and paragraphs.py.
Promise: a PDF of pictures is `Unreadable`, never an empty document.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING

from index.errors import Unreadable
from index.readers.bullets import drawn_bullets
from index.readers.content import ONLY_IMAGES, Content
from index.readers.forms import stamps, values
from index.readers.fragments import Fragment, Page, Rule, Shape, rows_of, stretches
from index.readers.glyphs import Glyph, Look, by_direction, direction, is_along, turned, words_of
from index.readers.paragraphs import Text, text_of
from index.readers.sections import sections_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

UNKNOWN = "characters without a letter"
# What fonts say of a glyph that stands for no letter: nothing, a control or no character.
NO_LETTER = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
FORM_SIZE = 10.0  # points, of the values of a form without a word of text
MOST_SHAPES = 5_000  # objects of a page among which rules are sought: a map has many more
SHORTEST_RULE = 10.0  # points
THICKEST_RULE = 3.0  # points: what is thicker is a box with two edges
HEADS = "page headers and footers"
BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.I)
SUBSET = re.compile(r"^[A-Z]{6}\+")

Box = tuple[float, float, float, float]


def read_pdf(data: bytes, wordless: list[int] | None = None) -> Content:
    """The content of a PDF; pages count from 1. Those without words are added to `wordless`."""
    document = opened(data)
    left_out: Counter[str] = Counter()
    aside: list[str] = []
    pages = [
        _read_page(document, number, left_out, aside) for number in range(1, len(document) + 1)
    ]
    without = [page.number for page in pages if all(word.filled for word in page.fragments)]
    if wordless is not None:
        wordless += without
    pictured = [number for number in without if _has_image(document, number)]
    text = text_of(pages)
    sections = list(sections_of(text.blocks))
    unknown = left_out.pop(UNKNOWN, 0)
    if not sections:
        raise Unreadable(_why_empty(bool(pictured), bool(unknown)))
    which = ", ".join(map(str, pictured[:20])) + (", ..." if len(pictured) > 20 else "")
    warnings = [f"page {which}: {ONLY_IMAGES}, not read (no OCR yet)"] if pictured else []
    if unknown:
        warnings.append(f"{unknown} characters stand for no letter in its fonts; left out")
    left_out |= Counter({HEADS: len(text.running), "table of contents": text.dotted})
    own = _properties(document.get_metadata_dict())
    aside += _running_lines(text)
    return Content(
        sections, own=own, warnings=warnings, shown=_shown(text), left_out=left_out, aside=aside
    )


def opened(data: bytes) -> PdfDocument:
    """The document, its forms filled in. Raises `Unreadable`."""
    import pypdfium2

    if b"%PDF-" not in data[:1024]:
        raise Unreadable("it is no PDF")
    if b"%%EOF" not in data[-8192:]:
        raise Unreadable("it is cut short: the end of the PDF is missing")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(
            "it is protected by a password"
            if "password" in str(error).lower()
            else f"it is a damaged PDF ({error})"
        ) from error
    if document.get_formtype():
        document.init_forms()
    return document


def _why_empty(pictured: bool, unknown: bool) -> str:
    if pictured:
        return f"it holds {ONLY_IMAGES}, no text (no OCR yet)"
    if unknown:
        return "its fonts do not say what its letters are; save it as a PDF anew, or as text"
    return "it holds no text"


def _shown(text: Text) -> dict[str, str]:
    """The largest heading of page 1, and the running heads and feet that were left out of it."""
    headings = [block for block in text.blocks if block.page == 1 and block.level > 0]
    largest = min(headings, key=lambda block: block.level).text if headings else ""
    heads = " ".join(word.text for page, word in text.running if page == 1)
    return {"heading": largest, "heads": heads}


def _running_lines(text: Text) -> Iterator[str]:
    """The lines of the running heads and feet that were left out, each once a page."""
    for _, words in groupby(text.running, key=lambda placed: placed[0]):
        yield from _lines(word for _, word in words)


def _lines(words: Iterable[Fragment]) -> Iterator[str]:
    """The lines that words make, and the stretches of each."""
    for row in rows_of(words):
        yield " ".join(word.text for word in row)
        yield from (stretch.text for stretch in stretches(row))


def _properties(facts: Mapping[str, str]) -> dict[str, str]:
    date = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", facts.get("CreationDate", ""))
    title = facts.get("Title", "")
    if title in (facts.get("Creator"), facts.get("Producer")):
        title = ""  # the program's name
    return {"title": title, "date": "-".join(date.groups()) if date else ""}


def _has_image(document: PdfDocument, number: int) -> bool:
    from pypdfium2 import raw

    images = document[number - 1].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)
    return any(True for _ in images)


def _read_page(document: PdfDocument, number: int, left_out: Counter[str], said: list[str]) -> Page:
    """A page's words and rules; what is left out is added to `left_out`, its lines to `said`."""
    page = document[number - 1]
    box = page.get_cropbox()
    try:
        glyphs: list[Glyph] = []
        outside: list[Glyph] = []
        for glyph in glyphs_of(page.get_textpage()):
            if not _in(box, glyph):
                outside.append(glyph)
            elif glyph.text:
                glyphs.append(glyph)
            else:
                left_out[UNKNOWN] += 1
        degrees = direction(glyphs)
        across = [glyph for glyph in glyphs if not is_along(glyph.degrees, degrees)]
        left_out["text across the page"] += sum(len(words) for _, words in by_direction(across))
        left_out["text outside the page"] += sum(len(words) for _, words in by_direction(outside))
        # Together: a watermark may run off the page.
        said += _lines_across([*across, *(glyph for glyph in outside if glyph.text)])
        shapes = list(_shapes(page, degrees))
        words = words_of(glyphs, degrees)
        words += drawn_bullets(shapes, words)
        size = median(word.size for word in words) if words else FORM_SIZE
        said += stamps(page)
        words += [_upright(word, degrees) for word in values(page, document.formenv, size)]
    finally:
        page.close()
    quarter = 90 * round(degrees / 90)
    edges = sorted(turned(x, y, quarter)[1] for x, y in (box[:2], box[2:]))
    return Page(number, edges[0], edges[1], tuple(words), tuple(_rules(shapes)))


def _lines_across(glyphs: Iterable[Glyph]) -> Iterator[str]:
    """The lines that glyphs make, each in its own direction."""
    for group, words in by_direction(glyphs):
        yield from _lines(words)
        for _, drawn in groupby(group, key=lambda glyph: glyph.drawn):  # letters set wide apart
            yield "".join(f"{' ' * glyph.blank}{glyph.text}" for glyph in drawn)


def _in(box: Box, glyph: Glyph) -> bool:
    return box[0] <= glyph.x <= box[2] and box[1] <= glyph.y <= box[3]


def _upright(word: Fragment, degrees: float) -> Fragment:
    if not degrees:
        return word
    x, y = turned(word.x0, word.y, degrees)
    return word._replace(x0=x, x1=x + word.x1 - word.x0, y=y)


def _shapes(page: PdfPage, degrees: float) -> Iterator[Shape]:
    """The paths that are drawn on the page, after it was turned."""
    from pypdfium2 import raw

    sides = [ctypes.c_float() for _ in range(4)]
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    for index in range(min(raw.FPDFPage_CountObjects(page), MOST_SHAPES)):
        drawn = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if not raw.FPDFPageObj_GetBounds(drawn, *sides):
            continue
        raw.FPDFPath_GetDrawMode(drawn, fill, stroke)
        left, bottom, right, top = (side.value for side in sides)
        corners = turned(left, bottom, degrees), turned(right, top, degrees)
        (x0, x1), (y0, y1) = map(sorted, zip(*corners, strict=True))
        yield Shape(x0, x1, y0, y1, bool(fill.value))


def _rules(shapes: Sequence[Shape]) -> Iterator[Rule]:
    """The horizontal lines among the shapes and the edges of boxes."""
    for x0, x1, y0, y1, _ in shapes:
        if x1 - x0 > SHORTEST_RULE:
            yield Rule(x0, x1, y0)
            if y1 - y0 > THICKEST_RULE:
                yield Rule(x0, x1, y1)


def glyphs_of(textpage: PdfTextPage) -> Iterator[Glyph]:
    """The glyphs of the page, in file order; without the blanks that PDFium infers.

    What stands for no letter has no text.
    """
    from pypdfium2 import raw

    rectangle, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    looks: dict[int | None, Look] = {}
    blank, reach = False, 0.0
    place: tuple[int | None, float, float] | None = None
    before = 0.0, 0.0
    handle = textpage.raw  # asked for once: the calls below are most of the time of reading
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, index)
        # 2: PDFium's mark for a hyphen at a line's end
        text = "-" if code == 2 else NO_LETTER.sub("", chr(code))
        if text.isspace() and text not in "\u00a0\u202f":
            blank = blank or not raw.FPDFText_IsGenerated(handle, index)
            continue
        raw.FPDFText_GetCharOrigin(handle, index, x, y)
        raw.FPDFText_GetLooseCharBox(handle, index, rectangle)
        drawn = ctypes.cast(raw.FPDFText_GetTextObject(handle, index), ctypes.c_void_p).value
        if drawn is None or drawn not in looks:
            looks[drawn] = _look(textpage, index)
        look = looks[drawn]
        if look.size < 1:
            continue
        width = rectangle.right - rectangle.left
        if look.degrees:
            width = _advance(width, rectangle.top - rectangle.bottom, look.degrees)
        # Chrome's ligatures: their letters share a place; each has its part of the width.
        here, part = (drawn, x.value, y.value), (rectangle.left, rectangle.bottom)
        reach = width + (reach if here == place and part != before and text.isalpha() else 0.0)
        yield Glyph(text, x.value, y.value, reach, *look, drawn or 0, blank)
        place, before, blank = here, part, False


def _advance(width: float, height: float, degrees: float) -> float:
    """The advance of a glyph whose box, turned by so many degrees, fills one of that size."""
    quarter = round(degrees / 90)
    if quarter % 2:
        width, height = height, width
    angle = math.radians(abs(degrees - 90 * quarter))
    if angle < 0.001:
        return width
    cos, sin = math.cos(angle), math.sin(angle)
    return max(0.0, (width * cos - height * sin) / max(0.2, cos * cos - sin * sin))


def _look(textpage: PdfTextPage, index: int) -> Look:
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(textpage, index, matrix)
    size = raw.FPDFText_GetFontSize(textpage, index) * (math.hypot(matrix.c, matrix.d) or 1.0)
    name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
    raw.FPDFText_GetFontInfo(textpage, index, name, 200, flags)
    font = name.value.decode("latin-1")
    bold = BOLD.search(font) is not None or raw.FPDFText_GetFontWeight(textpage, index) >= 600
    drawn = raw.FPDFText_GetTextObject(textpage, index)
    mode = raw.FPDFTextObj_GetTextRenderMode(drawn) if drawn else raw.FPDF_TEXTRENDERMODE_UNKNOWN
    return Look(
        size,
        bold,
        math.degrees(math.atan2(matrix.b, matrix.a)) % 360,
        SUBSET.sub("", font),
        mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP),
    )
