"""A text as words, values and marks, to be compared token by token, in French and in English. Pure.

Promise: figures and dates are the same token however they are written; two forms of a word that
differ in person or number are the same word, another tense is not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from index.language import lists
from index.language.dates import MONTH_NAMES, resolve_dates
from index.language.fold import fold
from index.language.numbers import ANY_YEAR, SCALE_OF, SCALE_SIGNS, UNIT_OF, in_digits, number_value
from index.language.numbers import NUMBER as DIGITS

FORMS = {form: entry for entry in lists.entries("guard.inflected") for form in entry.split()}
# Ends of one word in another number, gender or person of the present; not of another tense.
ENDS = tuple(
    frozenset(ends.split(","))
    for ends in (",s,e,es,x", "e,es,ent,ons,te,le", "t,s,ent,ons", ",ons,ent,s", "y,ies", "al,aux")
)
ALIKE = 3  # letters that two forms of one word have in common at least
STOPS = frozenset(".;?")
SAME = {"n": "ne", "au": "a", "aux": "a", "cannot": "not", "qu": "que", "jusqu": "jusque"}
SCALES = SCALE_OF | SCALE_SIGNS
MORE = re.compile(rf"\b{lists.forms('guard.more')}\b", re.I)
SLASHED = re.compile(r"(?<![\d/])(\d\d?)/(\d\d?)(?![\d/])")
TOKEN = re.compile(
    r"§(?P<date>[a-z])§|(?P<sign>[€$£]|\b(?:EUR|USD|GBP)\b(?=\s\d))"
    rf"|(?<![^\W\d_])(?P<number>{DIGITS})(?:[ \u00a0\u202f-]?"
    rf"(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))}|m(?=[€$£]))(?=[\s€$£.,;:)-]|$))?"
    r"|(?P<elided>(?:[ldjmnstc]|qu|jusqu|lorsqu|puisqu)'(?=\w))|(?P<unit>%|°C)|(?P<of>'s\b)"
    r"|(?P<word>aujourd'hui|[^\W_]\w*)|(?P<line>\n\s*(?:[-•*–·]\s|\d{1,2}[.)]\s)?)"
    r"|(?P<stop>(?<![.!?…])[.!?…]+(?=[\s»”\")]|$)|;)|(?P<mark>[,:()\[\]]|(?<=\s)[–—-](?=\s)|—)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Token:
    """A word, value or mark; `key` is what it is compared by and `said` how it is written."""

    key: str
    said: str
    is_value: bool = False
    is_mark: bool = False

    def is_same(self, other: "Token") -> bool:
        """Is it the same word but for its person and number?"""
        if self.is_value or other.is_value:
            return self.key == other.key
        return (self.key == other.key and self.said[-1] == other.said[-1]) or _is_one_word(
            self.said, other.said
        )


@lru_cache(maxsize=50_000)
def _is_one_word(one: str, two: str) -> bool:
    if one == two or FORMS.get(one, one) == FORMS.get(two, two):
        return True
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
    return any({one[at:], two[at:]} <= ends for at in range(ALIKE, common + 1) for ends in ENDS)


@lru_cache(maxsize=256)
def tokens(text: str) -> Sequence[Token]:
    """The words, values and marks of a text."""
    text = SLASHED.sub(_dated, text.replace("’", "'"))
    dates = resolve_dates(text, ANY_YEAR)
    for place in range(len(dates) - 1, -1, -1):
        start, end, _ = dates[place]
        text = f"{text[:start]}§{chr(97 + place % 26)}§{text[end:]}"
    found: list[Token] = []
    sign: list[Token] = []  # of a currency before its number
    counted = False  # behind a number
    # What reads "more than half" as 50 % must not see the "more".
    text = in_digits(MORE.sub(r"zz\g<0>", text))
    for match in TOKEN.finditer(re.sub(r"\bzz(?=[a-z])", "", text)):
        kind = "number" if match["number"] else str(match.lastgroup)
        said = match[0].casefold()
        key = str(fold(said)).rstrip("'")  # of an elided word
        if kind == "date":
            found.append(Token(dates[ord(said[1]) - 97][2], said, is_value=True))
        elif kind == "number":
            scale = SCALES.get(match["scale"] or "", 10**6 if match["scale"] else 1)
            value = number_value(match["number"]) * scale
            found += [Token(f"{value:.12g}", said, is_value=True), *sign]
            sign = []
        elif kind in ("sign", "unit") or (counted and said in UNIT_OF):
            unit = Token(UNIT_OF[said], said, is_value=True)
            found += [unit] if counted or kind != "sign" else []
            sign = [unit] if kind == "sign" and not counted else []
        elif kind in ("line", "stop", "mark"):
            if kind != "line" or (found and found[-1].key not in STOPS | {":"}):
                mark = said if kind == "mark" or said == ";" else "?" if "?" in said else "."
                found.append(Token(mark, said, is_mark=True))
        elif not (counted and key in {"d", "de"}):
            found.append(Token(SAME.get(key, key), said.rstrip("'")))
        counted = kind == "number" or (counted and key in {"d", "de"})
    return found


def _dated(match: re.Match[str]) -> str:
    """30/09 with its month as a word."""
    if 0 < int(match[1]) < 32 and 0 < int(match[2]) < 13:
        return f"{match[1]} {MONTH_NAMES['fr'][int(match[2]) - 1]}"
    return match[0]
