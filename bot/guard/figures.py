"""Which figures of a claim its quotes do not say. Pure.

Promise: a figure is said only with its value and its unit. Nothing is calculated, but for how many
times one quoted figure is another.
"""

import re
from collections.abc import Collection, Sequence

from index.language import lists
from index.language.dates import resolve_dates
from index.language.figures import (
    IN,
    LAW,
    MONEY,
    ON,
    THING,
    TIMES,
    Figure,
    currencies,
    day_figures,
    figures,
    rates,
)

SMALL_CHANGE = 999  # above it, a number without a unit may be a sum
GOES_WITHOUT_SAYING = frozenset({"year", "hour"})  # "à 62 ans" is "à 62", "à 7 h" is "at 7"
TEXTS = lists.forms("guard.texts")
OF_A_TEXT = re.compile(
    rf"\b(?:{TEXTS}\b[^.;,]{{0,40}}\s(?:of|du|de)|{lists.forms('guard.dated')})\s*$", re.I
)
ISSUED = re.compile(  # "our position, adopted on": before a day in full
    rf"\b{TEXTS}\b[^.;]{{0,30}}\b{lists.forms('guard.issued')}\w*\s+(?:\w+\s+){{0,2}}$", re.I
)
TEXT_BEHIND = re.compile(rf"\s+{TEXTS}\b", re.I)


def unsaid(claim: str, quotes: Sequence[tuple[str, str]]) -> str:
    """The first figure of the claim, in words, that none of its quotes says; "" if there is none.

    `quotes`: each text with the date of its document (ISO 8601, or ""): a claim may name the year
    of a text it cites, and its day where it speaks of the text.
    """
    dates = [date for _, date in quotes if date]
    claimed = figures(claim, dates[0] if dates else "")
    stated = {figure for text, date in quotes for figure in figures(text, date)}
    stated |= {figure for date in dates for figure in _of_the_text(claim, date)}
    for figure in sorted(claimed, key=str):
        if not _is_said(figure, claimed, stated):
            return str(figure)
    quoted = " \n".join(text for text, _ in quotes)
    named = currencies(quoted)
    if missing := currencies(claim) - (named or {"EUR"}):
        return min(missing)
    return next((f"per {unit}" for unit in sorted(rates(claim) - rates(quoted, True))), "")


def _is_said(figure: Figure, claimed: Collection[Figure], stated: Collection[Figure]) -> bool:
    if any(figure.is_same(other) for other in stated):
        return True
    if figure.unit == TIMES:
        return _is_a_multiple(figure, stated)
    if figure.unit in (LAW, ON, IN):
        return False
    return any(
        figure.value == other.value
        and (_is_a_sum(figure, other) or _may_be_in(figure.unit, other.unit, claimed, stated))
        for other in stated
    )


def _may_be_in(
    unit: str, stated_in: str, claimed: Collection[Figure], stated: Collection[Figure]
) -> bool:
    """May the claim's unit and the quote's be one, because one of them does not say it?"""
    unknown = ("", THING)
    if unit in unknown and stated_in in unknown:
        return True
    if "" in (unit, stated_in):
        known, beside = (unit, stated) if unit not in unknown else (stated_in, claimed)
        if known in GOES_WITHOUT_SAYING or any(near.unit == known for near in beside):
            return True
    return unit in unknown and stated_in not in (*MONEY, "%", *unknown)


def _is_a_sum(figure: Figure, other: Figure) -> bool:
    """Is it a large sum of which the claim or the quote leaves out the currency?"""
    one, two = (figure.unit, other.unit)
    return float(figure.value) > SMALL_CHANGE and (
        (one in ("", THING) and two in MONEY) or (one == "EUR" and not two)
    )


def _is_a_multiple(figure: Figure, stated: Collection[Figure]) -> bool:
    """Is one quoted figure so many times another, or so many times 100 % more?"""
    values = [
        (other.value, other.unit)
        for other in stated
        if isinstance(other.value, float) and other.unit not in (ON, IN)
    ]
    of = float(figure.value)
    return ((of - 1) * 100, "%") in values or any(
        unit == other and one and two == of * one for one, unit in values for two, other in values
    )


def _of_the_text(claim: str, date: str) -> set[Figure]:
    """What the claim may say of the date of a text it cites: the year; the day where it says that
    it is the text's ("the draft of 3 May"). Any other day in the claim is one of an event."""
    said = {Figure(float(date[:4]))}
    for start, end, day in resolve_dates(claim, date):
        issued = day == date and ISSUED.search(claim[:start])
        of_it = issued or OF_A_TEXT.search(claim[:start]) or TEXT_BEHIND.match(claim, end)
        if of_it and date.startswith(day):
            said |= day_figures(day, True)
    return said
