"""Pages of a PDF that are pictures of text -> text, by tesseract. Owns pytesseract.

Promise: a page with a text layer is never touched; what was recognised stands under a heading that
says so, which every citation shows; without the program, what the PDF reader says stands, with the
remedy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from index.errors import Unreadable
from index.language.detect import language_of
from index.readers.content import ONLY_IMAGES, Block, Content
from index.readers.pdf import read_pdf
from index.readers.sections import sections_of, text_blocks

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

LANGUAGES = "fra+eng"
HEADING = {"fr": "Texte reconnu", "en": "Recognised text"}
MISSING = (
    "its pictures are not read: tesseract is not installed (Debian: apt-get install tesseract-ocr "
    "tesseract-ocr-fra, and pip install -e '.[ocr]')"
)
DOTS = 300  # an inch
WIDEST = 5_000  # pixels
PAGES = 200
SECONDS = 60  # for a page


def read_pdf_with_pictures(data: bytes) -> Content:
    """As `read_pdf`, with what tesseract recognises on the pages that hold no text."""
    refused = None
    wordless: list[int] = []
    try:
        content = read_pdf(data, wordless)
    except Unreadable as error:
        if ONLY_IMAGES not in str(error):
            raise
        refused, content = error, Content([])
    warnings = [warning for warning in content.warnings if ONLY_IMAGES not in warning]
    blocks = list(chain.from_iterable(_pages(data, wordless, warnings)))
    if not blocks and refused:
        raise Unreadable(next(iter(warnings), str(refused)))
    sections = sorted([*content.sections, *sections_of(blocks)], key=lambda section: section.page)
    return replace(content, sections=sections, warnings=warnings)


def _pages(data: bytes, wordless: list[int], warnings: list[str]) -> Iterator[list[Block]]:
    """The blocks of each page without text, under their heading."""
    import pypdfium2

    try:
        import pytesseract

        pytesseract.get_tesseract_version()
    except (ImportError, OSError, SystemExit):  # what pytesseract raises without the program
        warnings.append(MISSING)
        return
    document = pypdfium2.PdfDocument(data)
    if len(wordless) > PAGES:
        warnings.append(f"only {PAGES} of its {len(wordless)} pages of pictures are read")
    for number in wordless[:PAGES]:
        try:
            text = pytesseract.image_to_string(
                _picture(document[number - 1]), lang=LANGUAGES, timeout=SECONDS
            )
        except (RuntimeError, OSError) as error:  # it failed, or took too long
            said = " ".join(str(error).split())[:100]
            warnings.append(f"page {number}: its picture is not read ({said})")
            continue
        if text.strip():
            warnings.append(f"page {number}: its text was recognised on a picture")
            found = [block._replace(page=number) for block in text_blocks(text)]
            yield [Block(1, HEADING[language_of(text)], number), *found]


def _picture(page: PdfPage):
    scale = min(DOTS / 72, WIDEST / max(page.get_size()))
    return page.render(scale=scale, grayscale=True).to_pil()
