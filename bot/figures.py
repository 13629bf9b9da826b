"""A text's figures with their units, alike however they are written, in French and in English. Pure.

Promise: a figure of one text is found in another only with its value and its unit; a day only with its month.
"""

import re
from dataclasses import dataclass

from text_to_num import alpha2digit

from index.dates import MONTHS, resolve_dates
from index.describe import language_of

UNITS = {unit: frozenset(words.split()) for unit, words in {
    "%": "% percent", "point": "point points", "EUR": "€ euro euros eur", "USD": "$ dollar dollars usd", "GBP": "£ livre livres pound pounds sterling gbp",
    "cent": "centime centimes cents", "year": "an ans année années year years annual", "month": "mois month months",
    "week": "semaine semaines week weeks", "day": "jour jours day days", "hour": "heure heures hour hours", "minute": "minute minutes",
    "tonne": "tonne tonnes ton tons", "kg": "kg kilo kilos", "km": "km kilomètre kilomètres kilometre kilometres kilometer kilometers",
    "m": "mètre mètres metre metres meters m", "mile": "mille milles mile miles", "m2": "m² m2", "ha": "ha hectare hectares",
    "litre": "litre litres liter liters", "hl": "hectolitre hectolitres", "kWh": "kwh", "MWh": "mwh", "GWh": "gwh", "TWh": "twh",
    "kW": "kw", "MW": "mw", "GW": "gw", "dB": "décibel décibels decibel decibels", "°C": "°c degré degrés degree degrees",
}.items()}
UNIT_OF = {word: unit for unit, words in UNITS.items() for word in words}
COUNTED = {word: kind for kind, words in {
    "employee": "salarié salariés employee employees worker workers", "firm": "entreprise entreprises société sociétés company companies firm firms",
    "job": "emploi emplois poste postes job jobs", "inhabitant": "habitant habitants inhabitant inhabitants resident residents",
    "home": "logement logements home homes", "place": "place places", "bed": "lit lits bed beds", "region": "région régions region regions",
    "department": "département départements department departments", "proposal": "proposition propositions proposal proposals",
}.items() for word in words.split()}
SCALES = {"k": 10**3, "mille": 10**3, "thousand": 10**3, "million": 10**6, "millions": 10**6, "m": 10**6, "milliard": 10**9, "milliards": 10**9,
          "md": 10**9, "mds": 10**9, "billion": 10**9, "billions": 10**9, "bn": 10**9}
HALVED = r"\bdivis\w+ par deux\b|\bdeux fois moins\b"  # half of it, not twice
SHARES = ((r"\b(?:deux tiers|two[ -]thirds)\b", " 66.67 % "), (r"\b(?:trois quarts|three[ -]quarters)\b", " 75 % "),
          (r"\b(?:un|le) tiers\b|\b(?:a|one)[ -]third\b", " 33.33 % "), (r"\b(?:un|le) quart\b|\b(?:a|one)[ -]quarter\b", " 25 % "),
          (rf"\b(?:la|de) moitié\b|\bhalf (?:of|the|its|their)\b|\bby half\b|\bhalv(?:e|es|ed|ing)\b|{HALVED}|\bhalf as (?:much|many)\b", " 50 % "),
          (r"\bpour[ -]?cent\b|\bper[ -]?cents?\b", " % "))
TIMES = re.compile(r"\b(doubl\w+|twice|tripl\w+|(?:deux|two) (?:fois|times)|(?:multipli\w+ )?par (?:deux|trois)|(?:trois|three) (?:fois|times))\b", re.I)
SCALE_WORDS = re.compile(r"\b(millions?|milliards?|billions?|thousand|mille)\b", re.I)
NUMBER = re.compile(
    r"(?P<before>[€$£]|\bEUR |\bUSD |\bGBP )?(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:,\d+)?|\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    r"(?:[ \u00a0\u202f-]?(?P<scale>milliards?|millions?|billions?|mille(?!s)|thousand|bn|mds?|k|m)(?=[\s€$£.,;:)]|$))?", re.I)
AFTER = re.compile(r"[\s\u00a0\u202f-]*(?:d['’]|de |of |nouveaux |nouvelles |new )?(?P<unit>[%€$£]|m²|°C|[^\W\d_]+[²2]?)")
TO = re.compile(r"\s*(?:%|[€$£])?[ ,]*(?:à|et|to|and|ou|or|-|–|jusqu'à|and then)\s*[€$£]?\s*$")
LAW = re.compile(r"\b(\d{4}-\d{1,4})\b")
RATE = re.compile(r"(?:\b(?:par|per|chaque|each|every)\s+|/\s?)(?P<unit>[^\W\d_]+)\b", re.I)
LOOSE_RATE = re.compile(r"\b(?:a|an|la|le|l['’])\s*(?P<unit>[^\W\d_]+)\b", re.I)
PERIODS = {"annuel": "year", "annuelle": "year", "annual": "year", "annually": "year", "yearly": "year", "mensuel": "month", "mensuelle": "month",
           "monthly": "month", "hebdomadaire": "week", "weekly": "week", "daily": "day", "quotidien": "day", "quotidienne": "day"}


@dataclass(frozen=True)
class Figure:
    """A value in its unit: a member of UNITS, "law", "day" (of a month: 330 is 30 March), "month", "times", a counted kind or ""."""

    value: float | str
    unit: str

    def stands_in(self, figures: "set[Figure]") -> bool:
        """Is it one of the figures? Two counted things may be called differently, where one of them is no known kind."""
        loose = self.unit not in UNITS and self.unit not in ("law", "day", "month", "times")
        return self in figures or loose and any(
            self.value == other.value and (not self.unit or not other.unit) and other.unit in ("", *COUNTED.values()) for other in figures)

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}".strip() if isinstance(self.value, float) else self.value


