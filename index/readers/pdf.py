"""PDF files -> Content. Owns pypdfium2: characters, their place, size, weight -> Fragments.

What lies outside the page, or across the direction of its text (watermarks), is left out. How
fragments become columns, lines, paragraphs and headings: layout.py and paragraphs.py. Promise: a
PDF of pictures is `Unreadable`, never an empty document.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from index.errors import Unreadable
from index.readers.content import Content
from index.readers.layout import Fragment, Page
from index.readers.paragraphs import blocks_of
from index.readers.sections import sections_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.I)
NOWHERE = (0.0, 0.0, 0.0, 0.0, 0.0, False, 0)  # place, size, weight and direction of a blank
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Times the size of the type: a wider gap separates columns or cells; justified words are closer.
COLUMN_GAP = 1.0


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
    pages = [_read_page(document, number) for number in range(1, len(document) + 1)]
    pictured = [
        page.number for page in pages if not page.fragments and _has_image(document, page.number)
    ]
    sections = list(sections_of(blocks_of(pages)))
    if not sections:
        raise Unreadable(
            "it holds only images, no text (no OCR yet)" if pictured else "it holds no text"
        )
    which = ", ".join(map(str, pictured[:20])) + (", ..." if len(pictured) > 20 else "")
    return Content(
        sections,
        own=_properties(document.get_metadata_dict()),
        warnings=[f"page {which}: only images, not read (no OCR yet)"] if pictured else (),
    )


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
    left, bottom, right, top = page.get_cropbox()
    try:
        characters = list(_characters(page.get_textpage(), (left, bottom, right, top)))
    finally:
        page.close()
    turns = Counter(turn for *_, turn in characters)
    turn = turns.most_common(1)[0][0] if turns else 0
    edges = sorted(_turned(x, y, turn)[1] for x, y in ((left, bottom), (right, top)))
    upright = [
        (text, *_turned(x0, y, turn), _turned(x1, y1, turn)[0], size, bold)
        for text, x0, y, x1, y1, size, bold, own in characters
        if own == turn or not text.strip()
    ]
    return Page(number, edges[0], edges[1], tuple(_fragments(upright)))


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """A point after the page was turned so that text of `turn` quarter turns runs to the right."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def _characters(textpage: PdfTextPage, box: tuple[float, float, float, float]) -> Iterator[tuple]:
    """(character, start and end of its baseline, size, is bold, quarter turns), in file order.

    "\\n" separates lines.
    """
    from pypdfium2 import raw

    rectangle, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    looks: dict = {}
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        text = "-" if code == 2 else chr(code) if 0 < code < 0x110000 else ""
        if not text or text in "\r\n":
            yield "\n", *NOWHERE
            continue
        if text.isspace() and text not in "\u00a0\u202f":
            yield " ", *NOWHERE
            continue
        raw.FPDFText_GetCharOrigin(textpage, index, x, y)
        raw.FPDFText_GetLooseCharBox(textpage, index, rectangle)
        if not (box[0] <= x.value <= box[2] and box[1] <= y.value <= box[3]):
            continue
        owner = ctypes.cast(raw.FPDFText_GetTextObject(textpage, index), ctypes.c_void_p).value
        if owner is None or owner not in looks:
            looks[owner] = _look(textpage, index)
        size, bold, turn = looks[owner]
        if turn < 0 or size < 1:
            continue
        x1, y1 = (
            (rectangle.right, y.value),
            (x.value, rectangle.top),
            (rectangle.left, y.value),
            (x.value, rectangle.bottom),
        )[turn]
        yield text, x.value, y.value, x1, y1, size, bold, turn


def _look(textpage: PdfTextPage, index: int) -> tuple[float, bool, int]:
    """Size in points, boldness and quarter turns of a character; -1 turns if it is oblique."""
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
    degrees = math.degrees(math.atan2(matrix.b, matrix.a)) % 360
    quarter = round(degrees / 90)
    return size, bold, quarter % 4 if abs(degrees - 90 * quarter) < 3 else -1


def _fragments(characters: list[tuple]) -> Iterator[Fragment]:
    """Characters that follow one another on a baseline, with no gap as wide as between columns."""
    run: list[tuple] = []
    base = size = 0.0
    for char, x0, y, x1, own_size, bold in characters:
        if char == " ":
            if run:
                run.append((" ", x0, x1, 0.0, bold))
            continue
        before, end = next(
            ((start, end) for shown, start, end, *_ in reversed(run) if shown != " "), (x0, x0)
        )
        small = bool(run) and own_size < 0.8 * size and abs(y - base) < 0.7 * size
        # The letters of a ligature share their place.
        near = x0 > before - 0.3 * size and x0 - end < COLUMN_GAP * max(size, own_size)
        if run and not (char != "\n" and near and (small or abs(y - base) < 0.3 * size)):
            yield _fragment(run, base)
            run = []
        if char != "\n":
            if not run:
                base, size = y, own_size
            elif own_size > 1.25 * size and abs(y - base) < 0.3 * size:
                size = own_size
            raised = small and char.isdigit() and 0.1 * size < y - base
            run.append((char.translate(RAISED) if raised else char, x0, x1, own_size, bold))
    if run:
        yield _fragment(run, base)


def _fragment(run: list[tuple], base: float) -> Fragment:
    """(character, start, end, size, is bold) of a run as a fragment, of its most frequent size."""
    text = "".join(character for character, *_ in run).strip()
    shown = [(x0, x1, size, bold) for character, x0, x1, size, bold in run if character != " "]
    size = Counter(size for _, _, size, _ in shown).most_common(1)[0][0]
    bold = sum(bold for *_, bold in shown) > 0.8 * len(shown)
    return Fragment(text, shown[0][0], shown[-1][1], base, size, bold)
