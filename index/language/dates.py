"""Dates in French and English: from any usual form to ISO 8601, in the year that is meant. Pure.

Promise: what is no date of the calendar is no date; a year is never made up where the document has
none. The patterns work on text as written and on folded text alike.
"""

import datetime
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from index.language import lists
from index.language.fold import fold
from index.language.lists import LANGUAGES

MONTHS: Mapping[str, int] = {
    spelling: int(number)
    for name, number in lists.key_of("dates.months").items()
    for spelling in (name.lower(), str(fold(name)))
}
"""A month's name or abbreviation in small letters, with and without its accents -> 1 to 12."""

MONTH_NAMES: Mapping[str, tuple[str, ...]] = {
    language: tuple(lists.entries(f"dates.months.{number}", language)[0] for number in range(1, 13))
    for language in LANGUAGES
}
"""The twelve months' full names in each language, to write them."""

MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
YEAR = r"(?P<year>(?:19|20)\d\d)\b"
DAY = rf"\b(?P<day>\d\d?){lists.forms('dates.ordinal')}?\s+(?:{lists.forms('dates.of')}\s+)?"
DAY_AFTER = rf"\s+(?P<day>\d\d?){lists.forms('dates.ordinal', 'en')}?"
DATES = (
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)(?:-(?P<day>\d\d)(?=T\d|\b)|\b)"),
    re.compile(rf"\b(?P<day>\d\d?)[/.](?P<number>\d\d?)[/.]{YEAR}"),
    re.compile(rf"\b(?:{DAY})?{MONTH},?\s+{YEAR}", re.I),
    re.compile(rf"\b{MONTH}{DAY_AFTER},?\s+{YEAR}", re.I),
)
"""Dates with their year."""
YEARLESS = (
    re.compile(rf"{DAY}{MONTH}", re.I),
    # "mars 20 %" and "may 2 euros" are no days.
    re.compile(
        rf"\b{MONTH}{DAY_AFTER}\b(?!\s*(?:[%€$]|{lists.forms('numbers.units.EUR')}\b))", re.I
    ),
)
"""Days without a year."""
SENTENCE_STOP = re.compile(r"[.!?](?:\s|$)|\n|$")
FUTURE = re.compile(rf"\b{lists.forms('dates.future')}\b", re.I)


def as_date(value: object) -> str:
    """A date in any usual French or English form as ISO 8601, as exact as stated; else ""."""
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    text = str(value or "")
    if re.fullmatch(r"(19|20)\d\d", text.strip()):
        return text.strip()
    dates = (_iso(int(match["year"]), match) for form in DATES for match in form.finditer(text))
    return next(filter(None, dates), "")


def resolve_dates(text: str, document_date: str) -> list[tuple[int, int, str]]:
    """The dates of a text as (start, end, ISO 8601), in order.

    A day without a year takes it from its document's date: months up to the document's, and the one
    after, are of the document's year; a later month is of the year before, unless its sentence
    speaks of the future. A sentence on the future in a letter of the last months of a year means
    the next year by its first months. Without a document date, such days are left out.
    """
    found: list[tuple[int, int, str]] = []
    taken = bytearray(len(text))
    is_future = _futures(text)
    for match in _matches(text):
        # A full stop behind an abbreviated month is the sentence's.
        begins, ends = match.start(), match.start() + len(match[0].rstrip("."))
        if any(taken[begins:ends]):
            continue
        parts = match.groupdict()
        year = (
            int(parts["year"])
            if parts.get("year")
            else _year_meant(_month(match), document_date, is_future(begins, ends))
        )
        if year and (date := _iso(year, match)):
            found.append((begins, ends, date))
            taken[begins:ends] = b"1" * (ends - begins)
    return sorted(found)


def _matches(text: str) -> Iterator[re.Match[str]]:
    for form in (*DATES, *YEARLESS):
        yield from form.finditer(text)


def _futures(text: str) -> Callable[[int, int], bool]:
    """Says of a stretch (start, end) of the text whether its sentence speaks of the future.

    Each sentence is read once, however many days it names.
    """

    @cache
    def stops() -> list[int]:
        return [stop.start() for stop in SENTENCE_STOP.finditer(text)]

    @cache
    def speaks_of_it(start: int, end: int) -> bool:
        return FUTURE.search(text, start, end) is not None

    def is_future(start: int, end: int) -> bool:
        before = bisect_left(stops(), start)
        begins = stops()[before - 1] + 1 if before else 0
        return speaks_of_it(begins, stops()[bisect_left(stops(), end)])

    return is_future


def _year_meant(month: int, document_date: str, future: bool) -> int:
    """The year of a day of `month` named without one; 0 if the document has no date."""
    if not document_date:
        return 0
    year, written = int(document_date[:4]), int(document_date[5:7] or 0)
    if written and month > written + 1 and not future:
        return year - 1
    return year + (1 if written and future and written - month >= 9 else 0)


def _month(match: re.Match[str]) -> int:
    parts = match.groupdict()
    return int(parts["number"]) if parts.get("number") else MONTHS[parts["month"].lower()]


def _iso(year: int, match: re.Match[str]) -> str:
    month, day = _month(match), int(match["day"] or 0)
    try:
        datetime.date(year, month, day or 1)
    except ValueError:
        return ""
    return f"{year}-{month:02d}" + (f"-{day:02d}" if day else "")
