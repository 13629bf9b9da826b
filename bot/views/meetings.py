"""Whom the federation met, read by rules from prose, heads of notes and tables of appointments.

Pure. Promise: every word of a meeting is its document's own, and what is unsaid is ""; one that is
still to come is none; one that is reported twice is one, from the text that says most.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.records import Citation, Meeting
from bot.views.attendance import NOTED, present
from bot.views.prose import HEAD, TO_COME, Line, Marked, meeting_of_sentence, name_of, spaced
from index.language import lists
from index.language.dates import as_date, resolve_dates
from index.language.fold import fold, fold_with_offsets
from index.language.words import terms
from index.passage import Passage

_KEYS = "|".join(
    f"(?P<{name}>{'|'.join(forms)})" for name, forms in lists.table("meetings.keys").items()
)
KEY = re.compile(rf"(?:^|(?<=[\s*]))(?:{_KEYS})[*\s]*:[*\s]*")
COLUMN = re.compile(rf"(?:{_KEYS})\b")
WHOM = {"interlocutor", "institution"}
EMPTY_HEADING = re.compile(
    rf"^(?:\d+[.)] *)?(?:[\d /.]*|(?:{lists.forms('meetings.heading_articles')} )?"
    rf"{lists.forms('meetings.empty_headings')}\b.{{0,20}})$"
)
ALIKE = 0.6  # share of common words from which two rows of one day are one meeting


def meetings(passages: Sequence[Passage]) -> tuple[Meeting, ...]:
    """The meetings that the passages report, newest first, those without a date last."""
    found = [row for passage in passages for row in _reported(passage)]
    kept: list[Meeting] = []
    for row in sorted(found, key=_fullness, reverse=True):
        if not any(_is_same(row, other) for other in kept):
            kept.append(row)
    return tuple(sorted(kept, key=lambda row: row.date, reverse=True))


@lru_cache(maxsize=32_768)
def _reported(passage: Passage) -> tuple[Meeting, ...]:
    return tuple(
        row if row.subject else replace(row, subject=_topic(passage))
        for row in _rows(passage)
        if not _is_to_come(row)
    )


def _rows(passage: Passage) -> Iterator[Meeting]:
    """The meeting of a note's head, or else those of the passage's tables and sentences."""
    if head := _meeting_of_head(passage):
        yield head
        return
    yield from _tabled(passage)
    for start, end in passage.sentences():
        if row := meeting_of_sentence(passage, start, end):
            yield row


def _topic(passage: Passage) -> str:
    """The passage's heading as a subject; "" for the document's title, a name or an empty one."""
    heading = passage.headings[-1].strip(" #*:") if passage.headings else ""
    folded = fold(heading)
    if heading == passage.title or HEAD.search(folded) or EMPTY_HEADING.search(folded):
        return ""
    return heading


def _is_to_come(row: Meeting) -> bool:
    written = row.citation.passage.date
    return bool(written) and row.date[: len(written)] > written


def _fullness(row: Meeting) -> tuple[int, int]:
    fields = row.date, row.institution, row.interlocutor, row.subject
    return sum(map(bool, fields)), sum(map(len, fields))


def _is_same(one: Meeting, other: Meeting) -> bool:
    """One meeting reported twice: the same day, and names that share most of their words."""
    if one.date != other.date or len(one.date) < 10:
        return (one.date, one.citation.quote) == (other.date, other.citation.quote)
    first, second = (
        set(terms(f"{row.institution} {row.interlocutor}", row.citation.passage.language))
        for row in (one, other)
    )
    return len(first & second) >= ALIKE * max(1, min(len(first), len(second)))


def _meeting_of_head(passage: Passage) -> Meeting | None:
    """The meeting that a note's head describes: "Date : ...", "Met with: ...", "Présents : ...".

    None where nothing says whom, or nothing when, where or on what.
    """
    said, start, end = _head(passage)
    if not WHOM & set(said) and passage.kind == NOTED and (lines := present(passage)):
        theirs = [spaced(one.who) for one in lines if not (one.ours or one.opens)]
        said["interlocutor"] = " ; ".join(theirs)
        start = min(start, lines[0].span[1]) if "date" in said else 0
        end = max(end, lines[-1].span[2])
        above = passage.text[: lines[0].span[1]]
        said.setdefault("date", above)
        named = resolve_dates(above, passage.date)
        said.setdefault("institution", _institution(above[: named[0][0]] if named else above))
    if not (said.get("interlocutor") or said.get("institution")):
        return None
    if not {"date", "place", "subject"} & set(said):
        return None
    days = resolve_dates(said.get("date", ""), passage.date)
    date = days[0][2] if days else as_date(said.get("date", "")) or passage.date
    institution = said.get("institution", "")
    heading = passage.headings[-1] if passage.headings else ""
    if not institution and heading and heading in passage.text[:start]:
        institution = _institution(heading)
        start = passage.text.index(heading) if institution else start
    institution = institution or _institution(said.get("place", ""))
    citation = Citation(1, passage, passage.text[start:end], start, end)
    return Meeting(
        date, institution, said.get("interlocutor", ""), said.get("subject", ""), citation
    )


def _head(passage: Passage) -> tuple[dict[str, str], int, int]:
    """What a note's head says under each key, and where the head begins and ends in the text."""
    text = passage.text
    folded, offsets = fold_with_offsets(text)
    keys = [key for key in KEY.finditer(folded) if text[offsets[key.start()]].isupper()]
    next_keys = [*(offsets[key.start()] for key in keys[1:]), len(text)]
    said: dict[str, str] = {}
    last = 0
    for key, next_key in zip(keys, next_keys, strict=False):
        name, begins = str(key.lastgroup), offsets[key.end()]
        value = text[begins:next_key].partition("\n")[0]
        if name not in said and name != "other":
            said[name] = spaced(value)
            last = max(last, begins + len(value.rstrip(" *-;,")))
    return said, offsets[keys[0].start()] if keys else 0, last


def _institution(text: str) -> str:
    """The office that the text names first; "" for none."""
    folded, offsets = fold_with_offsets(text)
    place = next((match for match in HEAD.finditer(folded) if match["place"]), None)
    return name_of(Line(text, Marked(folded), offsets), place) if place else ""


def _tabled(passage: Passage) -> Iterator[Meeting]:
    """The rows of a table whose header names a date and whom one meets."""
    columns: list[str] = []
    for line in re.finditer(r"[^\n]+", passage.text):
        cells = [cell.strip() for cell in line[0].split(" | ")]
        if len(cells) < 2:
            columns = []
        elif not columns:
            headers = (COLUMN.match(fold(cell)) for cell in cells)
            columns = [str(header.lastgroup) if header else "other" for header in headers]
        elif "date" in columns and WHOM & set(columns) and len(cells) == len(columns):
            said = dict(zip(columns, cells, strict=True))
            days = resolve_dates(said["date"], passage.date)
            whom = said.get("institution", ""), said.get("interlocutor", "")
            if days and any(whom) and not TO_COME.search(fold(line[0])):
                citation = Citation(1, passage, line[0], *line.span())
                yield Meeting(days[0][2], *whom, said.get("subject", ""), citation)
