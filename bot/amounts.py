"""The figures of a sentence that can be compared with another's: values, counts, deadlines. Pure.

Promise: two amounts are the same only with value and unit, however both are written (six months
are half a year); what counts something has the counted noun for its unit; a year alone, an ordinal
and a day that is no deadline are none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.language import lists
from index.language.dates import resolve_dates
from index.language.figures import AFTER, MEASURES, NUMBER, ORDINAL, SCALES
from index.language.fold import fold
from index.language.numbers import SCALE_OF, UNIT_OF, in_digits, number_value
from index.language.subject import content_words
from index.language.words import stem, stop_words

DEADLINE_UNIT = "deadline"
CELL = " | "
AROUND = 45  # characters around a figure that say what it is of
DEADLINE = re.compile(
    rf"(?:\b|(?<='))(?:{lists.forms('stale.deadlines')})(?:\s{lists.forms('stale.the')}|\sl')*\s*$"
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True)
class Amount:
    """A value in its unit, how it is written, and the stems of the words around it.

    `unit`: of index.language.numbers, "of " and the stem of what is counted, or DEADLINE_UNIT,
    whose value is an ISO date. In a table's row the first cell says what is counted.
    """

    value: float | str
    unit: str
    written: str
    beside: frozenset[str] = frozenset()

    def is_same(self, other: "Amount") -> bool:
        """Do both say the same? Of two dates the one may be the more exact."""
        if isinstance(self.value, str) and isinstance(other.value, str):
            exact = min(len(self.value), len(other.value))
            return self.value[:exact] == other.value[:exact]
        return (self.value, self.unit) == (other.value, other.unit)


def amounts(text: str, language: str, date: str = "") -> list[Amount]:
    """What can be compared of a sentence in `language`, of a document of this `date`."""
    plain, found = text, list[Amount]()
    for start, end, day in resolve_dates(text, date):
        if DEADLINE.search(str(fold(text[:start]))):
            found.append(Amount(day, DEADLINE_UNIT, text[start:end]))
        plain = f"{plain[:start]}{' ' * (end - start)}{plain[end:]}"
    for match in YEAR.finditer(plain):
        if DEADLINE.search(str(fold(plain[: match.start()]))):
            found.append(Amount(match[0], DEADLINE_UNIT, match[0]))
    return [*_figures(in_digits(plain), language), *found]


def _figures(text: str, language: str) -> Iterator[Amount]:
    """The figures of a text whose number words are digits."""
    first_cell = text.partition(CELL)[0] if CELL in text else ""
    counted = _noun(first_cell, language)
    for match in NUMBER.finditer(text):
        after = AFTER.match(text, match.end())
        unit = _unit(match, after, language)
        if not unit and match.start() > len(first_cell):  # "Places en BTS | 3 000 | 5 000"
            unit, after = counted, None
        is_year = YEAR.fullmatch(match["number"]) is not None and unit.startswith("of ")
        if not unit or is_year or (not match["scale"] and ORDINAL.match(text, match.end())):
            continue
        value = number_value(match["number"], thousands=not match["scale"])
        value *= SCALES.get(match["scale"] or "", 1)
        if value == 1 and unit.startswith("of "):  # "un fonds": an article
            continue
        if unit in MEASURES:
            times, unit = MEASURES[unit]
            value *= times
        end = after.end("unit") if after and not match["before"] else match.end()
        near = f"{text[max(0, match.start() - AROUND) : match.start()]} {text[end : end + AROUND]}"
        written = " ".join(text[match.start() : end].split())
        yield Amount(round(value, 4), unit, written, _stems(first_cell or near, language))


def _unit(match: re.Match[str], after: re.Match[str] | None, language: str) -> str:
    """The unit of a number, or "of " and the stem of what it counts; "" for neither."""
    if match["before"]:
        return UNIT_OF[match["before"].strip().lower()]
    if after is None:
        return ""
    word = str(fold(after["unit"]))
    if unit := UNIT_OF.get(after["unit"].lower()) or UNIT_OF.get(word):
        return unit
    is_noun = len(word) > 3 and word not in stop_words() and word not in SCALE_OF
    return f"of {stem(word, language)}" if is_noun else ""


def _noun(first_cell: str, language: str) -> str:
    """What a table's row counts, by the first word of its first cell, as `_unit`; "" for none."""
    found = next((word for word in content_words(first_cell) if word.isalpha()), "")
    return f"of {stem(found, language)}" if len(found) > 3 else ""


def _stems(text: str, language: str) -> frozenset[str]:
    return frozenset(
        stem(word, language)
        for word in content_words(text)
        if word.isalpha() and len(word) > 2 and word not in UNIT_OF and word not in SCALE_OF
    )
