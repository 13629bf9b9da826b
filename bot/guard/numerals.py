"""Numbers written in words, shares and multiples as digits, in French and in English. Pure.

Promise: what says the same number reads the same afterwards: "un producteur sur cinq", "one in five" and "20 %"; "un an et demi" and
"1.5 an"; "une vingtaine", "twenty" and "20". A scale word (million, milliard) stays a word behind its number.
"""

import re

from text_to_num import alpha2digit

from index.language.detect import language_of

SCALE_WORDS = re.compile(r"\b(millions?|milliards?|billions?|trillions?|thousand|mille)\b", re.I)
KEPT = re.compile(
    r"(?<=\d[ -])cents?\b|\b(?:secondes|seconds|thousands|hundreds)\b", re.I
)  # what is no number here
SIGNS = (
    (r"\b(avec|à|par|chez|entre|auprès d['’]) ?un tiers\b(?! d)", r"\1 tiers"),
    (r"(?<=\d)[ \u00a0\u202f]?Mt\b", " millions tonnes"),
    (r"(?<=\d)[ \u00a0\u202f]?kt\b", " mille tonnes"),
    (r"(?<=\d)[ \u00a0\u202f]?Mhl\b", " millions hl"),
    (r"\b[mM][èe]tres? carrés?\b|\b[sS]quare met(?:re|er)s?\b", "m²"),
    (r"\b[mM][èe]tres? cubes?\b|\b[cC]ubic met(?:re|er)s?\b", "m³"),
    (r"\b[zZ][eé]ro-", "zero "),
    (r"\bdécadaires?\b", "10 jours"),
    (r"\b[sS]econde?\b(?! ?['’]|[- ]hand)", "2e"),
    (r"\b[tT]hird(?=[- ](?:part|countr))|\b[sS]econd[- ]hand", ""),
    (r"\b[pP]ercentage points?\b|\bpoints? de pourcentage\b", "points"),
)
GROUPS = {
    "dizaine": 10,
    "douzaine": 12,
    "dozen": 12,
    "quinzaine": 15,
    "vingtaine": 20,
    "trentaine": 30,
    "quarantaine": 40,
    "cinquantaine": 50,
    "soixantaine": 60,
    "centaine": 100,
    "millier": 1000,
}
HALVED = r"\bdivis\w+ (?:[\w'’]+ ){0,3}par (?:deux|2)\b|\b(?:deux|2) fois moins\b"  # half of it, not twice
PARTS = {
    "tiers": 3,
    "third": 3,
    "quart": 4,
    "quarter": 4,
    "cinquième": 5,
    "fifth": 5,
    "sixième": 6,
    "sixth": 6,
    "huitième": 8,
    "eighth": 8,
    "dixième": 10,
    "tenth": 10,
}
HOW_MANY = {
    "un": 1,
    "a": 1,
    "one": 1,
    "deux": 2,
    "two": 2,
    "trois": 3,
    "three": 3,
    "quatre": 4,
    "four": 4,
    "sept": 7,
    "seven": 7,
    "neuf": 9,
    "nine": 9,
}
# "a third party", "un tiers de confiance" and the first half of a year are no shares.
PART = re.compile(
    rf"\b({'|'.join(HOW_MANY)}|le(?= \w+ d(?:e |es |['’])))[ -]({'|'.join(PARTS)})s?\b(?! (?:part(?:y|ie)|countr|person|reading|time|year|meeting|session|edition|generation|phase|stage|round|wave|report|text|act\b|bill|revision|package|amendment|extension|deadline|postponement|hearing|pillar|option|condition|question|request|measure|letter|tranche|article|directive|regulation|consultation|category|alternative|attempt|term|study|survey|law|reform|plan|delay|version|draft|rang|place|largest|biggest|most\b|highest|trimestre|de confiance|d['’]heure))",
    re.I,
)
HALF_YEAR = re.compile(
    r"\b(?:first|second|latter|last|1st|2nd|2e) half\b(?: of(?: the)?(?: year)?)?|\bhalf[- ]year\w*",
    re.I,
)
HALF = re.compile(
    rf"\b(?:(?:la|de|à|sa|leur|pour|moins de la|plus de la) )?moitié\b|\b(?:(?:one|by|in) )?(?<!and a )half\b(?![- ](?:an?\b|hour|day|time|way|million|billion|dozen|term|as\b))(?: of\b)?"
    rf"|\bhalv(?:e|es|ed|ing)\b|{HALVED}|\bhalf as (?:much|many)\b",
    re.I,
)
WHOLE = r"(2|3|4|5|6|7|8|9|10|12|20|100)\b(?![.,]?\d| ?(?:%|€|ans?\b|mois|jours|years?|months?|days|millions?|milliards?|billions?|kilom|km\b|mètre|hectare|sites?\b|pays\b|countries))"
ONE_OF = re.compile(
    rf"\b(\d+)(?:((?: (?!sur\b|%|€)[^\W\d_][\w'’-]*){{0,5}}) (?:sur|in every|out of(?: every)?)| in|(?<=\b1)((?: [a-z-]+){{1,3}}) in) {WHOLE}"
)
OF_TEN = re.compile(
    rf"(?:^|[,;:.] )(?:sur|of|of every|out of) {WHOLE}( [^,.\d]{{1,40}}), (\d+)\b", re.I
)
WITH_HALF = re.compile(
    r"\b(\d+) ((?:millions?|milliards?|billions?|ans?|années?|mois|years?|months?|hours?|heures?|points?) )?(?:et demie?|and a half)(?: (years?|months?|hours?|billions?|millions?))?\b",
    re.I,
)


