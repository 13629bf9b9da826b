"""The amounts of two quotes and how the one became the other. Pure."""

import re

from index.language.lists import LANGUAGES
from index.language.numbers import NUMBER, SCALE_OF, SCALE_SIGNS, UNIT_OF, number_value
from index.language.subject import content_words
from index.language.words import stem, words

NEAR = 45  # characters around a figure that say what it is of
BLANK = r"[ \u00a0\u202f]"
AMOUNT = re.compile(
    rf"(?P<number>{NUMBER})(?:{BLANK}|-)?"
    rf"(?:(?P<scale>{'|'.join(SCALE_OF)})\b|(?P<sign>{'|'.join(SCALE_SIGNS)})(?={BLANK}?[€$£]))?"
    rf"{BLANK}?(?:d['e’] ?|of )?(?P<unit>[%€$£]|[^\W\d_]+)?",
    re.I,
)
SIGNS = {sign.lower(): scale for sign, scale in SCALE_SIGNS.items()}
CHANGE = {"fr": " ({now} au lieu de {then})", "en": " ({now} instead of {then})"}


def amounts(text: str) -> list[tuple[str, float, str]]:
    """The amounts of a text: their unit, value and how they are written. Years are none."""
    return [amount for amount, _ in _placed(text)]


def _placed(text: str) -> list[tuple[tuple[str, float, str], int]]:
    """The amounts of a text, and where each begins."""
    found = []
    for match in AMOUNT.finditer(text):
        unit = UNIT_OF.get((match["unit"] or "").lower(), match["unit"] or "")
        if unit in UNIT_OF.values() or unit in ("%", "€", "$", "£"):
            scale = SCALE_OF.get((match["scale"] or "").lower(), 1)
            scale *= SIGNS.get((match["sign"] or "").lower(), 1)
            value = number_value(match["number"], thousands=scale == 1) * scale
            found.append(((unit, value, match[0].strip()), match.start()))
    return found


def change_of(then: str, now: str, language: str) -> str:
    """The change of the one figure of a unit that each quote has; "" where there is no such.

    The words next to both figures must have one in common that is no unit.
    """
    older, newer = _placed(then), _placed(now)
    for (unit, value, written), place in newer:
        same = [(one, where) for one, where in older if one[0] == unit]
        if len(same) != 1 or sum(one[0] == unit for one, _ in newer) != 1:
            continue
        ((_, before, written_before), where) = same[0]
        if before != value and _around(then, where) & _around(now, place):
            return CHANGE[language].format(now=written, then=written_before)
    return ""


def _around(text: str, place: int) -> set[str]:
    """The stems of the words next to a figure, of its own sentence part."""
    near = text[max(0, place - NEAR) : place + NEAR]
    return stems(
        " ".join(
            word
            for word in content_words(near)
            if word.isalpha() and word not in UNIT_OF and word not in SCALE_OF
        )
    )


def stems(text: str) -> set[str]:
    """The stems of a text's words, by the rules of both languages."""
    return {stem(word, one) for word in words(text) for one in LANGUAGES}
