"""Which figures of a claim its quotes do not say. Pure.

Promise: besides what is said, only a difference, a multiple or a share of two of the quotes' figures is taken for said.
"""

from collections.abc import Iterator, Set

from bot.guard.figures import COUNTED, THING, Figure
from index.language.numbers import UNITS


def unsaid(claimed: Set[Figure], stated: Set[Figure]) -> list[Figure]:
    """The figures of a claim that are not stated, in a fixed order."""
    return sorted((figure for figure in claimed if not _is_said(figure, claimed, stated)), key=str)


def _is_said(figure: Figure, claimed: Set[Figure], stated: Set[Figure]) -> bool:
    if any(figure.is_same(other) for other in stated):
        return True
    if figure.unit in ("law", "on", "in"):
        return False
    if figure.unit == "year" and _years_apart(figure, claimed, stated):
        return True  # "en deux ans, de 2021 à 2023"
    if _left_out(figure, claimed, stated) or _follows(figure, claimed, stated):
        return True
    if figure.unit in ("times", "point", "%") or figure.unit in UNITS:
        return False
    # Two counted things may be called differently, where one of them is no known kind.
    unknown = ("", THING)
    return figure.value == 1 or any(
        figure.value == other.value
        and (figure.unit in unknown or other.unit in unknown)
        and other.unit in (*unknown, "point", *COUNTED.values())
        for other in stated
    )


def _left_out(figure: Figure, claimed: Set[Figure], stated: Set[Figure]) -> bool:
    """Is one of the two without a unit because it goes without saying: beside another figure of that unit, or as an age or the time of day?"""
    for other in stated:
        if figure.value == other.value and "" in (figure.unit, other.unit):
            unit, beside = (figure.unit, stated) if figure.unit else (other.unit, claimed)
            if (
                unit == "year"
                or unit == "hour"
                and figure.value <= 24
                or any(near.unit == unit for near in beside)
            ):
                return True
    return False


def _years_apart(figure: Figure, claimed: Set[Figure], stated: Set[Figure]) -> bool:
    years = [other for other in stated if not other.unit and 1900 <= other.value <= 2100]
    return any(
        later.value - earlier.value == figure.value and not {earlier, later}.isdisjoint(claimed)
        for earlier in years
        for later in years
    )


def _follows(figure: Figure, claimed: Set[Figure], stated: Set[Figure]) -> bool:
    """Is it what two stated figures of one unit, of which the claim says one, differ by, or how many times or what share of one the other is?"""
    values = {other.value for other in claimed}
    if (
        figure.unit == "times"
        and {Figure((figure.value - 1) * 100, "%"), Figure(figure.value, "")} & stated
    ):
        return True
    if any(
        other.unit == "times"
        and Figure(figure.value * other.value, figure.unit) in claimed & stated
        for other in stated
    ):
        return True  # "doubled to 50 %": from 25 %
    return any(
        _relates(figure, one, two)
        for one, two in _pairs(stated)
        if figure.unit == "times" or not values.isdisjoint((one.value, two.value))
    )


def _pairs(stated: Set[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """Each two figures of one unit that are no dates, the smaller first."""
    amounts = [
        figure
        for figure in stated
        if isinstance(figure.value, float)
        and figure.unit not in ("on", "in")
        and not (not figure.unit and 1900 <= figure.value <= 2100)
    ]
    yield from (
        (one, two)
        for one in amounts
        for two in amounts
        if one.unit == two.unit and 0 < one.value < two.value
    )


def _relates(figure: Figure, one: Figure, two: Figure) -> bool:
    difference = Figure(
        round(two.value - one.value, 4),
        "point" if one.unit == "%" and figure.unit == "point" else one.unit,
    )
    if figure.unit == "times":
        return two.value == figure.value * one.value
    if figure.unit == "%" and one.unit != "%":
        shares = one.value / two.value, 1 - one.value / two.value, two.value / one.value - 1
        return difference.is_same(figure) or any(
            f"{100 * share:.4g}" == f"{figure.value:.4g}" for share in shares
        )
    return difference.is_same(figure)
