"""PDF files -> Content. Owns pypdfium2: characters, their place, size, weight -> Fragments.

What lies outside the page, or across the direction of its text (watermarks), is left out. How
fragments become columns, lines, paragraphs and headings: layout.py and paragraphs.py. Promise: a
PDF of pictures is `Unreadable`, never an empty document.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from index.describe import FILE_NAME, MADE_BY, NO_TITLE
from index.errors import Unreadable
from index.language.fold import fold
from index.readers.content import Block, Content
from index.readers.forms import values
from index.readers.fragments import Fragment, Page, Rule
from index.readers.glyphs import Glyph, direction, turned, words_of
from index.readers.paragraphs import blocks_of
from index.readers.sections import sections_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

SHORTEST_WORD = 4  # letters of a word by which a title is known
FORM_SIZE = 10.0  # points, of the values of a form without a word of text
MOST_RULES = 5_000  # objects of a page among which rules are sought: a map is drawn of many more
SHORTEST_RULE = 10.0  # points
THICKEST_RULE = 3.0  # points: what is thicker is a box with two edges
BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.I)


def read_pdf(data: bytes) -> Content:
    """The content of a PDF; pages count from 1."""
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
    pages = [_read_page(document, number) for number in range(1, len(document) + 1)]
    pictured = [
        page.number for page in pages if not page.fragments and _has_image(document, page.number)
    ]
    blocks = blocks_of(pages)
    sections = list(sections_of(blocks))
    if not sections:
        raise Unreadable(
            "it holds only images, no text (no OCR yet)" if pictured else "it holds no text"
        )
    which = ", ".join(map(str, pictured[:20])) + (", ..." if len(pictured) > 20 else "")
    warnings = [f"page {which}: only images, not read (no OCR yet)"] if pictured else []
    own = _properties(document.get_metadata_dict())
    if not _by_program(own["title"]) and (
        heading := _heading_instead(own["title"], pages[0], blocks)
    ):
        warnings.append(
            f"its title property {own['title'][:80]!r} is not believed, for page 1 does not speak "
            f"of it; its heading {heading[:80]!r} is taken (catalogue.toml can say otherwise)"
        )
        own["title"] = heading
    return Content(sections, own=own, warnings=warnings)


def _by_program(title: str) -> bool:
    """Has a program written the title, if there is one? Then it is passed over without a word."""
    found = MADE_BY.match(title) or FILE_NAME.search(title) or NO_TITLE.fullmatch(fold(title))
    return not title or found is not None


def _heading_instead(title: str, page: Page, blocks: Sequence[Block]) -> str:
    """The highest heading of page 1, if fewer than half of the title's words stand on the page.

    Such a title is another document's: that of the template, or of what was written over. Short
    words do not count, nor does the ending of a plural.
    """
    headings = [block for block in blocks if block.page == page.number and block.level > 0]
    words = {word for word in _words(title) if len(word) >= SHORTEST_WORD}
    there = _words(" ".join(fragment.text for fragment in page.fragments))
    if not headings or 2 * len(words & there) >= len(words):
        return ""
    return min(headings, key=lambda block: block.level).text


def _words(text: str) -> set[str]:
    return {word.rstrip("sx") for word in re.findall(r"\w+", fold(text))}


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


def _read_page(document: PdfDocument, number: int) -> Page:
    page = document[number - 1]
    box = page.get_cropbox()
    try:
        glyphs = list(_glyphs(page.get_textpage(), box))
        degrees = direction(glyphs)
        rules = tuple(_rules(page, degrees))
        words = words_of(glyphs, degrees)
        if document.formenv is not None:
            size = median(word.size for word in words) if words else FORM_SIZE
            words += [_upright(word, degrees) for word in values(page, document.formenv, size)]
    finally:
        page.close()
    quarter = 90 * round(degrees / 90)
    edges = sorted(turned(x, y, quarter)[1] for x, y in (box[:2], box[2:]))
    return Page(number, edges[0], edges[1], tuple(words), rules)


def _upright(word: Fragment, degrees: float) -> Fragment:
    if not degrees:
        return word
    x, y = turned(word.x0, word.y, degrees)
    return word._replace(x0=x, x1=x + word.x1 - word.x0, y=y)


def _rules(page: PdfPage, degrees: float) -> Iterator[Rule]:
    """The horizontal lines of the page and the edges of its boxes, after it was turned."""
    from pypdfium2 import raw

    sides = [ctypes.c_float() for _ in range(4)]
    for index in range(min(raw.FPDFPage_CountObjects(page), MOST_RULES)):
        drawn = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if not raw.FPDFPageObj_GetBounds(drawn, *sides):
            continue
        left, bottom, right, top = (side.value for side in sides)
        corners = turned(left, bottom, degrees), turned(right, top, degrees)
        (x0, x1), (y0, y1) = map(sorted, zip(*corners, strict=True))
        if x1 - x0 > SHORTEST_RULE:
            yield Rule(x0, x1, y0)
            if y1 - y0 > THICKEST_RULE:
                yield Rule(x0, x1, y1)


def _glyphs(textpage: PdfTextPage, box: tuple[float, float, float, float]) -> Iterator[Glyph]:
    """The glyphs inside the page's box, in file order; without the blanks that PDFium infers."""
    from pypdfium2 import raw

    rectangle, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    looks: dict[int | None, tuple[float, bool, float]] = {}
    blank = False
    handle = textpage.raw  # asked for once: the calls below are most of the time of reading
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, index)
        text = "-" if code == 2 else chr(code) if 0 < code < 0x110000 else ""
        if not text or (text.isspace() and text not in "\u00a0\u202f"):
            blank = blank or not raw.FPDFText_IsGenerated(handle, index)
            continue
        raw.FPDFText_GetCharOrigin(handle, index, x, y)
        raw.FPDFText_GetLooseCharBox(handle, index, rectangle)
        if not (box[0] <= x.value <= box[2] and box[1] <= y.value <= box[3]):
            continue
        drawn = ctypes.cast(raw.FPDFText_GetTextObject(handle, index), ctypes.c_void_p).value
        if drawn is None or drawn not in looks:
            looks[drawn] = _look(textpage, index)
        size, bold, degrees = looks[drawn]
        if size < 1:
            continue
        width = rectangle.right - rectangle.left
        if degrees:
            width = _advance(width, rectangle.top - rectangle.bottom, degrees)
        yield Glyph(text, x.value, y.value, width, size, bold, degrees, drawn or 0, blank)
        blank = False


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


def _look(textpage: PdfTextPage, index: int) -> tuple[float, bool, float]:
    """Size in points, boldness and direction in degrees of a character."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(textpage, index, matrix)
    size = raw.FPDFText_GetFontSize(textpage, index) * (math.hypot(matrix.c, matrix.d) or 1.0)
    name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
    raw.FPDFText_GetFontInfo(textpage, index, name, 200, flags)
    bold = (
        BOLD.search(name.value.decode("latin-1")) is not None
        or raw.FPDFText_GetFontWeight(textpage, index) >= 600
    )
    return size, bold, math.degrees(math.atan2(matrix.b, matrix.a)) % 360
