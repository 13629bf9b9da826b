"""What a document enumerates: its lists, tables, numbered headings, demands, sentences. Pure.

Promise: an item is a span of one passage, whole; items stand in reading order, across passages,
each list once, with its lead-in or header row.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from bot.statements import (
    DENIES,
    ITEM,
    NO_DEMAND,
    NUMBERED,
    REFUSES,
    SHORT,
    Span,
    demands,
    demands_ours,
    is_aside,
    is_said,
    line_kind,
)
from index.language import lists
from index.language.fold import fold
from index.language.period import COUNTS
from index.language.sentences import sentence_spans
from index.passage import Passage

FEWEST = 2  # items of a list
MOST = 12  # paragraphs that each make a demand; more of them are a text on demands
LINE = re.compile(r"[^\n]+")
ENDED = (".", "!", "?", "…", ";", ",", ":")
AND = lists.forms("outline.and")
# "trois demandes : a, b et c": three things in one sentence, or two behind a colon.
SERIES = re.compile(rf"[,;] [^,;]{{3,}}(?:[,;]|,? {AND} )")
COLON = re.compile(rf" ?: [^:]{{3,}}(?:[,;]|,? {AND}) ")
# "Demande n° 1 : ...", "R2 : ...", "Rec 3: ...": a sentence that its number makes an item.
LABELLED = re.compile(r"(?:[A-ZÀ-Þ][\w’']*\.?[  ]?)(?:n[°o][  ]?|#)?\d{1,2}[  ]?[:.)–][  ]\S")
WORD, ABBREVIATED = re.compile(r"[^\W\d]+"), 4
WISHES = re.compile(rf"\b{lists.forms('outline.wishes')}\b")
# "Quatre changements." over four items is a lead-in without a colon.
COUNTS_ITEMS = re.compile(rf"\b(?:\d\d?|{'|'.join(word for word in COUNTS if COUNTS[word] > 1)})\b")
FIRST = re.compile(lists.forms("outline.first"))
NEXT = re.compile(lists.forms("outline.next"))


@dataclass(frozen=True)
class Piece:
    """A line or sentence of a document under its headings, `path` from the title down.

    `kind`: item, row, heading or "" (a sentence). `lead`: the lead-in or header row over it.
    """

    span: Span
    kind: str
    path: tuple[str, ...]
    lead: Span | None = None

    @property
    def text(self) -> str:
        passage, start, end = self.span
        return passage.text[start:end]

    @cached_property
    def demands(self) -> bool:
        """Is it a demand of ours, by its own words, its lead-in's, or the headings over it?"""
        if self.kind in ("item", "row"):
            lead = text_of(self.lead)
            return any(map(demands, (*self.path[-1:], lead))) or demands_ours(*self.span)
        said = NO_DEMAND.sub(" ", fold(self.text))
        wished = demands(said) or WISHES.search(said)
        return bool(self.kind == "" and wished and demands_ours(*self.span))

    @cached_property
    def refuses(self) -> bool:
        """Does it say what we do not want, by its own words, its lead-in's, or its heading's?"""
        lead = text_of(self.lead) if self.kind in ("item", "row") else ""
        return any(REFUSES.search(fold(said)) for said in (*self.path[-1:], lead, self.text))


@dataclass(frozen=True)
class Listing:
    """What may answer a question for a list.

    `form`: list, section, demands, refusals, headings, series.
    """

    form: str
    path: tuple[str, ...]
    pieces: tuple[Piece, ...]

    @property
    def document(self) -> Passage:
        """A passage of its document."""
        return self.pieces[0].span[0]


@dataclass
class _Reading:
    """Where one is in a document: under which unmarked headings, after which lead-in."""

    headings: tuple[str, ...] = ()
    numbered: str = ""
    unmarked: str = ""
    lead: Span | None = None
    kind: str = ""
    pieces: list[Piece] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        return (*self.headings, *(one for one in (self.numbered, self.unmarked) if one))


def text_of(span: Span | None) -> str:
    """The text of a span; "" for none."""
    return span[0].text[span[1] : span[2]] if span else ""


def listings(document: Sequence[Passage]) -> Iterator[Listing]:
    """All that the passages of a document, in reading order, enumerate."""
    pieces = _pieces(document)
    groups = [tuple(group) for _, group in groupby(pieces, key=_list_of)]
    marked = [group for group in groups if group[0].kind in ("item", "row")]
    yield from (Listing("list", group[0].path, group) for group in marked if len(group) >= FEWEST)
    for prefix in dict.fromkeys(_prefixes(pieces)):
        inside = [piece for piece in pieces if piece.path[: len(prefix)] == prefix]
        parts = {_list_of(piece) for piece in inside if piece.kind == "item"}
        if len(parts) > 1 and prefix:
            yield Listing("section", prefix, tuple(one for one in inside if one.kind == "item"))
        if demanded := tuple(piece for piece in inside if piece.demands):
            yield Listing("demands", prefix, demanded)
        if refused := tuple(piece for piece in inside if piece.kind != "heading" and piece.refuses):
            yield Listing("refusals", prefix, refused)
        paragraphs = tuple(_paragraphs(inside, prefix))
        if FEWEST <= len(paragraphs) <= MOST:
            yield Listing("section", prefix, paragraphs)
        headed = tuple(_headed(inside, prefix))
        if len(headed) >= FEWEST:
            yield Listing("headings", prefix, headed)
    yield from _series(pieces)


def _list_of(piece: Piece) -> tuple[object, ...]:
    return piece.path, piece.kind, piece.lead if piece.kind == "item" else None


