"""Numbers in French and English: digits, words, amounts, shares and units. Owns text2num. Pure.

Promise: what says the same number reads the same, however it is written and in either language.
Everything here works on text as written.
"""

import re
from collections.abc import Iterator, Mapping

from index.language import lists
from index.language.dates import resolve_dates
from index.language.detect import language_of

NUMBER = (
    # Six groups at most, or a table of three-digit cells would be read from each of its cells.
    r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,6}(?!\d)(?:,\d+)?"  # 1 500,5
    r"|\d{1,3}(?:,\d{3}){1,6}(?!\d)(?:\.\d+)?"  # 1,500.5
    r"|\d+(?:[.,]\d+)?)"
)
"""A number in digits, as the pattern of a group; `number_value` reads it."""
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?!\d|[.,]\d)")

UNITS: Mapping[str, frozenset[str]] = {
    unit: frozenset(words) for unit, words in lists.table("numbers.units").items()
}
"""The sign of each unit -> its words, in small letters."""
UNIT_OF = lists.key_of("numbers.units")
SCALE_OF = {word: 10 ** int(power) for word, power in lists.key_of("numbers.scales").items()}
"""Each word of a power of ten ("million") -> that power."""
SCALE_SIGNS = {
    sign: 10 ** int(power) for sign, power in lists.key_of("numbers.scale_signs").items()
}
"""The same for its signs: k, M, Md, bn."""