def figures(text: str, date: str = "") -> set[Figure]:
    """The figures of a text, whose days without a year take it from `date`, its document's (ISO 8601)."""
    found, rest = set(), text
    for start, end, day in resolve_dates(text, date or "2000"):
        found |= _day(day, bool(date) or re.search(r"(?:19|20)\d\d", text[start:end]) is not None)
        rest = rest[:start] + " ; " + " " * (end - start - 3) + rest[end:]
    for match in re.finditer(r"\b(\d\d?)/(\d\d?)\b(?!/)", rest):
        if 1 <= int(match[2]) <= 12 and 1 <= int(match[1]) <= 31:
            found |= {Figure(float(int(match[2]) * 100 + int(match[1])), "day"), Figure(float(match[2]), "month")}
    found |= {Figure(float(MONTHS[match[0].lower()]), "month") for match in re.finditer(r"[^\W\d_]+", rest) if _is_month(match[0])}
    for match in LAW.finditer(rest):
        if not 1900 <= int(match[1][5:]) <= 2100:
            found.add(Figure(match[1], "law"))
    rest = _in_digits(LAW.sub(lambda match: match[0].replace("-", " - ") if Figure(match[0], "law") not in found else " ; ", rest))
    for match in TIMES.finditer(re.sub(HALVED, " ", text, flags=re.I)):
        found.add(Figure(3.0 if re.search(r"tripl|trois|three", match[1], re.I) else 2.0, "times"))
    return found | _numbers(rest)


def rates(text: str, loose: bool = False) -> set[str]:
    """What the text's figures are counted by: "year" for par an, per year, annual; `loose`: for "a year" and "l'année" too."""
    matches = [*RATE.finditer(text), *(LOOSE_RATE.finditer(text) if loose else ())]
    found = {UNIT_OF[match["unit"].lower()] for match in matches if match["unit"].lower() in UNIT_OF}
    return found | {PERIODS[word] for word in re.findall(r"\w+", text.lower()) if word in PERIODS}


def _day(day: str, dated: bool) -> set[Figure]:
    parts = [float(part) for part in day.split("-")]
    found = {Figure(parts[0], "")} if dated else set()
    if len(parts) > 2:
        found.add(Figure(parts[1] * 100 + parts[2], "day"))
    return found | ({Figure(parts[1], "month")} if len(parts) > 1 else set())


def _is_month(word: str) -> bool:
    """A month's full name; "may", "march" and the like only with a capital letter."""
    return word.lower() in MONTHS and len(word) > 2 and (word[0].isupper() or word in MONTHS and word not in (
        "may", "march", "august", "mar", "jan", "jun", "jul", "sep", "sept", "oct", "nov", "dec", "feb", "avr", "apr"))


def _in_digits(text: str) -> str:
    """Number words as digits; scale words are kept for `_numbers`, "three and a half" is 3.5."""
    text = re.sub(r"\b(?:les|des|ces|nos|both|the) (?:deux|two) ", "", text, flags=re.I)
    text = re.sub(r"\bmultipli\w+ par (?:deux|trois)\b", " ", text, flags=re.I)  # is among TIMES
    text = re.sub(r"\b([a-z]+|\d+)-(year|month|week|day|hour)s?\b", r"\1 \2", text, flags=re.I)
    text = re.sub(r"\b(under|over)[- ](\d\d)s\b", r"\1 \2 years", text, flags=re.I)
    for form, value in SHARES:
        text = re.sub(form, value, text, flags=re.I)
    text = re.sub(r"(\d),(\d{3})\b", r"\1\2", text)  # 42,000 and 1,500,000; a decimal comma has other company
    text = re.sub(r"(\d),(\d{3})\b", r"\1\2", text)
    kept = SCALE_WORDS.sub(lambda match: f"zz{match[0]}", re.sub(r"\b(?:cents|second|seconde|secondes|seconds)\b", r"zz\g<0>", text))
    kept = alpha2digit(kept.replace("\u00a0", " ").replace("\u202f", " "), language_of(text), 0).replace("zz", "")
    return re.sub(r"(\d+) (?:and a half|et demie?)\b", r"\1.5", kept)


def _numbers(text: str) -> set[Figure]:
    """The numbers of a text; one that is followed by "to", "et" or the like and another takes scale and unit from that."""
    found: list[tuple[float, int, str]] = []
    matches = list(NUMBER.finditer(text))
    for index in range(len(matches) - 1, -1, -1):
        match = matches[index]
        scale = SCALES.get((match["scale"] or "").lower(), 1)
        unit = _unit(match, text)
        if found and index + 1 < len(matches) and TO.fullmatch(text, match.end(), matches[index + 1].start()):
            unit = unit or found[-1][2]
            scale = scale if match["scale"] or unit != found[-1][2] or _value(match["number"]) > _value(matches[index + 1]["number"]) else found[-1][1]
        found.append((_value(match["number"]) * scale, scale, unit))
    found = [(value / 100, scale, "EUR") if unit == "cent" else (value, scale, unit) for value, scale, unit in found]
    return {Figure(round(value, 4), unit) for value, _, unit in found if unit or value != 1}


def _unit(match: re.Match, text: str) -> str:
    if match["before"]:
        return UNIT_OF[match["before"].strip().lower()]
    after = AFTER.match(text, match.end())
    word = after["unit"].lower() if after else ""
    if word == "m" and match["scale"] is None or word not in UNIT_OF:
        return COUNTED.get(word, "")
    return UNIT_OF[word]


def _value(number: str) -> float:
    plain = re.sub(r"[ \u00a0\u202f]", "", number)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain):
        return float(re.sub(r"[.,]", "", plain))
    return float(plain.replace(",", "."))
