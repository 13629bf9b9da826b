"""Lines placed on pages -> blocks: paragraphs, list items, rows, headings. Pure; knows no PDF.

Lines become paragraphs, across columns and pages too; larger or bold short lines are headings. A
hyphen at a line's end is dropped, unless the word is known with it (see `_joined`). Promise: what
is left out, running heads and feet and the dotted lines of a table of contents, is counted.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress, pairwise

from index.language import lists
from index.language.sentences import LIST_MARKER
from index.readers.bullets import BOXES
from index.readers.content import Block
from index.readers.fragments import Fragment, Page
from index.readers.layout import columns
from index.readers.running import running

# "Contexte ........ 3": a line of a table of contents.
LEADER = re.compile(r"(?<![.…·_])(?<![.…·_]\s)(?:[.…·_]\s?){5,}+\s*(?:\d{1,4}|[ivxl]{1,6})$")
# "Petite entreprise ........ 900 €": a line of a price list.
LED = re.compile(r"(?:[.…·_]\s?){5,}+[^.…·_]{1,20}$")
ITEM = re.compile(rf"{LIST_MARKER}|\(?[a-z]\)\s")
STOP = re.compile(r"[.!?:;…][\s»”\")\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
NOTE_MARK = re.compile(r"[\d⁰¹²³⁴⁵⁶⁷⁸⁹(\[*]")


@dataclass(frozen=True)
class _Paragraph:
    """Lines that belong together; `right` is the right edge of their column."""

    lines: tuple[Fragment, ...]
    page: int
    right: float

    @property
    def last(self) -> Fragment:
        return self.lines[-1]

    @property
    def is_item(self) -> bool:
        return ITEM.match(self.lines[0].text) is not None


@dataclass(frozen=True)
class Text:
    """The text of pages, block by block; the running heads and feet; words of dotted lines."""

    blocks: Sequence[Block] = ()
    running: Sequence[tuple[int, Fragment]] = ()
    dotted: int = 0


def text_of(pages: Sequence[Page]) -> Text:
    """The text of the pages, and what was left out of it."""
    weights: Counter[float] = Counter()
    for page in pages:
        for fragment in page.fragments:
            weights[round(fragment.size * 2) / 2] += len(fragment.text)
    if not weights:
        return Text()
    body = weights.most_common(1)[0][0]
    left_out = running(pages, body)
    paragraphs: list[_Paragraph] = []
    dotted = 0
    for page in pages:
        fragments = [one for one in page.fragments if (page.number, one) not in left_out]
        for whole in columns(fragments, page.rules):
            led = [not line.cells and LEADER.search(line.text) is not None for line in whole]
            column = [line for line, is_led in zip(whole, led, strict=True) if not is_led]
            dotted += sum(len(line.text.split()) for line in compress(whole, led))
            following = _paragraphs(column, page.number)
            above = _last_of_body(paragraphs, body)
            if following and above is not None and _continues(paragraphs[above], following[0]):
                lines = paragraphs[above].lines + following.pop(0).lines
                paragraphs[above] = replace(paragraphs[above], lines=lines)
            paragraphs += following
    words = Counter(
        word
        for page in pages
        for fragment in page.fragments
        for word in re.findall(r"(?<!\w)(?<!\w-)\w++(?:-\w++)*+(?![\w-])", fragment.text.lower())
    )
    ordered = sorted(left_out, key=lambda placed: (placed[0], -placed[1].y, placed[1].x0))
    return Text(list(_blocks(paragraphs, body, words)), ordered, dotted)


def _paragraphs(lines: Sequence[Fragment], page: int) -> list[_Paragraph]:
    """Lines of a column that belong together."""
    if not lines:
        return []
    gaps = Counter(
        round((above.y - line.y) / line.size, 1)
        for above, line in pairwise(lines)
        if line.size
        and abs(above.size - line.size) < 0.5
        and 0.8 < (above.y - line.y) / line.size < 2.5
    )
    leading = min(gaps.most_common(2), key=lambda gap: (-gap[1], gap[0]))[0] if gaps else 1.2
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    paragraphs: list[_Paragraph] = []
    for line in lines:
        if paragraphs and not _begins(line, paragraphs[-1], leading, left, right):
            paragraphs[-1] = replace(paragraphs[-1], lines=(*paragraphs[-1].lines, line))
        else:
            paragraphs.append(_Paragraph((line,), page, right))
    return paragraphs


def _begins(
    line: Fragment, paragraph: _Paragraph, leading: float, left: float, right: float
) -> bool:
    """Does the line begin a new paragraph? `leading` in sizes of the type, the rest in points."""
    above = paragraph.last
    stops = STOP.search(above.text) is not None
    missing = (right - above.x1) / max(right - left, 1e-9)  # of the column's width, after `above`
    short = missing > 0.18
    indented = (
        line.x0 > above.x0 + 0.8 * line.size and len(paragraph.lines) > 1 and not paragraph.is_item
    )
    outdented = paragraph.is_item and line.x0 < paragraph.lines[0].x0 - 0.3 * line.size
    return (
        _apart(above, line)
        or (ITEM.match(line.text) is not None and not _in_sentence(above, right))
        or above.y - line.y > (leading + 0.35) * line.size
        or line.y > above.y
        or (line.bold != above.bold and (short or stops))
        or (short and (stops or (missing > 0.4 and line.text[:1].isupper())))
        or ((indented or outdented) and stops)
    )


def _apart(above: Fragment, line: Fragment) -> bool:
    """Are two lines never of one paragraph, on one page or across two?"""
    return (
        bool(line.cells or above.cells)
        or line.text.startswith(tuple(BOXES))
        or LED.search(above.text) is not None
        or (bool(line.words and above.words) and line.words[0].filled != above.words[-1].filled)
        or abs(line.size - above.size) > 0.08 * line.size
    )


def _in_sentence(above: Fragment, right: float) -> bool:
    """Does a line run full width into the next? Then "- " or "12. " there is no list marker."""
    return (
        above.x1 > right - above.size
        and not STOP.search(above.text)
        and not above.text.endswith(",")
        and not re.match(LIST_MARKER, above.text)
    )


def _last_of_body(paragraphs: Sequence[_Paragraph], body: float) -> int | None:
    """The last paragraph before the footnotes, which are small and numbered; None for none."""
    for number in range(len(paragraphs) - 1, -1, -1):
        first = paragraphs[number].lines[0]
        if not (first.size < 0.93 * body and NOTE_MARK.match(first.text)):
            return number
    return None


def _continues(paragraph: _Paragraph, following: _Paragraph) -> bool:
    """Is `following`, at the top of a column or page, the rest of `paragraph`?"""
    above, line = paragraph.last, following.lines[0]
    if _apart(above, line) or following.is_item or STOP.search(above.text):
        return False
    return line.text[:1].islower() or (
        above.bold == line.bold and above.x1 > paragraph.right - 2 * above.size and not line.bold
    )


def _blocks(paragraphs: Sequence[_Paragraph], body: float, words: Counter[str]) -> Iterator[Block]:
    """Paragraphs as blocks; the larger a heading's type, the higher its level; bold comes last."""

    def size(paragraph: _Paragraph) -> float:
        return max(round(paragraph.lines[0].size * 2) / 2, body)

    headings = [_is_heading(paragraph, body) for paragraph in paragraphs]
    marked = list(zip(paragraphs, headings, strict=True))
    sizes = sorted({size(paragraph) for paragraph, heading in marked if heading}, reverse=True)
    for paragraph, heading in marked:
        if paragraph.lines[0].cells:
            cells = (_unwrapped(cell.split("\n"), words) for cell in paragraph.lines[0].cells)
            yield Block(-1, " | ".join(cells), paragraph.page)
            continue
        text = _unwrapped([line.text for line in paragraph.lines], words)
        level = min(6, sizes.index(size(paragraph)) + 1) if heading else 0
        yield Block(level, text, paragraph.page)