def _prefixes(pieces: Sequence[Piece]) -> Iterator[tuple[str, ...]]:
    for piece in pieces:
        yield from (piece.path[:length] for length in range(len(piece.path) + 1))


def _headed(inside: Sequence[Piece], prefix: tuple[str, ...]) -> Iterator[Piece]:
    """Numbered headings right under the prefix, each with the first sentence below it."""
    for piece, below in zip(inside, (*inside[1:], None), strict=True):
        if piece.kind != "heading" or len(piece.path) != len(prefix) + 1:
            continue
        passage, start, end = piece.span
        if below and below.kind == "" and below.span[0] is passage and below.path == piece.path:
            end = below.span[2]
        yield Piece((passage, start, end), "heading", piece.path)


def _paragraphs(inside: Sequence[Piece], prefix: tuple[str, ...]) -> Iterator[Piece]:
    """The first sentences of the paragraphs under a heading that says that they are demands.

    None where there are items: then the paragraphs are about these.
    """
    if not prefix or not demands(prefix[-1]) or DENIES.search(fold(prefix[-1])):
        return
    if any(piece.kind for piece in inside):
        return
    for piece in inside:
        passage, start, _ = piece.span
        if not passage.text[:start].rpartition("\n")[2].strip(" *_"):
            yield Piece(piece.span, "item", piece.path)


def _series(pieces: Sequence[Piece]) -> Iterator[Listing]:
    """Sentences that enumerate; runs of sentences that begin "D'abord ... Ensuite ..."."""
    sentences = [piece for piece in pieces if piece.kind == ""]
    for place, piece in enumerate(sentences):
        text = piece.text
        if SERIES.search(text) or COLON.search(text):
            yield Listing("series", piece.path, (piece,))
        if FIRST.match(fold(text)):
            rest = (one for one in sentences[place + 1 : place + 8] if one.path == piece.path)
            run = (piece, *(one for one in rest if NEXT.match(fold(one.text))))
            if len(run) >= FEWEST:
                yield Listing("series", piece.path, run)


def _pieces(document: Sequence[Passage]) -> list[Piece]:
    """The document line by line: items, rows and numbered headings; the rest by sentences."""
    reading = _Reading()
    for passage in document:
        if passage.headings != reading.headings:
            reading.headings, reading.numbered, reading.unmarked = passage.headings, "", ""
            reading.lead, reading.kind = None, ""
        for line in LINE.finditer(passage.text):
            if line[0].strip():
                _read(reading, passage, *line.span())
    return reading.pieces


def _read(reading: _Reading, passage: Passage, start: int, end: int) -> None:
    """One line of a passage: what it is, and what it changes for the lines below."""
    text = passage.text
    marker = ITEM.match(text, start, end)
    first = marker.end() if marker else start + len(text[start:end]) - len(text[start:end].lstrip())
    last = start + len(text[start:end].rstrip())
    kind = line_kind(passage, first, last)
    if _is_heading_line(passage, start, last, kind):
        _head(reading, passage, start, last)
    elif kind:
        if kind == "row" and reading.kind != "row":
            reading.lead = (passage, first, last)  # a table's header row
        else:
            reading.pieces.append(Piece((passage, first, last), kind, reading.path, reading.lead))
    else:
        lead = None
        for start_, end_ in _labelled(text, list(_sentences(passage, start, end))):
            span = (passage, start_, end_)
            lead = reading.lead or lead
            reading.lead = span if _leads_in(text[start_:end_]) else None
            if LABELLED.match(text, start_, end_):
                reading.pieces.append(Piece(span, "item", reading.path, lead))
            elif is_said(*span) and not is_aside(text[start_:end_]):
                reading.pieces.append(Piece(span, "", reading.path))
    reading.kind = kind


def _labelled(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sentences of a line; the first with its label, whose dot ends no sentence: "R1. ...".

    Of longer words only one for a demand is a label: "Annexe 2." is none.
    """
    label = LABELLED.match(text, spans[0][0]) if spans else None
    word = WORD.match(label[0]) if label else None
    if label is None or word is None or not (len(word[0]) <= ABBREVIATED or demands(word[0])):
        return spans
    whole = next((place for place, (_, end) in enumerate(spans) if end >= label.end()), 0)
    return [(spans[0][0], spans[whole][1]), *spans[whole + 1 :]]


def _leads_in(text: str) -> bool:
    return text.endswith(":") or COUNTS_ITEMS.search(fold(text)) is not None


def _sentences(passage: Passage, start: int, end: int) -> Iterator[tuple[int, int]]:
    for _, first, last in sentence_spans(passage.text[start:end]):
        yield start + first, start + last


def _is_heading_line(passage: Passage, start: int, end: int, kind: str) -> bool:
    """Is it a heading of the passage, or a short line of its own without an end mark?"""
    line = passage.text[start:end].strip()
    if line in passage.headings:
        return True
    if kind or line.endswith(ENDED):
        return False
    return NUMBERED.match(line) is not None or len(line.split()) < SHORT


def _head(reading: _Reading, passage: Passage, start: int, end: int) -> None:
    line = passage.text[start:end].strip()
    reading.lead = None
    if line not in passage.headings:
        if NUMBERED.match(line):
            reading.numbered, reading.unmarked = line, ""
        else:
            reading.unmarked = line
    if NUMBERED.match(line):
        begins = end - len(passage.text[start:end].lstrip())
        reading.pieces.append(Piece((passage, begins, end), "heading", reading.path))
