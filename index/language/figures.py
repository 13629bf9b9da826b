"""A text's figures with their units, in French and in English. Pure.

Promise: two figures are the same only with value and unit, however both are written and in either
language (twelve months are a year); a day only with its month.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from index.language import lists, numbers
from index.language.dates import MONTH_NAMES, resolve_dates
from index.language.numbers import ANY_YEAR, UNIT_OF, YEAR, in_digits, number_value
from index.language.words import stop_words

ON, IN, LAW, TIMES, THING = "on", "in", "law", "times", "thing"
"""The units of a day (330 is 30 March), a month, a law's number, a multiple, and whatever else is
counted."""
MONEY = frozenset({"EUR", "USD", "GBP"})
SPANS = {
    "minute": (1 / 60, "hour"),
    "day": (24, "hour"),
    "week": (168, "hour"),
    "fortnight": (336, "hour"),
    "quarter": (3, "month"),
    "semester": (6, "month"),
    "year": (12, "month"),
    "decade": (120, "month"),
    "century": (1200, "month"),
}
"""One of them in hours or in months."""
TIME = frozenset(SPANS) | {"month"}
MEASURES = SPANS | {
    "MW": (1e3, "kW"),
    "GW": (1e6, "kW"),
    "TW": (1e9, "kW"),
    "MWh": (1e3, "kWh"),
    "GWh": (1e6, "kWh"),
    "TWh": (1e9, "kWh"),
    "km": (1e3, "m"),
    "tonne": (1e3, "kg"),
}
ALIKE = ((2, "week", 15, "day"), (1, "fortnight", 15, "day"), (1, "week", 8, "day"))
THIRDS = ((33.33, 33), (66.67, 67), (66.67, 66))
MONTHS = {
    spelled: number
    for language, names in MONTH_NAMES.items()
    for number, name in enumerate(names, 1)
    # "may" and "march" are words too: English months count with their capital alone.
    for spelled in (name.capitalize(), *([name] if language == "fr" else []))
}
SCALES = numbers.SCALE_OF | numbers.SCALE_SIGNS
NUMBER = re.compile(
    rf"(?P<before>[€$£]\s?|\b(?:EUR|USD|GBP) )?(?<![\w.,])(?P<number>{numbers.NUMBER})"
    rf"(?:[ \u00a0\u202f-]?(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))}|m(?=[€$£]))"
    r"(?=[\s€$£.,;:)-]|$))?"
)
UNIT = r"[^\W\d_]+(?:[²³23]\b|-h(?:eure|our)s?\b)?"
AFTER = re.compile(
    rf"[ \u00a0\u202f-]*(?:(?:d['’]|de |of )\s?)?(?P<unit>[%€$£]|°C|{UNIT})"
    r"(?:[ \u00a0\u202f](?P<second>[^\W\d_]+))?"
)
MILLIONS = re.compile(r"m\b")
ORDINAL = re.compile(r"(?:e|er|ère|ème|st|nd|rd|th|s)s?\b")  # and "the 1990s"
LINKED = re.compile(rf"\s*(?:%|[€$£])?\s?{lists.forms('guard.ranges')}\s*[€$£]?\s*")
SLASHED = re.compile(r"(?<![\d/])(\d\d?)/(\d\d?)(?![\d/])")
NUMBERED = re.compile(r"\b((?:19|20)\d\d[-/]\d{1,4})\b")
CODE = re.compile(r"\b(?!EUR|USD|GBP)([A-Z]{2,})[ -](\d{1,2})\b(?![.,]\d| ?[%€$])")
ONE = re.compile(rf"\b1\b(?![.,]\d| ?(?:{'|'.join(SCALES)}))")  # no article
FOLD = re.compile(
    rf"(?<![\d.,])(?P<by>\d+(?:[.,]\d+)?) {lists.forms('guard.times')}\b"
    rf"|\b{lists.forms('guard.multiplied')} (?P<times>\d+(?:[.,]\d+)?)\b"
)
MONEY_WORD = f"(?:{'|'.join(word for word in UNIT_OF if UNIT_OF[word] in (*MONEY, 'cent'))})"
SHORTEST = 4  # letters of a word for what is counted
LINKS = lists.words("guard.links")
MULTIPLES = lists.key_of("guard.multiples")
MULTIPLE = re.compile(rf"\b(?P<word>{'|'.join(MULTIPLES)})", re.I)
RATE = re.compile(rf"(?:\b{lists.forms('guard.each')}\s+|/\s?)(?P<unit>{UNIT})", re.I)
A_UNIT = re.compile(rf"\b(?:an?|une?|la|le|1|one|l['’])\s?(?P<unit>{UNIT})", re.I)
PRICE = re.compile(rf"(?:[€$£]|\b{MONEY_WORD})\s(?:an?|la|le|l['’])\s?(?P<unit>{UNIT})", re.I)
PERIODS = lists.key_of("guard.periods")


@dataclass(frozen=True)
class Figure:
    """A value in its unit: one of numbers.UNITS, ON, IN, LAW, TIMES, THING; "" where none is."""

    value: float | str
    unit: str = ""

    @property
    def measured(self) -> tuple[float | str, str]:
        """The same in the unit that such times or measures are compared in."""
        if self.unit not in MEASURES or isinstance(self.value, str):
            return self.value, self.unit
        times, unit = MEASURES[self.unit]
        return round(self.value * times, 3), unit

    def is_same(self, other: "Figure") -> bool:
        """Have both the same value and unit? Two weeks are "quinze jours", a third is 33 %."""
        both = {(self.value, self.unit), (other.value, other.unit)}
        return (
            self.measured == other.measured
            or any(both == {(one, of), (two, of_two)} for one, of, two, of_two in ALIKE)
            or any(both == {(part, "%"), (about, "%")} for part, about in THIRDS)
        )

    def __str__(self) -> str:
        if isinstance(self.value, str):
            return self.value
        if self.unit == ON:
            return f"{int(self.value) % 100}/{int(self.value) // 100}"
        if self.unit == IN:
            return f"month {self.value:g}"
        return f"{self.value:.12g} {'' if self.unit == THING else self.unit}".strip()


def joined_codes(text: str) -> str:
    """The text with its codes in one word: NIS 2 is NIS2."""
    return CODE.sub(r"\1\2", text)


@lru_cache(maxsize=256)
def figures(text: str, date: str = "") -> Set[Figure]:
    """The figures of a text; a day without a year takes it from `date`, its document's."""
    found, rest = set[Figure](), joined_codes(text)
    for start, end, day in resolve_dates(rest, date or ANY_YEAR):
        found |= day_figures(day, bool(date) or YEAR.search(rest, start, end) is not None)
        rest = f"{rest[:start]};{' ' * (end - start - 1)}{rest[end:]}"
    for match in SLASHED.finditer(rest):
        if int(match[1]) <= 31 and int(match[2]) <= 12:
            found |= day_figures(f"0-{match[2]}-{match[1]}", False)
            rest = rest.replace(match[0], ";")
    found |= {
        Figure(float(MONTHS[word]), IN) for word in re.findall(r"[^\W\d_]+", rest) if word in MONTHS
    }
    for match in NUMBERED.finditer(rest):
        if not _are_years(match[1]):
            found.add(Figure(match[1].replace("/", "-"), LAW))
            rest = rest.replace(match[0], ";")
    rest = in_digits(rest.replace("-", " - ") if NUMBERED.search(rest) else rest)
    for match in FOLD.finditer(rest):
        found.add(Figure(number_value(match["by"] or match["times"]), TIMES))
    found |= {
        Figure(float(MULTIPLES[match["word"].lower()]), TIMES) for match in MULTIPLE.finditer(rest)
    }
    return frozenset(found | set(_numbers(FOLD.sub(";", rest), ONE.search(text) is None)))


