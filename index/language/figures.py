"""A text's amounts, shares and days as terms that are the same however they are written, in French and in English. Pure."""

import re

from index.language.dates import resolve_dates

NUMBER = r"(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+(?:[.,]\d+)?)"
SCALED = re.compile(
    rf"(?<![\w.,]){NUMBER}[ \u00a0\u202f-]?"
    r"(?:(?P<e3>k|mille|thousand)|(?P<e6>M|[Mm]illions?|m(?=[€$£]))|(?P<e9>[Mm]illiards?|Mds?|[Bb]illions?|bn))(?=\s?[€$£]|\b)"
)
SHARE = re.compile(rf"(?<![\w.,]){NUMBER}\s?(?:%|pour[ -]?cent\b|per ?cent\b)")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
ANY_YEAR = "2000"  # a leap year, to read days that have none


def figures(text: str, date: str = "") -> list[str]:
    """The terms of a text: "1500000" for 1,5 million; "30%"; "2023-03-30", "2023-03" and "--03-30" for a day (ISO 8601).

    `date` is the document's, by which a day without a year gets one; without it, such a day gives "--03-30" alone.
    """
    found = [
        str(round(_value(match["number"]) * 10 ** int(match.lastgroup[1:])))
        for match in SCALED.finditer(text)
    ]
    found += [f"{_value(match['number']):g}%" for match in SHARE.finditer(text)]
    for start, end, day in resolve_dates(text, date or ANY_YEAR):
        if date or YEAR.search(text, start, end):
            found += [day[:7], day] if len(day) == 10 else [day]
        if len(day) == 10:
            found.append(f"-{day[4:]}")
    return found


def _value(number: str) -> float:
    return float(re.sub(r"\s", "", number).replace(",", "."))
