"""Lines of type, as they lie on the pages of a PDF -> blocks: paragraphs, list items, rows and headings. Pure; knows no PDF.

Lines become paragraphs, across columns and pages too; larger or bold short lines are headings. A hyphen at a line's end is
dropped, unless the word is known with it (see `_joined`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.language.sentences import LIST_MARKER
from index.readers.content import Block
from index.readers.layout import Fragment, Page, columns, lines_of, running

STOP = re.compile(r"[.!?:;…][\s»”\")\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
COMPOUND = frozenset(
    "après auto avant celle celles celui ceux contre demi elle elles entre eux ex grand grande haut hors lui mi mini moi moyen"
    " non nord nouveau ouest outre peut plus porte presqu quasi quelques semi soi socio sous sud tiers toi tout vice vis"
    " all cross decision fast full half high large left long low mid multi non policy pre post pro right self short small so"
    " tax top trade two well world year".split()
)


@dataclass(frozen=True)
class _Paragraph:
    """Lines on the way to a block."""

    lines: tuple[Fragment, ...]
    page: int
    right: float

    @property
    def last(self) -> Fragment:
        return self.lines[-1]

    @property
    def is_item(self) -> bool:
        return re.match(LIST_MARKER, self.lines[0].text) is not None


def blocks_of(pages: Sequence[Page]) -> list[Block]:
    """The text of the pages, block by block."""
    weights: Counter[float] = Counter()
    for page in pages:
        for fragment in page.fragments:
            weights[round(fragment.size * 2) / 2] += len(fragment.text)
    if not weights:
        return []
    body = weights.most_common(1)[0][0]
    framed = running(pages, body)
    paragraphs: list[_Paragraph] = []
    for page in pages:
        fragments = [
            fragment for fragment in page.fragments if (page.number, fragment) not in framed
        ]
        for column in columns(fragments):
            for number, paragraph in enumerate(_paragraphs(lines_of(column), page.number)):
                above = _open_paragraph(paragraphs, body) if number == 0 else None
                if above is not None and _goes_on(paragraphs[above], paragraph):
                    paragraphs[above] = replace(
                        paragraphs[above], lines=paragraphs[above].lines + paragraph.lines
                    )
                else:
                    paragraphs.append(paragraph)
    words = Counter(
        word
        for page in pages
        for fragment in page.fragments
        for word in re.findall(r"\w+(?:-\w+)*(?![\w-])", fragment.text.lower())
    )
    return list(_blocks(paragraphs, body, words))


def _paragraphs(lines: Sequence[Fragment], page: int) -> list[_Paragraph]:
    """Lines of a column that belong together."""
    if not lines:
        return []
    gaps = Counter(
        round((above.y - line.y) / line.size, 1)
        for above, line in zip(lines, lines[1:], strict=False)
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
    """Does the line begin a paragraph of its own?"""
    above = paragraph.last
    if (
        line.cells
        or above.cells
        or (re.match(LIST_MARKER, line.text) and not _in_sentence(above, right))
    ):
        return True
    if (
        abs(line.size - above.size) > 0.08 * line.size
        or above.y - line.y > (leading + 0.35) * line.size
        or line.y > above.y
    ):
        return True
    short = above.x1 < right - 0.18 * (right - left)
    if line.bold != above.bold and (short or STOP.search(above.text)):
        return True
    if short and (
        STOP.search(above.text)
        or (above.x1 < right - 0.4 * (right - left) and line.text[:1].isupper())
    ):
        return True
    indented = (
        line.x0 > above.x0 + 0.8 * line.size and len(paragraph.lines) > 1 and not paragraph.is_item
    )
    back = paragraph.is_item and line.x0 < paragraph.lines[0].x0 - 0.3 * line.size
    return bool((indented or back) and STOP.search(above.text))


def _in_sentence(above: Fragment, right: float) -> bool:
    """Does a line run full width into the next? Then "- " or "12. " at the head of that is no list marker."""
    return (
        above.x1 > right - above.size
        and not STOP.search(above.text)
        and not above.text.endswith(",")
        and not re.match(LIST_MARKER, above.text)
    )


def _open_paragraph(paragraphs: Sequence[_Paragraph], body: float) -> int | None:
    """The last paragraph that the next column or page may go on with: past the footnotes, which are small and numbered."""
    for number in range(len(paragraphs) - 1, -1, -1):
        first = paragraphs[number].lines[0]
        if not (first.size < 0.93 * body and re.match(r"[\d⁰¹²³⁴⁵⁶⁷⁸⁹(\[*]", first.text)):
            return number
    return None


def _goes_on(paragraph: _Paragraph, following: _Paragraph) -> bool:
    """Is `following`, at the top of a column or page, the rest of a paragraph that the one before broke off?"""
    above, line = paragraph.last, following.lines[0]
    if (
        above.cells
        or line.cells
        or following.is_item
        or STOP.search(above.text)
        or abs(above.size - line.size) > 0.08 * line.size
    ):
        return False
    return line.text[:1].islower() or (
        above.bold == line.bold and above.x1 > paragraph.right - 2 * above.size and not line.bold
    )


def _blocks(paragraphs: Sequence[_Paragraph], body: float, words: Counter) -> Iterator[Block]:
    """Paragraphs as blocks, with the levels of the headings: the larger the type, the higher; bold of body size comes last."""

    def size(paragraph: _Paragraph) -> float:
        return round(paragraph.lines[0].size * 2) / 2

    heads = [_is_heading(paragraph, body) for paragraph in paragraphs]
    sizes = sorted(
        {
            max(size(paragraph), body)
            for paragraph, head in zip(paragraphs, heads, strict=True)
            if head
        },
        reverse=True,
    )
    for paragraph, head in zip(paragraphs, heads, strict=True):
        if paragraph.lines[0].cells:
            yield Block(-1, " | ".join(paragraph.lines[0].cells), paragraph.page)
            continue
        text = paragraph.lines[0].text
        for line in paragraph.lines[1:]:
            text = _joined(text, line.text, words)
        yield Block(
            min(6, sizes.index(max(size(paragraph), body)) + 1) if head else 0, text, paragraph.page
        )


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


def _joined(text: str, line: str, words: Counter) -> str:
    """A line put behind the text before it.

    A word parted by a hyphen is closed up if it occurs closed elsewhere in the document, else keeps the hyphen if it
    occurs so; a word seen neither way keeps it after a part that forms compounds ("sous-secrétaire", "celui-ci") or where
    the hyphen is not the first, or before a capital or a figure; else the hyphen was the typesetter's.
    """
    if text.endswith("\u00ad"):
        return text[:-1] + line
    parted, rest = re.search(r"(\w[\w-]*)-$", text), re.match(r"\w+", line)
    if not parted or not rest:
        return f"{text} {line}"
    before, after = parted[1].lower(), rest[0].lower()
    if rest[0][0].islower() and words[before + after]:
        return text[:-1] + line
    if (
        not rest[0][0].islower()
        or words[f"{before}-{after}"]
        or "-" in before
        or before in COMPOUND
    ):
        return text + line
    return text[:-1] + line
