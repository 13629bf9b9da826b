"""The time that a question asks about, against a given today: "en 2021", "last year".

Pure. Promise: a year that belongs to the subject ("d'ici 2027", "horizon 2030", "PLF 2025",
"the law of 2016", a year still to come) is not the time of our texts; a day without a year is left
to the words of the search, for nothing says which year is meant.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from index.language import lists
from index.language.dates import MONTH, MONTHS, resolve_dates
from index.language.fold import Folded, fold_with_offsets


def _patterns(name: str) -> list[re.Pattern[str]]:
    """The entries of a list of forms, each as a pattern of its own, for each has named groups."""
    parts = {
        "unit": UNIT,
        "count": COUNT,
        "season": SEASON,
        "month": MONTH,
        "part": PART,
        "year": YEAR,
    }
    return [re.compile(rf"\b{form}\b") for form in lists.entries(name, **parts)]


SEASONS = {word: int(month) for word, month in lists.key_of("period.seasons").items()}
# Month and day that end the season which begins with the first of a month, as people use them.
SEASON_ENDS = {3: (6, 20), 6: (9, 22), 9: (12, 20), 12: (3, 20)}
COUNTS = {word: int(number) for word, number in lists.key_of("period.counts").items()}
UNITS = lists.key_of("period.units")

SEASON = rf"(?P<season>{'|'.join(SEASONS)})"
# Parts of a year, each by its first and last month: "9-12".
PARTS = lists.key_of("period.parts")
PART = rf"(?P<part>{'|'.join(PARTS)})"
COUNT = rf"(?P<count>\d\d?|{'|'.join(COUNTS)})"
UNIT = rf"(?P<unit>{'|'.join(sorted(UNITS, key=len, reverse=True))})"
YEAR = r"(?P<year>(?:19|20)\d\d)"
BARE_YEAR = re.compile(rf"(?<![\w.,/]){YEAR}(?![\w/]|[.,]\d| ?[%€$])")
LAST, THIS, AGO = map(_patterns, ("period.last", "period.this", "period.ago"))
RUNNING, SEASONAL, MONTHLY = map(_patterns, ("period.running", "period.seasonal", "period.monthly"))
PARTIAL = _patterns("period.partial")

ORDINAL = lists.forms("dates.ordinal", "fr")
TO = rf"{lists.forms('period.until')} (?:{lists.forms('period.range_articles')} )?"
# "entre mars et mai 2022": the first month takes the year of the second, or the one before it.
RANGED = re.compile(
    rf"\b(?:(?P<day>\d\d?){ORDINAL}? )?{MONTH}"
    rf"(?= {TO}(?:\d\d?{ORDINAL}? )?(?P<until>{MONTH.replace('(?P<month>', '(?:')}) {YEAR}\b)"
)
JOINS = re.compile(
    rf" ?(?:{lists.forms('period.until')}|[-–—]) ?(?:{lists.forms('period.range_articles')} ?)?"
)
# What stands before a time, up to its first character.
ARTICLES = rf"(?: {lists.forms('period.articles')})* ?(?:l')?$"
EDGES = rf"(?: (?:{lists.forms('period.articles')}|{lists.forms('period.edges')}))* ?(?:[ld]')?$"
BETWEEN = re.compile(rf"\b{lists.forms('period.between')}{ARTICLES}")
SINCE = re.compile(rf"\b{lists.forms('period.since')}{EDGES}")
BEFORE = re.compile(rf"\b{lists.forms('period.before')}{ARTICLES}")
AFTER = re.compile(rf"\b{lists.forms('period.after')}{ARTICLES}")
WITHIN = re.compile(rf"\b{lists.forms('period.within')}(?: {lists.forms('period.the_year')})? $")
PREPOSITIONS = re.compile(
    rf"(?:\b{lists.forms('period.prepositions')} "
    rf"|\b{lists.forms('period.elided_prepositions')}){{1,5}}$"
)
TEXTS = lists.forms("period.texts")
TEXT_BEFORE = re.compile(
    rf"\b{TEXTS}(?: \w+)? (?:{lists.forms('period.of_a_time')}\s?"
    rf"(?:{lists.forms('period.the_year', 'fr')} )?)?$"
)
TEXT_BEHIND = re.compile(rf" (?:\w+ )?{TEXTS}\b")
SUBJECT = re.compile(
    rf"\b{lists.forms('period.subjects')}(?:[ ']?{lists.forms('period.subject_links')})*[ ']?$"
)
EXPECTED = re.compile(rf"\b{lists.forms('period.expected')}\b")


@dataclass(frozen=True)
class Period:
    """A time: its first and last ISO day, "" for an open end.

    `spans` are the stretches (start, end) of the question that say it.
    """

    since: str
    until: str
    spans: tuple[tuple[int, int], ...]


class _Point(NamedTuple):
    """A time that the text names at text[start:end], from its first to its last day."""

    start: int
    end: int
    first: date
    last: date
    bare: bool = False  # a year alone, which may well belong to the subject


def period(question: str, today: date) -> Period | None:
    """The time that the question asks about, or None."""
    text, offsets = fold_with_offsets(question)
    found = list(_periods(text, today))
    if not found:
        return None
    since = min(one.since for one in found)  # "" before any day: open if one of them is
    until = max(one.until for one in found) if all(one.until for one in found) else ""
    spans = tuple((offsets[start], offsets[end]) for one in found for start, end in one.spans)
    return Period(since, until, spans) if since or until else None


def _periods(text: Folded, today: date) -> Iterator[Period]:
    """The times that the text asks about, each with its span in the text."""
    points = list(_points(text, today))
    while points:
        point, *points = points
        before = text[: point.start]
        if points and (start := _range_start(text, point, points[0])) is not None:
            second = points.pop(0)
            yield Period(_iso(point.first), _iso(second.last), ((start, second.end),))
        elif opens := SINCE.search(before):
            yield Period(_iso(point.first), "", ((opens.start(), point.end),))
        elif opens := BEFORE.search(before):
            yield Period("", _iso(point.first - timedelta(1)), ((opens.start(), point.end),))
        elif opens := AFTER.search(before):
            yield Period(_iso(point.last + timedelta(1)), "", ((opens.start(), point.end),))
        elif _is_of_our_texts(text, point, today):
            opens = PREPOSITIONS.search(before)
            start = opens.start() if opens else point.start
            yield Period(_iso(point.first), _iso(point.last), ((start, point.end),))


def _range_start(text: Folded, first: _Point, second: _Point) -> int | None:
    """Where the range from one time to the next begins; None if they make none."""
    if not JOINS.fullmatch(text, first.end, second.start):
        return None
    before = text[: first.start]
    opens = BETWEEN.search(before)
    if not opens and (not first.bare or text[first.end] in "-–—"):
        opens = WITHIN.search(before)
    return opens.start() if opens else None


def _is_of_our_texts(text: Folded, point: _Point, today: date) -> bool:
    before = text[: point.start]
    if SUBJECT.search(before) or point.first > today:
        return False
    if not point.bare or TEXT_BEFORE.search(before) or TEXT_BEHIND.match(text, point.end):
        return True
    return WITHIN.search(before) is not None and not EXPECTED.search(text)


def _points(text: Folded, today: date) -> Iterator[_Point]:
    """The times that the text names, in order, none within another."""
    found: list[_Point] = []
    for point in (
        *_dated(text),
        *_relative(text, today),
        *_seasons(text, today),
        *_parts(text),
        *_months(text, today),
        *_years(text),
    ):
        if not any(point.start < other.end and other.start < point.end for other in found):
            found.append(point)
    yield from sorted(found)


def _dated(text: Folded) -> Iterator[_Point]:
    for start, end, day in resolve_dates(text, ""):
        year, month, number = (*map(int, day.split("-")), 0)[:3]
        first, last = _whole(date(year, month, number or 1), "day" if number else "month")
        yield _Point(start, end, first, last)


def _relative(text: Folded, today: date) -> Iterator[_Point]:
    """Last year, this month, two weeks ago; the last two years up to today."""
    for back, forms in ((1, LAST), (0, THIS), (None, AGO)):
        for match in _matches(forms, text):
            count, unit = _count(match["count"]) if back is None else back, UNITS[match["unit"]]
            yield _Point(*match.span(), *_whole(_back(today, count, unit), unit))
    for match in _matches(RUNNING, text):
        first = _back(today, _count(match["count"]), UNITS[match["unit"]])
        yield _Point(*match.span(), first, today)


def _seasons(text: Folded, today: date) -> Iterator[_Point]:
    """Seasons, of a year or the last."""
    for match in _matches(SEASONAL, text):
        month, year = SEASONS[match["season"]], match.groupdict().get("year")
        first = date(int(year) if year else today.year, month, 1)
        if not year and first > today:
            first = first.replace(year=first.year - 1)
        last = date(first.year + (month == 12), *SEASON_ENDS[month])
        yield _Point(*match.span(), first, last)


def _parts(text: Folded) -> Iterator[_Point]:
    """The beginning, the middle or the end of a year. "Avant fin 2023" is a deadline."""
    for match in _matches(PARTIAL, text):
        if BEFORE.search(text[: match.start()]):
            continue
        year, (start, end) = int(match["year"]), map(int, PARTS[match["part"]].split("-"))
        last = _whole(date(year, end, 1), "month")[1]
        yield _Point(*match.span(), date(year, start, 1), last)


def _months(text: Folded, today: date) -> Iterator[_Point]:
    """Months that are the last of their name, and those that take the year of a later one."""
    for match in _matches(MONTHLY, text):
        month = MONTHS[match["month"]]
        first, last = _whole(date(today.year - (month > today.month), month, 1), "month")
        yield _Point(match.start("month"), match.end(), first, last)
    for match in RANGED.finditer(text):
        month, year = MONTHS[match["month"]], int(match["year"])
        until = MONTHS[match["until"].rstrip(".")]
        first, last = _whole(date(year - (month > until), month, 1), "month")
        if match["day"] and 1 <= int(match["day"]) <= last.day:
            first = last = first.replace(day=int(match["day"]))
        yield _Point(*match.span(), first, last)


def _years(text: Folded) -> Iterator[_Point]:
    for match in BARE_YEAR.finditer(text):
        first, last = _whole(date(int(match["year"]), 1, 1), "year")
        yield _Point(*match.span(), first, last, bare=True)


def _matches(forms: list[re.Pattern[str]], text: Folded) -> Iterator[re.Match[str]]:
    for form in forms:
        yield from form.finditer(text)


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else COUNTS[word]


def _back(day: date, count: int, unit: str) -> date:
    """The day that lies `count` units before `day`; the last of a shorter month."""
    if unit in ("week", "day"):
        return day - timedelta(count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _whole(day: date, unit: str) -> tuple[date, date]:
    """The first and last day of the year, month, week or day that `day` is in."""
    if unit == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if unit == "month":
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    first = day - timedelta(day.weekday() if unit == "week" else 0)
    return first, first + timedelta(6 if unit == "week" else 0)


def _iso(day: date) -> str:
    return day.isoformat()
