"""The nouns that travel from the splitter to the screen. Frozen, and imports nothing of ours.

A `Document` is what a reader made of a file; a `Passage` is the piece of it that is found, quoted and shown.
`text` is verbatim everywhere: `passage.text == document.text[passage.start:passage.end]`.
"""

import re
from dataclasses import dataclass

KINDS = ("newsletter", "position", "contribution", "audition", "report", "other")
STATUSES = ("draft", "adopted", "superseded", "withdrawn")
AUDIENCES = ("public", "members", "staff")
LANGUAGES = ("fr", "en")

ABBREVIATIONS = (
    "M",
    "MM",
    "Mme",
    "Mmes",
    "Dr",
    "Pr",
    "Me",
    "art",
    "Art",
    "cf",
    "Cf",
    "ex",
    "vol",
    "fig",
    "Mr",
    "Mrs",
    "Ms",
    "No",
    "no",
    "vs",
    "approx",
    "p",
    "pp",
    "av",
    "bd",
    "St",
    "Ste",
    "env",
    "éd",
    "al",
    "n°",
)
SENTENCE_END = re.compile(
    # The blank and the end mark first: they settle nearly every place, and the words below are many. What closes may stand between
    # them (» ” ) and the blanks before »).
    r"(?=[ \t\u00a0\u202f])(?:(?<=[.!?…])|(?<=[.!?…][)\]»”\"])|(?<=[.!?…][ \u00a0\u202f]»))"
    # A full stop that belongs to an abbreviation or to an initial ("J. Monnet") ends nothing.
    + "".join(rf"(?<!\b{re.escape(word)}\.)" for word in ABBREVIATIONS)
    + r"(?<!\b[A-ZÀ-Þ]\.)"
    # Then a blank and no lower-case start.
    + r"[ \t\u00a0\u202f]+(?![a-zà-ÿ»)\]:;,!?…])"
)
"""Blanks between two sentences of one line; zero characters of either sentence. For French and English prose."""

FORWARDED = re.compile(
    r"(?:Message transféré|Forwarded message)\b"
)  # what heads them: index/thread.py
LIST_MARKER = r"[ \t]*(?:[-•*–▪◦·]|\d{1,2}[.)])[ \t\u00a0]+"
LINE = re.compile(rf"(?:{LIST_MARKER})?(?P<words>[^\n]+)")


@dataclass(frozen=True, kw_only=True)
class Described:
    """What is known of a document besides its words.

    `path` is relative to the corpus, with `/`. `date` is ISO 8601, as exact as it is known: "2023-05-04", "2023-05",
    "2023" or "". `kind`, `status`, `audience` and `language` are members of the tuples above.
    """

    path: str
    title: str
    date: str = ""
    kind: str = "other"
    language: str = "fr"
    status: str = "adopted"
    audience: str = "members"
    topics: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Section:
    """A stretch of a document under one heading path. `text` holds the heading line too; `page` counts from 1, 0: unpaged."""

    headings: tuple[str, ...]
    text: str
    page: int = 0


@dataclass(frozen=True, kw_only=True)
class Document(Described):
    """A file as it was read: its description and its sections in reading order."""

    sections: tuple[Section, ...]

    @property
    def text(self) -> str:
        """The whole text; passages' offsets count in it, in characters."""
        return "".join(section.text for section in self.sections)


@dataclass(frozen=True, kw_only=True)
class Passage(Described):
    """A piece of a document: `text == document.text[start:end]`. `id` hashes path, position and text."""

    id: str
    headings: tuple[str, ...]
    page: int
    start: int
    end: int
    text: str

    @property
    def is_forwarded(self) -> bool:
        """Are these a third party's words, in a message that was passed on?"""
        return any(FORWARDED.match(heading) for heading in self.headings)

    @property
    def is_in_force(self) -> bool:
        """Is it the federation's own adopted text?"""
        return self.status == "adopted" and not self.is_forwarded

    def sentences(self) -> list[tuple[int, int]]:
        """The spans (start, end) of its sentences in `text`, in order, without surrounding blanks; headings are none.

        A line is at least one sentence (list items and table rows stand alone); an item's marker is outside its span.
        """
        return [
            (start, end)
            for line in LINE.finditer(self.text)
            for start, end in spans_between(
                SENTENCE_END, self.text, line.start("words"), line.end()
            )
            if line[0].strip() not in self.headings and self.text[start:end] not in self.headings
        ]


def spans_between(separator: re.Pattern, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stripped, non-empty stretches of text[start:end] between matches of `separator`."""
    spans = []
    for match in separator.finditer(text, start, end):
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, end))
    stripped = []
    for first, last in spans:
        piece = text[first:last]
        first += len(piece) - len(piece.lstrip())
        if piece.strip():
            stripped.append((first, first + len(piece.strip())))
    return stripped
