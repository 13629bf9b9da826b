"""The time that a question asks about, against a given today: "en 2021", "depuis mars 2022", "last year", "in spring 2023". Pure.

Promise: a year that belongs to the subject ("d'ici 2027", "horizon 2030", "PLF 2025", "the law of 2016", a year still to come) is
no time of our texts; a day without a year is left to the words of the search, for nothing says which year is meant.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from index.language.dates import MONTH, MONTHS, resolve_dates

SEASONS = {
    "printemps": 3,
    "spring": 3,
    "ete": 6,
    "summer": 6,
    "automne": 9,
    "autumn": 9,
    "fall": 9,
    "hiver": 12,
    "winter": 12,
}
SEASON = "(?P<season>" + "|".join(SEASONS) + ")"
SEASON_ENDS = {
    3: (6, 20),
    6: (9, 22),
    9: (12, 20),
    12: (3, 20),
}  # from the first of their month: as people use them
NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "un une one a",
            "deux two",
            "trois three",
            "quatre four",
            "cinq five",
            "six",
            "sept seven",
            "huit eight",
            "neuf nine",
            "dix ten",
            "onze eleven",
            "douze twelve",
        ),
        1,
    )
    for word in words.split()
}
COUNT = rf"(?P<count>\d\d?|{'|'.join(NUMBERS)})"
UNITS = {
    "an": "year",
    "ans": "year",
    "annee": "year",
    "annees": "year",
    "year": "year",
    "years": "year",
    "mois": "month",
    "month": "month",
    "months": "month",
    "semaine": "week",
    "semaines": "week",
    "week": "week",
    "weeks": "week",
    "hier": "day",
    "yesterday": "day",
}
UNIT = "(?P<unit>" + "|".join(sorted(UNITS, key=len, reverse=True)) + ")"
BARE_YEAR = re.compile(r"(?<![\w.,/])(?P<year>(?:19|20)\d\d)(?![\w/]|[.,]\d| ?[%€$])")
LAST = [
    re.compile(form)
    for form in (
        rf"\b(?:l'|le |la )?{UNIT} (?:dernier|derniere|passee?)\b",
        rf"\blast {UNIT}\b",
        r"\b(?P<unit>hier|yesterday)\b",
    )
]
THIS = [re.compile(rf"\b(?:cet|cette|ce|this) {UNIT}\b")]
AGO = [re.compile(form) for form in (rf"\bil y a {COUNT} {UNIT}\b", rf"\b{COUNT} {UNIT} ago\b")]
RUNNING = [
    re.compile(form)
    for form in (
        rf"\b(?:ces|les|des) {COUNT} dernier(?:e)?s {UNIT}\b",
        rf"\b(?:last|past) {COUNT} {UNIT}\b",
    )
]
SEASONED = [
    re.compile(form)
    for form in (
        rf"\b{SEASON} (?:de l'annee |de |of )?(?P<year>(?:19|20)\d\d)\b",
        rf"\b{SEASON} (?:dernier|passe)\b",
        rf"\blast {SEASON}\b",
    )
]
MONTHLY = [
    re.compile(form)
    for form in (rf"\b{MONTH} (?:dernier|passe)\b", rf"\b(?:last|en|in|courant) {MONTH}(?! ?\d)")
]
# "entre mars et mai 2022": the first month takes the year of the second, or the one before it
RANGED = re.compile(
    rf"\b(?:(?P<day>\d\d?)(?:er)? )?{MONTH}(?= (?:et|and|a|au|to|jusqu'au?) (?:le |the )?(?:\d\d?(?:er)? )?"
    rf"(?P<until>{MONTH.replace('(?P<month>', '(?:')}) (?P<year>(?:19|20)\d\d)\b)"
)

SAID = re.compile(
    r"\b(?:en|in|during|pendant|durant|courant|au cours de|over|throughout|annee|year|periode|period)(?: l'annee| the year)? $"
)
OURS = (
    r"(?:newsletters?|lettres?|bulletins?|positions?|notes?|contributions?|reponses?|auditions?|hearings?|rapports?|reports?|enquetes?|sondages?"
    r"|etudes?|surveys?|stud(?:y|ies)|textes?|documents?|papers?|comptes? rendus?|reunions?|rencontres?|meetings?|communiques?|responses?)"
)
OURS_BEFORE = re.compile(
    rf"\b{OURS}(?: \w+)? (?:(?:de|d'|du|of|from|in|for|pour|annuels? de)\s?(?:l'annee )?)?$"
)
OURS_BEHIND = re.compile(rf" (?:\w+ )?{OURS}\b")
SUBJECT = re.compile(
    r"\b(?:d'ici|by|horizon|objectifs?|targets?|goals?|plfs?s?|lfi|lfss|lois?(?: de finances)?|budget|finance (?:bill|act)|agenda|plans?|programme|vision"
    r"|strateg(?:ie|y)|decennie|jusqu'|until|till|rentree|avant la fin|decret|reglement|directive|ordonnance|arrete|accord|traite|code|law|act"
    r"|regulation|decree|bill|treaty|agreement)(?:[ ']?(?:a|au|en|du|de|des|d|of|from|in|for|pour|to|le|la|l|the|fin|end|annee|year))*[ ']?$"
)
EXPECTED = re.compile(
    r"\b(?:prevue?s?|prevoit|prevision\w*|attendue?s?|atteindr\w+|projections?|expected|forecast|projected|planned)\b"
)
FROM_ON = re.compile(
    r"\b(?:depuis|since|a partir de|as of)(?: (?:le|la|l'|the|fin|debut|end of|early|l'annee))* ?(?:l'|d')?$"
)
UP_TO = re.compile(r"\b(?:avant|before)(?: (?:le|la|l'|the|l'annee))* ?(?:l')?$")
PAST = re.compile(r"\b(?:apres|after)(?: (?:le|la|l'|the|l'annee))* ?(?:l')?$")
OPENS = re.compile(r"\b(?:entre|between|from|de|d'|du)(?: (?:le|la|l'|the))* ?(?:l')?$")
JOINS = re.compile(r" ?(?:et|and|a|au|to|-|–|—|jusqu'(?:en|a|au)) ?(?:en |in |le |la |l'|the )?")
PREPOSITION = re.compile(
    r"(?:\b(?:en|in|during|pendant|durant|courant|au cours de|au|on|le|la|du|de|over|the|l'annee|this|ces|les) |\b(?:d'|l'))+$"
)


@dataclass(frozen=True)
class Period:
    """First and last ISO day, "" for an open end, and the stretches (start, end) of the question that say it."""

    since: str
    until: str
    spans: tuple[tuple[int, int], ...]


class _Point(NamedTuple):
    start: int
    end: int
    first: date
    last: date
    bare: bool = False  # a year alone, which may well belong to the subject


def period(question: str, today: date) -> Period | None:
    """The time that the question asks about, or None."""
    text = letter_by_letter(question)
    points = list(_points(text, today))
    told: list[tuple[str, str, int, int]] = []
    while points:
        point, *points = points
        before = text[: point.start]
        if (
            points
            and JOINS.fullmatch(text, point.end, points[0].start)
            and (
                opens := OPENS.search(before)
                or (SAID.search(before) if not point.bare or text[point.end] in "-–—" else None)
            )
        ):
            told.append((_iso(point.first), _iso(points[0].last), opens.start(), points.pop(0).end))
        elif opens := FROM_ON.search(before):
            told.append((_iso(point.first), "", opens.start(), point.end))
        elif opens := UP_TO.search(before):
            told.append(("", _iso(point.first - timedelta(1)), opens.start(), point.end))
        elif opens := PAST.search(before):
            told.append((_iso(point.last + timedelta(1)), "", opens.start(), point.end))
        elif _is_of_our_texts(text, point, today):
            opens = PREPOSITION.search(before)
            told.append(
                (
                    _iso(point.first),
                    _iso(point.last),
                    opens.start() if opens else point.start,
                    point.end,
                )
            )
    if not told:
        return None
    since = "" if any(not first for first, *_ in told) else min(first for first, *_ in told)
    until = "" if any(not last for _, last, *_ in told) else max(last for _, last, *_ in told)
    return (
        Period(since, until, tuple((start, end) for *_, start, end in told))
        if since or until
        else None
    )


def letter_by_letter(text: str) -> str:
    """Small letters without accents, straight apostrophes; each character in its place, so that offsets hold."""
    return "".join(
        "'"
        if letter in "’ʼ‘"
        else " "
        if letter.isspace()
        else unicodedata.normalize("NFKD", letter)[0].lower()[:1]
        for letter in text
    )


def _is_of_our_texts(text: str, point: _Point, today: date) -> bool:
    before = text[: point.start]
    if SUBJECT.search(before) or point.first > today:
        return False
    if not point.bare or OURS_BEFORE.search(before) or OURS_BEHIND.match(text, point.end):
        return True
    return SAID.search(before) is not None and not EXPECTED.search(text)


def _points(text: str, today: date) -> Iterator[_Point]:
    """The times that the text names, in order, none within another."""
    found: list[_Point] = []
    for point in (*_dated(text), *_relative(text, today), *_named(text, today), *_years(text)):
        if not any(point.start < other.end and other.start < point.end for other in found):
            found.append(point)
    yield from sorted(found)


def _dated(text: str) -> Iterator[_Point]:
    for start, end, day in resolve_dates(text, ""):
        year, month, number = (*map(int, day.split("-")), 0)[:3]
        yield _Point(
            start,
            end,
            date(year, month, number or 1),
            date(year, month, number or calendar.monthrange(year, month)[1]),
        )


def _relative(text: str, today: date) -> Iterator[_Point]:
    for back, forms in ((1, LAST), (0, THIS), (None, AGO)):
        for match in (match for form in forms for match in form.finditer(text)):
            count = _count(match["count"]) if back is None else back
            yield _Point(
                match.start(),
                match.end(),
                *_whole(_back(today, count, UNITS[match["unit"]]), UNITS[match["unit"]]),
            )
    for match in (match for form in RUNNING for match in form.finditer(text)):
        yield _Point(
            match.start(),
            match.end(),
            _back(today, _count(match["count"]), UNITS[match["unit"]]),
            today,
        )


def _named(text: str, today: date) -> Iterator[_Point]:
    """Seasons, of a year or the last; months that are the last of their name."""
    for match in (match for form in SEASONED for match in form.finditer(text)):
        month, year = SEASONS[match["season"]], match.groupdict().get("year")
        first = date(int(year) if year else today.year, month, 1)
        if not year and first > today:
            first = first.replace(year=first.year - 1)
        yield _Point(
            match.start(), match.end(), first, date(first.year + (month == 12), *SEASON_ENDS[month])
        )
    for match in (match for form in MONTHLY for match in form.finditer(text)):
        month = MONTHS[match["month"]]
        yield _Point(
            match.start("month"),
            match.end(),
            *_whole(date(today.year - (month > today.month), month, 1), "month"),
        )
    for match in RANGED.finditer(text):
        month, year = MONTHS[match["month"]], int(match["year"])
        first, last = _whole(date(year - (month > MONTHS[match["until"]]), month, 1), "month")
        if match["day"] and 1 <= int(match["day"]) <= last.day:
            first = last = first.replace(day=int(match["day"]))
        yield _Point(match.start(), match.end(), first, last)


def _years(text: str) -> Iterator[_Point]:
    for match in BARE_YEAR.finditer(text):
        yield _Point(
            match.start(), match.end(), *_whole(date(int(match["year"]), 1, 1), "year"), True
        )


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else NUMBERS[word]


def _back(day: date, count: int, unit: str) -> date:
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