def _are_years(written: str) -> bool:
    """2025-2026 and 2025-26 are years, 2016-1691 is a law."""
    first, second = re.split("[-/]", written)
    return 1900 <= int(second) <= 2100 or int(first[2:]) + 1 == int(second)


def day_figures(day: str, dated: bool) -> set[Figure]:
    """The figures of an ISO date: its year if it is `dated`, its day and its month."""
    year, *month = (float(part) for part in day.split("-"))
    found = {Figure(year)} if dated else set()
    if len(month) > 1:
        found.add(Figure(month[0] * 100 + month[1], ON))
    return found | {Figure(number, IN) for number in month[:1]}


def _numbers(text: str, ones_are_articles: bool) -> Iterator[Figure]:
    """The numbers of a text, read from its end: the first of "de 3 à 6 %" takes the unit of the
    second, and of "2 ou 3 millions" its scale too."""
    behind: tuple[float, str, int] | None = None
    for match in reversed(list(NUMBER.finditer(text))):
        unit = _unit(match, text)
        if unit is None:
            continue
        scale = SCALES.get(match["scale"] or "", 10**6 if match["scale"] == "m" else 1)
        if match["before"] and MILLIONS.match(text, match.end()):  # €35m
            scale = 10**6
        value = number_value(match["number"])
        is_year = YEAR.fullmatch(match["number"]) is not None
        if behind and not (is_year and not unit) and LINKED.fullmatch(text, match.end(), behind[2]):
            unit = unit or behind[1]
            is_one = unit == behind[1] or (match["before"] and behind[1] in ("", THING))  # €2-3bn
            if not match["scale"] and is_one and value < 1000:
                scale = int(behind[0])
        behind = (scale, unit, match.start())
        value *= scale
        if unit == "cent":
            value, unit = value / 100, "EUR"
        if value != 1 or (unit in SPANS or unit == "month" or not ones_are_articles):
            yield Figure(round(value, 4), unit)


