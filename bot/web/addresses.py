"""The addresses of the reader view: what templates link to, and how quotes are named there. Pure.

A quote is named by its passage, whose id hashes path, position and text, and its characters in it:
an address that was made before a document changed marks nothing else in the new one.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, urlencode

from bot.records import Citation
from index.passage import Passage

NAMED = re.compile(r"(?P<id>[0-9a-f]{32})\.(?P<start>\d{1,6})\.(?P<end>\d{1,6})")


def name(citation: Citation) -> str:
    """The name of a quote in an address."""
    return f"{citation.passage.id}.{citation.start}.{citation.end}"


def reading(
    path: str,
    language: str,
    quotes: Iterable[str] = (),
    *,
    as_text: bool = False,
    part: int = 0,
) -> str:
    """The address of a document with these quotes marked, by their names.

    `as_text`: a PDF's text, not its pages; `part`: of a long text, counted from 1. "#quote-2" or
    "#page-3" after it is a place in the document.
    """
    query = [("language", language), *(("quote", named) for named in quotes)]
    query += [("as", "text")] * as_text + [("part", str(part))] * bool(part)
    return f"/read/{quote(path)}?{urlencode(query)}"


def reading_passage(passage: Passage, language: str) -> str:
    """The address of a passage's document, at its page."""
    return reading(passage.path, language) + (f"#page-{passage.page}" if passage.page else "")


def reading_citations(citations: Iterable[Citation], language: str, number: int = 1) -> str:
    """The address of the document of these citations, with each marked, at one of them."""
    cited = list(citations)
    return f"{reading(cited[0].passage.path, language, map(name, cited))}#quote-{number}"