def in_digits(text: str) -> str:
    """The text with its number words, shares (as percentages) and round numbers in digits."""
    text = re.sub(
        r"\b(?:les|des|ces|nos|both|the) (?:deux|two) (?!tiers|third|premi|derni|first|last|next|proch|mill|cent|hundred|thousand|ans\b|années|mois|jours|semaines|heures|years|months|weeks|days|hours)|\b(?-i:Vingt-Sept)\b",
        "",
        text,
        flags=re.I,
    )
    text = re.sub(
        r"\b([01]?\d|2[0-3]):([0-5]\d)\b",
        lambda time: f"{time[1]} h" + (f" {time[2]}" if int(time[2]) else ""),
        text,
    )  # 22:00
    text = re.sub(r"\b(\w+)-and-a-half-(year|month|hour|day)\b", r"\1 \2s and a half", text)
    for sign, words in SIGNS:
        text = re.sub(sign, words, text)
    text = re.sub(r"\b([dl]|qu)['’](une?)\b", r"\1e \2", text)
    text = re.sub(
        r"\b([a-z]+(?<!watt)|\d+)-(year|month|week|day|hour|decade|euro|dollar|kilometre|metre)s?\b",
        r"\1 \2",
        text,
        flags=re.I,
    )
    text = re.sub(r"\b(under|over)[- ](\d\d)s\b", r"\1 \2 years", text, flags=re.I)
    text = re.sub(r"\b(20\d\d) ?[-–/] ?(\d\d)\b(?![-–/]?\d)", r"\1 / 20\2", text)  # 2025-26
    text = re.sub(r"\ban? (decade|century|fortnight)\b", r"1 \1", text, flags=re.I)
    text = re.sub(r"\ban? (year|month|week|day|hour) and a half\b", r"1.5 \1", text, flags=re.I)
    text = re.sub(r"\bhalf a year\b", "6 months", text, flags=re.I)
    text = re.sub(
        r"\bhalf an? (million|billion)\b|\b(?:un|d['’]un|le) demi[- ](million|milliard)\b",
        lambda match: f" 0.5 {match[1] or match[2]}",
        text,
        flags=re.I,
    )
    text = re.sub(r"\b(?:half a dozen|(?:une|la) demi-douzaine)\b", " 6 ", text, flags=re.I)
    text = re.sub(
        rf"\b(?:une|un|a|the|cette|la|two|deux) (?:petite |bonne |good )?({'|'.join(GROUPS)})\b(?: (?:of|de)\b|\s+d['’])?",
        lambda match: f" {GROUPS[match[1].lower()]} ",
        text,
        flags=re.I,
    )
    text = HALF.sub(" 50 % ", HALF_YEAR.sub(" ", text))
    text = PART.sub(
        lambda match: _share(HOW_MANY.get(match[1].lower(), 1), PARTS[match[2].lower()]), text
    )
    text = re.sub(r"\bpour[ -]?cent\b|\bper[ -]?cents?\b", " % ", text, flags=re.I)
    text = re.sub(
        r"\b(\d+) (?:points de base|basis points)\b",
        lambda match: f"{int(match[1]) / 100:g} points",
        text,
    )
    for _ in range(2):
        text = re.sub(
            r"(\d),(\d{3})\b", r"\1\2", text
        )  # 42,000 and 1,500,000; a decimal comma has other company
    kept = SCALE_WORDS.sub(lambda match: f"zz{match[0]}", KEPT.sub(r"zz\g<0>", text))
    kept = alpha2digit(
        kept.replace("\u00a0", " ").replace("\u202f", " "), language_of(text), 0
    ).replace("zz", "")
    kept = WITH_HALF.sub(lambda match: f"{match[1]}.5 {match[2] or match[3] or ''}", kept)
    return OF_TEN.sub(_of_ten, ONE_OF.sub(_one_of, kept))


def _one_of(match: re.Match) -> str:
    part, whole = int(match[1]), int(match[4])
    return f"{_share(part, whole)}{match[2] or match[3] or ''}" if 0 < part < whole else match[0]


def _of_ten(match: re.Match) -> str:
    return (
        f"{_share(int(match[3]), int(match[1]))}{match[2]}"
        if 0 < int(match[3]) < int(match[1])
        else match[0]
    )


def _share(part: int, whole: int) -> str:
    return f" {100 * part / whole:.4g} % "
