"""Document -> Passages, on the document's own structure. Owns the text splitter.

Promise: the passages of a document, joined, are its text; none is cut inside a sentence unless
that sentence alone is longer than an embedding model reads; each has about 60 to 120 words where
the structure allows it.
"""

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator

from index.language import lists
from index.language.sentences import LIST_MARKER, SENTENCE_END
from index.passage import Document, Passage, Section

ENOUGH = 60  # words: a passage of this size takes no further paragraph
MOST = 120  # words: a longer paragraph is split between sentences
TAIL = 20  # words: a remainder of a section up to this size joins the passage before it
# Characters: about 400 tokens of French, so that heading and passage fit the model's 512.
WINDOW = 1_400
CELLS = " | "  # between the cells of a table's row
REFERS_BACK = re.compile(rf"{lists.forms('pages.refers_back')}\b")
SPLIT_VERSION = 1  # raise it when passages change for the same text: documents are then split anew


def split(document: Document) -> list[Passage]:
    """The passages in reading order: `"".join(p.text for p in split(d)) == d.text`."""
    passages = []
    offset = 0
    described = {
        field: getattr(document, field)
        for field in Passage.__dataclass_fields__
        if hasattr(document, field) and field != "text"
    }
    for section in document.sections:
        for text in _pieces(section):
            identity = hashlib.sha256(f"{document.path}\0{offset}\0{text}".encode()).hexdigest()
            passages.append(
                Passage(
                    **described,
                    id=identity[:32],
                    headings=section.headings,
                    page=section.page,
                    start=offset,
                    end=offset + len(text),
                    text=text,
                )
            )
            offset += len(text)
    return passages


def table_headers(passages: Iterable[Passage]) -> Iterator[str]:
    """For each passage in reading order, the header row of a table that began before it; or ""."""
    before, header = None, ""
    for passage in passages:
        header = _header(before, passage, header) if before else ""
        yield header
        before = passage


def _header(before: Passage, passage: Passage, header: str) -> str:
    """The header row of a table that goes on from one passage into the next.

    `header`: the one that the first of them has of a passage before it.
    """
    *above, rest = before.text.split("\n")
    goes_on = (before.path, before.headings, before.end) == (
        passage.path,
        passage.headings,
        passage.start,
    )
    # What ends with a blank line ends its table.
    if not goes_on or rest or CELLS not in passage.text.partition("\n")[0]:
        return ""
    rows = list(itertools.takewhile(lambda line: CELLS in line, reversed(above)))
    return header if header and len(rows) == len(above) else rows[-1] if rows else ""


def _pieces(section: Section) -> list[str]:
    """The section's text: paragraphs gathered until there are ENOUGH words, long ones split."""
    pieces: list[str] = []
    gathered = ""
    for block in _blocks(section):
        if gathered and _words(gathered) + _words(block) > MOST:
            pieces.append(gathered)
            gathered = ""
        gathered += block
        if _words(gathered) > MOST or len(gathered) > WINDOW:
            *full, gathered = _split_long(gathered)
            pieces += full
        if _words(gathered) >= ENOUGH:
            pieces.append(gathered)
            gathered = ""
    if gathered and pieces and _words(gathered) <= TAIL:
        pieces[-1] += gathered
    elif gathered:
        pieces.append(gathered)
    return pieces


def _blocks(section: Section) -> list[str]:
    """Paragraphs with the blank lines after them.

    A heading line or a lead-in that ends in a colon stays with what it introduces, and a paragraph
    that refers back ("Nous lui avons présenté...") with the one that it refers to, where both fit
    one passage.
    """
    blocks: list[str] = []
    pending = ""
    for paragraph in re.findall(r"(?:(?!\n[ \t]*\n).)+(?:\n[ \t]*)*\n?|\n+", section.text, re.S):
        pending += paragraph
        line = paragraph.strip()
        if line in section.headings or line.endswith(":") or not line:
            continue
        if blocks and REFERS_BACK.match(pending) and _words(blocks[-1]) + _words(pending) <= MOST:
            blocks[-1] += pending
        else:
            blocks.append(pending)
        pending = ""
    return [*blocks, pending] if pending else blocks


def _words(text: str) -> int:
    return len(text.split())


def _split_long(text: str) -> list[str]:
    """A long text in even pieces of at most MOST words.

    Cut between lines, else between sentences, else at WINDOW characters.
    """
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    words = _words(text)
    even = words / -(-words // MOST)
    by_sentence = RecursiveCharacterTextSplitter(
        separators=[rf"\n(?={LIST_MARKER})", r"\n+", SENTENCE_END.pattern],
        is_separator_regex=True,
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=min(MOST, int(even * 1.15) + 1),
        chunk_overlap=0,
        length_function=_words,
    )
    by_width = RecursiveCharacterTextSplitter(
        separators=[r"(?<=[;:,])\s+", r"\s+", ""],
        is_separator_regex=True,
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=WINDOW,
        chunk_overlap=0,
    )
    pieces = [
        piece
        for part in by_sentence.split_text(text)
        for piece in (by_width.split_text(part) if len(part) > WINDOW else [part])
    ]
    assert "".join(pieces) == text, "the splitter lost or doubled text"
    return pieces
