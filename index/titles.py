"""The title of a document: as people gave it, else as it can be seen, else its file's name.

A title in the properties is believed where a heading or a short line of page 1 says it: templates
bring theirs along. The address in a letterhead is no title; what a letter is about is.
What a PDF shows of page 1 beside its text is in `Sources.shown`: its largest `heading`, and the
running `heads` that were left out.
"""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from index.language import lists
from index.language.dates import as_date
from index.language.fold import fold
from index.language.words import stem, words
from index.passage import Section
from index.sources import CATALOGUE, Sources, first_page, one_line, short_lines

NO_TITLE = re.compile(rf"(?:{lists.forms('documents.no_title')}|\d|[\s._()-])+")
MADE_BY = re.compile(r"^microsoft (?:office )?(?:word|powerpoint|excel) ?[-–] ?", re.I)
SUBJECT = re.compile(rf"{lists.forms('documents.subject_line')} ?: *(?=\S)")
HOUSE = rf"\b\d{{1,4}}(?: ?{lists.forms('furniture.house_numbers')})?,?"
LETTERHEAD = re.compile(rf"{HOUSE} {lists.forms('furniture.streets')}\b.{{1,80}}?\b\d{{4,5}} [a-z]")
NUMBER = re.compile(r"\d+")
SHORT = 15  # words of a line that may be a title, where it is no sentence
FILE_NAME = re.compile(r"\.(?:docx?|pptx?|odt|pdf|indd|html?)$", re.I)


def title_of(sources: Sources, sections: Sequence[Section]) -> str:
    """As stated, else as shown, else as its properties say unless page 1 does not know it.

    Then the first heading, where the document begins with one that says something, else its name.
    """
    path = sources.path
    if title := sources.line("title") or _telling(path, sources.shown.get("title")):
        return title
    largest = _no_address(_telling(path, sources.shown.get("heading")))
    if own := _telling(path, sources.own.get("title")):
        return _believed(sources, own, largest, first_page(sections))
    if largest:
        return largest
    first = _no_address(next(iter(sections[0].headings), ""))
    if first and not NO_TITLE.fullmatch(fold(first)):
        return first[:300]
    return _subject(first_page(sections)) or title_of_file(path)


def _believed(sources: Sources, own: str, largest: str, page: Sequence[Section]) -> str:
    """The title in the properties, unless page 1 does not know it and has another."""
    better = largest or _subject(page) or _no_address(_telling(sources.path, _headline(page)))
    lines = (line for section in page for line in section.text.split("\n"))
    short = (
        line for line in lines if len(line.split()) <= SHORT and not line.endswith((".", ";", ","))
    )
    if not better or _is_said(own, [better, sources.shown.get("heads", ""), *short]):
        return own
    sources.warn(
        f"its properties call it {own[:80]!r}, which its first page does not; "
        f"called {better[:80]!r} {CATALOGUE}"
    )
    return better


def _telling(path: str, value: object) -> str:
    """A title that people gave, "" if a program wrote it.

    Programs write "Untitled", "Microsoft Word - x.docx" or the file name.
    """
    title = one_line(value or "")
    name = re.sub(r"\.[A-Za-z]{2,5}$", "", title)
    by_program = MADE_BY.match(title) or NO_TITLE.fullmatch(fold(title)) or FILE_NAME.search(title)
    return "" if by_program or name.lower() == PurePosixPath(path).stem.lower() else title


def _headline(page: Sequence[Section]) -> str:
    """The first heading of a page, else its first line if it is short and no sentence, else ""."""
    headed = next((section.headings[0] for section in page if section.headings), "")
    first = next(iter(short_lines(page[:1])), "")
    is_line = (
        first and first[-1].isalnum() and not as_date(first) and page[0].text.startswith(first)
    )
    return headed or (first if is_line else "")


def _no_address(title: str) -> str:
    """The title, "" for a letterhead with its address."""
    return "" if LETTERHEAD.search(" ".join(fold(title).split())) else title


def _subject(page: Sequence[Section]) -> str:
    """What a letter says that it is about: "Objet : ...", "" where it does not."""
    lines = (line.strip() for section in page for line in section.text.split("\n"))
    found = (one_line(line.partition(":")[2]) for line in lines if SUBJECT.match(fold(line)))
    return next(found, "")


def _is_said(title: str, lines: Sequence[str]) -> bool:
    """Does one of the lines have at least half of the title's words, in any of their forms?

    And no other numbers: "Plan 2019" is no title of the "Plan 2024".
    """

    def forms(text: str) -> set[str]:
        return {stem(word, "fr") for word in words(text) if len(word) > 3}

    def differs(line: str) -> bool:
        own, others = set(NUMBER.findall(title)), set(NUMBER.findall(line))
        return bool(own - others and others - own)

    told = forms(title)
    return any(2 * len(told & forms(line)) >= len(told) and not differs(line) for line in lines)


def title_of_file(path: str) -> str:
    """The name of a file in words: "2024 10 08 rdv cabinet"."""
    words = re.sub(r"[-_]+", " ", PurePosixPath(path).stem).strip()
    return words[:1].upper() + words[1:]