PERCENT = lists.forms("numbers.percent")
SCALED = re.compile(
    rf"(?<![\w.,])(?P<number>{NUMBER})[ \u00a0\u202f-]?"
    # "30 m" is a height, "m€" is not.
    rf"(?:(?i:(?P<word>{'|'.join(SCALE_OF)}))|(?P<sign>{'|'.join(SCALE_SIGNS)})|m(?=[€$£]))"
    r"(?=\s?[€$£]|\b)"
)
SHARE = re.compile(rf"(?<![\w.,])(?P<number>{NUMBER})\s?(?:%|(?i:{PERCENT})\b)")
BLANK = r"[ \u00a0\u202f]"
OF = lists.forms("numbers.of")
UNIT = rf"(?:[%€$£]|(?i:{'|'.join(sorted(map(re.escape, UNIT_OF), key=len, reverse=True))})(?!\w))"
MEASURE = re.compile(
    rf"(?P<before>(?<![\w.,])[€$£]{BLANK}?)?(?<![\w.,/°-]){NUMBER}"
    rf"(?:{BLANK}|-)?(?P<scale>(?i:{'|'.join(SCALE_OF)})\b|(?:{'|'.join(SCALE_SIGNS)})\b)?"
    rf"(?:{BLANK}|-)?(?P<unit>(?i:d['’]|{OF}{BLANK})?{UNIT})?"
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
ANY_YEAR = "2000"  # a leap year, to read days that have none


def number_value(written: str, thousands: bool = True) -> float:
    """The value of a number in digits: "1 500,5", "1,500.5" and "1500.5" are one.

    Three digits behind one mark are thousands ("1,500"), or decimals where `thousands` is false: so
    before a scale word or a percent sign ("1,125 milliard").
    """
    plain = re.sub(r"\s", "", written)
    if re.fullmatch(rf"\d{{1,3}}(?:[.,]\d{{3}}){{{1 if thousands else 2},}}", plain):
        return float(re.sub("[.,]", "", plain))
    *groups, last = re.split("[.,]", plain)
    return float(f"{''.join(groups)}.{last}" if groups else last)


def join_groups(text: str) -> str:
    """The text with the grouped digits of whole numbers joined: "232 000" -> "232000"."""
    return GROUPED.sub(lambda match: re.sub(r"\D", "", match[0]), text)


def figure_terms(text: str, date: str = "") -> list[str]:
    """The index terms of a text's amounts, shares and days.

    "1500000" for 1,5 million; "30%"; "2023-03-30", "2023-03" and "--03-30" for a day (ISO 8601).
    `date` is the document's, by which a day without a year gets one; without it, such a day gives
    "--03-30" alone.
    """
    return [*_amounts(text), *_shares(text), *_days(text, date)]


def measures(text: str) -> list[tuple[int, int]]:
    """Where the text has a number with a unit, a scale or the sign of a currency: (start, end)."""
    return [
        (match.start(), match.start() + len(match[0].rstrip(" \u00a0\u202f-")))
        for match in MEASURE.finditer(text)
        if match["before"] or match["scale"] or match["unit"]
    ]


def scaled_value(match: re.Match[str]) -> float:
    """The value of a match of SCALED: 12 500 000 for "12,5 M"."""
    scale = SCALE_OF.get((match["word"] or "").lower()) or SCALE_SIGNS[match["sign"] or "M"]
    return float(number_value(match["number"], thousands=False) * scale)


def _amounts(text: str) -> Iterator[str]:
    for match in SCALED.finditer(text):
        yield str(round(scaled_value(match)))


def _shares(text: str) -> Iterator[str]:
    for match in SHARE.finditer(text):
        yield f"{number_value(match['number'], thousands=False):g}%"


def _days(text: str, date: str) -> Iterator[str]:
    for start, end, day in resolve_dates(text, date or ANY_YEAR):
        is_day = len(day) == len("2023-03-30")
        if date or YEAR.search(text, start, end):
            yield from (day[:7], day) if is_day else (day,)
        if is_day:
            yield f"-{day[4:]}"


# Number words -> digits ------------------------------------------------------------------------

# What text2num would read and should not.
SCALE_WORDS = re.compile(rf"\b({'|'.join(SCALE_OF)})\b", re.I)
KEPT = re.compile(
    rf"(?<=\d[ -]){lists.forms('numbers.units.cent')}\b|\b{lists.forms('numbers.no_numbers')}\b",
    re.I,
)
BOTH = re.compile(
    rf"\b{lists.forms('numbers.both')} (?!{lists.forms('numbers.no_both_before')})", re.I
)
TIME = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b")
OF_TWELVE = re.compile(r"\b(1[0-2]|[1-9])(?::([0-5]\d))? ?([ap])\.?m\b", re.I)
# Words of a number around that of a power of ten: "mille", "a thousand", "1 million 500 mille".
ONE_SCALE = re.compile(rf"(?:\ban? |(?<![\d,.][ -])\b(?=mille))(?={'|'.join(SCALE_OF)}\b)", re.I)
ADDED = re.compile(
    rf"(?<![\d.,])(\d{{1,3}}) ({'|'.join(SCALE_OF)}) (?:(?:and )?(?=\d\d?\b))?(\d{{1,3}})"
    rf"(?: ({'|'.join(SCALE_OF)}))?\b(?![.,]?\d| ?%)",
    re.I,
)
SCHOOL_YEAR = re.compile(r"\b(20\d\d) ?[-–/] ?(\d\d)\b(?![-–/]?\d)")  # 2025-26
REWRITTEN = [
    (re.compile(form, re.I), reading)
    for reading, forms in lists.table("numbers.rewritten").items()
    for form in forms
]
GROUPS = lists.key_of("numbers.groups")
GROUP = re.compile(
    rf"\b{lists.forms('numbers.group_articles')} (?:{lists.forms('numbers.group_adjectives')} )?"
    rf"({'|'.join(GROUPS)})\b(?: {lists.forms('numbers.of')}\b|\s+d['’])?",
    re.I,
)
HALVED = rf"\b{lists.forms('numbers.halved')}"
HALF_YEAR = re.compile(rf"\b{lists.forms('numbers.half_years')}", re.I)
NO_HALF = lists.forms("numbers.no_half_before")
HALF = re.compile(rf"\b{lists.forms('numbers.halves', no_half=NO_HALF)}|{HALVED}", re.I)
PARTS = {word: int(number) for word, number in lists.key_of("numbers.parts").items()}
NUMERATORS = {word: int(number) for word, number in lists.key_of("numbers.numerators").items()}
PART = re.compile(
    rf"\b({'|'.join(NUMERATORS)}|{lists.forms('numbers.the_part')})[ -]({'|'.join(PARTS)})s?\b"
    rf"(?! {lists.forms('numbers.no_part_before')})",
    re.I,
)
BASIS_POINTS = re.compile(rf"\b(\d+) {lists.forms('numbers.basis_points')}\b")
WHOLE = (
    r"(?P<whole>2|3|4|5|6|7|8|9|10|12|20|100)\b"
    rf"(?![.,]?\d| ?(?:%|€|{lists.forms('numbers.no_whole_before')}))"
)
ONE_IN = lists.forms("numbers.one_in")
ONE_OF = re.compile(
    r"\b(?P<part>\d+)(?:"
    rf"(?P<what>(?: (?!{lists.forms('numbers.out_of', 'fr')}\b|%|€)[^\W\d_][\w'’-]*){{0,5}})"
    rf" {lists.forms('numbers.out_of')}"
    rf"| {ONE_IN}"
    rf"|(?<=\b1)(?P<one>(?: [a-z-]+){{1,3}}) {ONE_IN}"
    rf") {WHOLE}"
)
OF_TEN = re.compile(
    rf"(?:^|[,;:.] ){lists.forms('numbers.of_the_whole')} {WHOLE}"
    r"(?P<what> [^,.\d]{1,40}), (?P<part>\d+)\b",
    re.I,
)
WITH_HALF = re.compile(
    rf"\b(\d+) ({lists.forms('numbers.with_half')} )?{lists.forms('numbers.and_a_half')}"
    rf"(?: ({lists.forms('numbers.with_half', 'en')}))?\b",
    re.I,
)


def in_digits(text: str) -> str:
    """The text with its number words, shares (as percentages) and round numbers in digits.

    "Un producteur sur cinq", "one in five" and "20 %" read the same, so do "un an et demi" and
    "1.5 an", "une vingtaine" and "20". A scale word (million) stays a word behind its number.
    """
    text = TIME.sub(_hours, OF_TWELVE.sub(_of_the_day, BOTH.sub("", text)))
    for form, reading in REWRITTEN:
        text = form.sub(reading, text)
    text = SCHOOL_YEAR.sub(r"\1 / 20\2", text)
    text = GROUP.sub(lambda match: f" {GROUPS[match[1].lower()]} ", text)
    text = HALF.sub(" 50 % ", HALF_YEAR.sub(" ", text))
    text = PART.sub(_part, text)
    text = re.sub(rf"\b{PERCENT}\b", " % ", text, flags=re.I)
    text = BASIS_POINTS.sub(lambda match: f"{int(match[1]) / 100:g} points", text)
    for _ in range(2):  # 42,000 and 1,500,000; a decimal comma has other company
        text = re.sub(r"(\d),(\d{3})\b", r"\1\2", text)
    text = ADDED.sub(_added, ONE_SCALE.sub("1 ", _words_in_digits(text)))
    text = WITH_HALF.sub(lambda match: f"{match[1]}.5 {match[2] or match[3] or ''}", text)
    return OF_TEN.sub(_of_a_whole, ONE_OF.sub(_of_a_whole, text))


def _words_in_digits(text: str) -> str:
    from text_to_num import alpha2digit

    hidden = SCALE_WORDS.sub(r"zz\g<0>", KEPT.sub(r"zz\g<0>", text))
    plain = hidden.replace("\u00a0", " ").replace("\u202f", " ")
    return str(alpha2digit(plain, language_of(text), 0)).replace("zz", "")


def _hours(time: re.Match[str]) -> str:
    return f"{time[1]} h" + (f" {time[2]}" if int(time[2]) else "")


def _of_the_day(time: re.Match[str]) -> str:
    return f"{int(time[1]) % 12 + 12 * (time[3] in 'pP')}:{time[2] or '00'}"


def _added(match: re.Match[str]) -> str:
    scale, tail = SCALE_OF[match[2].lower()], SCALE_OF[match[4].lower()] if match[4] else 1
    return f"{int(match[1]) * scale + int(match[3]) * tail}" if tail < scale else match[0]


def _part(match: re.Match[str]) -> str:
    return _share(NUMERATORS.get(match[1].lower(), 1), PARTS[match[2].lower()])


def _of_a_whole(match: re.Match[str]) -> str:
    part, whole = int(match["part"]), int(match["whole"])
    what = next(filter(None, (match.groupdict().get(name) for name in ("what", "one"))), "")
    return f"{_share(part, whole)}{what}" if 0 < part < whole else match[0]


def _share(part: int, whole: int) -> str:
    return f" {100 * part / whole:.4g} % "
