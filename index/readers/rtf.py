"""Rich text (.rtf) -> Content. Owns striprtf, and handles what it does not: notes, hidden text.

Paragraphs as in a plain text, rows of tables with their cells, footnotes at the end; pictures, page
headers and footers, comments, hidden and deleted text are left out.
"""

import re
from collections import Counter
from collections.abc import Iterator

from index.errors import Unreadable
from index.readers.content import Block, Content
from index.readers.sections import sections_of, text_blocks

ROW = re.compile(r"[^\n|]*\|[^\n]*")  # striprtf writes a row as "a|b|" on a line
NOTE = re.compile(r"\{\s*(?:\\\*)?\\footnote\b")
FRAME = re.compile(r"\{\s*\\(?:header|footer)[lrf]?\b")
WATERMARK = re.compile(r"\{\\sn gtextUNICODE\}\s*\{\\sv ([^{}]*)\}")
TOKEN = re.compile(
    r"(?P<brace>[{}])|\\(?P<word>[a-z]+)(?P<number>-?\d+)? ?"
    r"|(?P<text>\\'[0-9a-fA-F]{2}|\\[^a-z]|[^\\{}]+)",
    re.S,
)
UNSEEN = {"v": "hidden text", "deleted": "deleted text"}
BRACE = re.compile(r"\\.|[{}]", re.S)
CODE_PAGE = re.compile(r"\\ansicpg\d+")
TITLE = re.compile(r"\{\\title\b ?([^{}]*)")
CREATED = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")


def read_rtf(data: bytes) -> Content:
    """The content of an RTF file."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Unreadable("it is no RTF file")
    source = data.decode("latin-1")
    left_out: Counter[str] = Counter()
    blocks = rtf_blocks(data, left_out)
    created, title = CREATED.search(source), TITLE.search(source)
    frames = [_text(_fragment(source, body)) for _, body, _ in _groups(source, FRAME)]
    left_out["page headers and footers"] = sum(len(frame.split()) for frame in frames)
    aside = [line for frame in frames for line in frame.split("\n")]
    aside += [_text(_fragment(source, mark)) for mark in WATERMARK.findall(source)]
    return Content(
        list(sections_of(blocks)),
        own={
            "title": _text(_fragment(source, title[1])).strip() if title else "",
            "date": "{}-{:0>2}-{:0>2}".format(*created.groups()) if created else "",
        },
        left_out=left_out,
        aside=aside,
    )


def rtf_blocks(data: bytes, left_out: Counter[str] | None = None) -> list[Block]:
    """The paragraphs of an RTF file, its rows as data, its notes at the end.

    `left_out` gets the number of words that are hidden or deleted.
    """
    notes: list[str] = []
    source = "".join(_seen(data.decode("latin-1"), Counter() if left_out is None else left_out))
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
    for start, body, end in _groups(source, NOTE):
        yield source[at:start]
        notes.append(body)
        yield f"[{len(notes)}]"
        at = end
    yield source[at:]


def _groups(source: str, opening: re.Pattern[str]) -> Iterator[tuple[int, str, int]]:
    """The groups that open so: where each begins, what is in it, where it ends."""
    at = 0
    while match := opening.search(source, at):
        depth, at = 1, len(source)
        for brace in BRACE.finditer(source, match.end()):
            depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if not depth:
                at = brace.end()
                break
        yield match.start(), source[match.end() : at - 1], at


def _seen(source: str, left_out: Counter[str]) -> Iterator[str]:
    """The source without the text that is hidden or deleted, whose words are counted."""
    above: list[set[str]] = []
    unseen: set[str] = set()
    for token in TOKEN.finditer(source):
        word = token["word"] or ""
        if token["brace"] == "{":
            above.append(set(unseen))
        elif token["brace"]:
            unseen = above.pop() if above else set()
        elif word in UNSEEN:
            (unseen.discard if token["number"] == "0" else unseen.add)(word)
        elif word == "plain":
            unseen.clear()
        elif unseen and (word == "u" or token["text"]):
            if not token[0].startswith("\\"):
                left_out[UNSEEN[min(unseen)]] += len(re.findall(r"\w+", token[0]))
            continue
        yield token[0]