def _is_heading(paragraph: _Paragraph, body: float) -> bool:
    """A few words in larger type, or in bold without a full stop."""
    lines = paragraph.lines
    text = " ".join(line.text for line in lines)
    if (
        lines[0].cells
        or re.match(r"[•–*▪◦·-]", text)
        or len(lines) > 3
        or len(text.split()) > 25
        or not re.search(r"[^\W\d_]{2}", text)
    ):
        return False
    larger = lines[0].size / body
    if larger >= 1.12:
        return larger >= 1.4 or not re.search(r"[.;,][\s»\"]*$", text)
    return (
        larger >= 0.95
        and all(line.bold for line in lines)
        and not re.search(r"[.;,:][\s»\"]*$", text)
    )


def _unwrapped(lines: Sequence[str], words: Counter[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        text = _joined(text, line, words)
    return text


def _joined(text: str, line: str, words: Counter[str]) -> str:
    """The text with a line appended.

    A word split at a hyphen is closed up if it occurs closed elsewhere in the document (`words`),
    else keeps the hyphen if it occurs with it. A word seen neither way keeps it after a part that
    forms compounds ("sous-secrétaire", "celui-ci"), where the hyphen is not the first, and before a
    capital or a figure; else the hyphen was the typesetter's.
    """
    if text.endswith("\u00ad"):
        return text[:-1] + line
    start, rest = re.search(r"(?<![\w-])-*(\w[\w-]*)-$", text), re.match(r"\w+", line)
    if not start or not rest:
        return f"{text} {line}"
    before, after = start[1].lower(), rest[0].lower()
    if not rest[0][0].islower():
        return text + line
    hyphenated = not words[before + after] and (
        words[f"{before}-{after}"] or "-" in before or before in lists.words("pages.compound_parts")
    )
    return text + line if hyphenated else text[:-1] + line
