"""The nouns that travel from the splitter to the screen. Frozen; imports the language alone.

A `Document` is what a reader made of a file; a `Passage` is the piece of it that is found, quoted
and shown.
`text` is verbatim everywhere: `passage.text == document.text[passage.start:passage.end]`.
"""

import re
from dataclasses import dataclass

from index.language import lists
from index.language.sentences import sentence_spans

KINDS = ("newsletter", "position", "contribution", "audition", "report", "other")
STATUSES = ("draft", "adopted", "superseded", "withdrawn")
AUDIENCES = ("public", "members", "staff")

FORWARDED = re.compile(
    rf"{lists.forms('mail.forwarded_heading')}\b"
)  # readers/thread.py heads them


@dataclass(frozen=True, kw_only=True)
class Described:
    """What is known of a document besides its words.

    `path` is relative to the corpus, with `/`. `date` is ISO 8601, as exact as it is known:
    "2023-05-04", "2023-05", "2023" or "". `kind`, `status` and `audience` are members of the tuples
    above, `language` is "fr" or "en".
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
    """A stretch of a document under one heading path.

    `text` holds the heading line too; `page` counts from 1, 0: unpaged.
    """

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
    """A piece of a document: `text == document.text[start:end]`.

    `id` hashes path, position and text.
    """

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
        """The spans (start, end) of its sentences in `text`, in order; headings are none."""
        return [
            (start, end)
            for line, start, end in sentence_spans(self.text)
            if line not in self.headings and self.text[start:end] not in self.headings
        ]