def _unit(match: re.Match[str], text: str) -> str | None:
    """The unit of a number, "" where none is said; None for a code such as 4G."""
    if match["before"]:
        return UNIT_OF[match["before"].strip().lower()]
    after = AFTER.match(text, match.end())
    if not after or (not match["scale"] and ORDINAL.match(text, match.end())):
        return ""
    word, second = after["unit"].lower(), (after["second"] or "").lower()
    is_glued = after.start("unit") == match.end() and word[0].isalpha()
    if word in UNIT_OF and not (word == "m" and match["scale"]):
        return UNIT_OF[word]
    if is_glued and not match["scale"]:
        return None
    if len(second) > 1 and word not in stop_words() and UNIT_OF.get(second) in (*SPANS, "month"):
        return UNIT_OF[second]  # 20 working days
    return THING if len(word) >= SHORTEST and word not in stop_words() | LINKS else ""


def currencies(text: str) -> set[str]:
    """The currencies that a text names, in words or signs."""
    return {
        UNIT_OF[word]
        for word in re.findall(r"[€$£]|[^\W\d_]+", text.lower())
        if UNIT_OF.get(word) in MONEY and not word.startswith("livre")
    }


def rates(text: str, loose: bool = False) -> set[str]:
    """What its figures are counted by: "year" for par an, per year, annual; "tonne" for €/t.

    `loose`: also "a year", and each measure that the text names at all.
    """
    text = in_digits(text)
    matches = [*RATE.finditer(text), *(A_UNIT.finditer(text) if loose else PRICE.finditer(text))]
    found = {
        UNIT_OF.get(match["unit"].lower(), "")
        for match in matches
        if len(match["unit"]) > 1 or match[0][0] == "/"
    }
    said = re.findall(r"\w+", text.lower())
    found |= {PERIODS[word] for word in said if word in PERIODS}
    if loose:
        found |= {UNIT_OF[word] for word in said if len(word) > 1 and word in UNIT_OF} - TIME
    return found - {"", "%", "point", "cent", *MONEY}
