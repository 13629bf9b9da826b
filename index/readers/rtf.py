"""Rich text (.rtf) -> Content. Owns striprtf, and handles what striprtf drops: notes.

Paragraphs as in a plain text, rows of tables with their cells, footnotes at the end; pictures, page
headers and footers and comments are left out.
"""

import re
from collections.abc import Iterator

from index.errors import Unreadable
from index.readers.content import Block, Content
from index.readers.sections import sections_of, text_blocks

ROW = re.compile(r"[^\n|]*\|[^\n]*")  # striprtf writes a row as "a|b|" on a line
NOTE = re.compile(r"\{\s*(?:\\\*)?\\footnote\b")
BRACE = re.compile(r"\\.|[{}]", re.S)
CODE_PAGE = re.compile(r"\\ansicpg\d+")
TITLE = re.compile(r"\{\\title\b ?([^{}]*)")
CREATED = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")


def read_rtf(data: bytes) -> Content:
    """The content of an RTF file."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Unreadable("it is no RTF file")
    source = data.decode("latin-1")
    created, title = CREATED.search(source), TITLE.search(source)
    return Content(
        list(sections_of(rtf_blocks(data))),
        own={
            "title": _text(_fragment(source, title[1])).strip() if title else "",
            "date": "{}-{:0>2}-{:0>2}".format(*created.groups()) if created else "",
        },
    )


def rtf_blocks(data: bytes) -> list[Block]:
    """The paragraphs of an RTF file, its rows as data, its notes at the end."""
    notes: list[str] = []
    source = data.decode("latin-1")
    text = _text("".join(_without_notes(source, notes)))
    blocks: list[Block] = []
    prose: list[str] = []
    for line in [*text.split("\n"), None]:
        if line is not None and not ROW.fullmatch(line):
            prose.append(line)
            continue
        blocks += text_blocks("\n\n".join(prose))
        prose.clear()
        cells = [cell.strip() for cell in (line or "").strip().removesuffix("|").split("|")]
        if any(cells):
            blocks.append(Block(-1, " | ".join(cells)))
    if notes:
        blocks.append(Block(1, "Notes"))
        for number, note in enumerate(notes, 1):
            written = " ".join(_text(_fragment(source, note)).split())
            blocks.append(Block(0, f"[{number}] {written}"))
    return blocks


def _text(source: str) -> str:
    from striprtf.striprtf import rtf_to_text

    return rtf_to_text(source, errors="replace")


def _fragment(source: str, part: str) -> str:
    """A part of a file as a file of its own, in the same code page."""
    page = CODE_PAGE.search(source)
    return f"{{\\rtf1\\ansi{page[0] if page else ''} {part}}}"


def _without_notes(source: str, notes: list[str]) -> Iterator[str]:
    """The source with "[1]" for each footnote, which is put aside."""
    at = 0
    while match := NOTE.search(source, at):
        yield source[at : match.start()]
        depth, end = 1, len(source)
        for brace in BRACE.finditer(source, match.end()):
            depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if not depth:
                end = brace.end()
                break
        notes.append(source[match.end() : end - 1])
        yield f"[{len(notes)}]"
        at = end
    yield source[at:]
