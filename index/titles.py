"""The title of a document: as people gave it, else as it can be seen, else its file's name.

A title in the properties is believed where page 1 knows it: templates bring theirs along.
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
FILE_NAME = re.compile(r"\.(?:docx?|pptx?|odt|pdf|indd|html?)$", re.I)


def title_of(sources: Sources, sections: Sequence[Section]) -> str:
    """As stated, else as shown, else as its properties say unless page 1 does not know it.

    Then the first heading, where the document begins with one that says something, else its name.
    """
    path = sources.path
    if title := sources.line("title") or _telling(path, sources.shown.get("title")):
        return title
    page = first_page(sections)
    title = _telling(path, sources.own.get("title"))
    if title and _is_on(title, page):
        return title
    if title:
        better = _telling(path, _headline(page))
        if not better:
            return title
        sources.warn(
            f"its properties call it {title[:80]!r}, which its first page does not; "
            f"called {better[:80]!r} {CATALOGUE}"
        )
        return better
    if sections[0].headings and not NO_TITLE.fullmatch(fold(sections[0].headings[0])):
        return sections[0].headings[0][:300]
    return _by_name(path)


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


def _is_on(title: str, page: Sequence[Section]) -> bool:
    """Does at least half of the title's words stand on the page, in any of their forms?"""

    def forms(text: str) -> set[str]:
        return {stem(word, "fr") for word in words(text) if len(word) > 3}

    told = forms(title)
    there = set().union(*(forms(section.text) for section in page))
    return 2 * len(told & there) >= len(told)


def _by_name(path: str) -> str:
    words = re.sub(r"[-_]+", " ", PurePosixPath(path).stem).strip()
    return words[:1].upper() + words[1:]
