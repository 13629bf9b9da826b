"""Dates in French and English: from any usual form to ISO 8601, and those without a year to the year that is meant.

Pure. Promise: what is no date of the calendar is no date; a year is never made up where the document has none.
"""

import datetime
import re

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("janvier", "january", "janv", "jan"),
            ("février", "fevrier", "february", "févr", "feb"),
            ("mars", "march", "mar"),
            ("avril", "april", "avr", "apr"),
            ("mai", "may"),
            ("juin", "june", "jun"),
            ("juillet", "july", "juil", "jul"),
            ("août", "aout", "august", "aug"),
            ("septembre", "september", "sept", "sep"),
            ("octobre", "october", "oct"),
            ("novembre", "november", "nov"),
            ("décembre", "decembre", "december", "déc", "dec"),
        ),
        1,
    )
    for name in names
}
MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
DATES = (
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)(?:-(?P<day>\d\d))?\b"),
    re.compile(r"\b(?P<day>\d\d?)[/.](?P<number>\d\d?)[/.](?P<year>(?:19|20)\d\d)\b"),
    re.compile(
        rf"\b(?:(?P<day>\d\d?)(?:er|st|nd|rd|th)?\s+(?:of\s+)?)?{MONTH},?\s+(?P<year>(?:19|20)\d\d)\b",
        re.I,
    ),
    re.compile(rf"\b{MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)\b", re.I),
)
YEARLESS = (
    re.compile(rf"\b(?P<day>\d\d?)(?:er|st|nd|rd|th)?\s+(?:of\s+)?{MONTH}", re.I),
    re.compile(rf"\b{MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?\b(?!\s*(?:[%€$]|euros?\b))", re.I),
)
SENTENCE_STOP = re.compile(r"[.!?](?:\s|$)|\n|$")
FUTURE = re.compile(
    r"\b(?:\w{2,}(?:era|eront|erez|erons|ira|iront|dra|dront)|aura|auront|sera|seront|fera|feront|prochaine?s?|d['’]ici|à venir"
    r"|rendez-vous|jusqu['’]au|will|shall|next|upcoming|until|save the date)\b",
    re.I,
)


def as_date(value: object) -> str:
    """A date in any of the usual French and English forms as ISO 8601, as exact as stated; "" where it is none."""
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    text = str(value or "")
    if re.fullmatch(r"(19|20)\d\d", text.strip()):
        return text.strip()
    for form in DATES:
        for match in form.finditer(text):
            if date := _iso(int(match["year"]), match.groupdict()):
                return date
    return ""


def resolve_dates(text: str, document_date: str) -> list[tuple[int, int, str]]:
    """The dates of a text as (start, end, ISO 8601), in order; a day without a year takes it from its document's date.

    Months up to the document's, and the one after, are of the document's year; a later month is of the year before, unless
    its sentence speaks of the future. A sentence on the future in a letter of the last months of a year means the next
    year by its first months. Without a document date, dates without a year are left out.
    """
    found: dict[tuple[int, int], str] = {}
    for form in (*DATES, *YEARLESS):
        for match in form.finditer(text):
            parts = match.groupdict()
            begins, ends = (
                match.start(),
                match.start() + len(match[0].rstrip(".")),
            )  # the full stop is the sentence's
            if any(begins < end and start < ends for start, end in found):
                continue
            year = (
                int(parts["year"])
                if parts.get("year")
                else _year_meant(text, begins, ends, MONTHS[parts["month"].lower()], document_date)
            )
            if year and (date := _iso(year, parts)):
                found[begins, ends] = date
    return sorted((start, end, date) for (start, end), date in found.items())


def _year_meant(text: str, begins: int, ends: int, month: int, document_date: str) -> int:
    """The year of a day of this month named without one at text[begins:ends]; 0 if the document has no date."""
    if not document_date:
        return 0
    year, written = int(document_date[:4]), int(document_date[5:7] or 0)
    starts = max(text.rfind(mark, 0, begins) for mark in (". ", "! ", "? ", "\n")) + 1
    future = FUTURE.search(text, starts, SENTENCE_STOP.search(text, ends).start()) is not None
    if written and month > written + 1 and not future:
        return year - 1
    return year + (1 if written and future and written - month >= 9 else 0)


def _iso(year: int, parts: dict) -> str:
    month = int(parts["number"]) if parts.get("number") else MONTHS[parts["month"].lower()]
    day = int(parts["day"] or 0)
    try:
        datetime.date(year, month, day or 1)
    except ValueError:
        return ""
    return f"{year}-{month:02d}" + (f"-{day:02d}" if day else "")
