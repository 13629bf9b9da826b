"""A text's figures with their units, in French and in English. Pure.

Promise: two figures are the same only with value and unit, however both are written (twelve months are a year); a day only with its month.
"""

import re
from dataclasses import dataclass

from index.language import numbers
from index.language.dates import MONTHS, resolve_dates
from index.language.numbers import HALVED, UNIT_OF, in_digits, number_value

COUNTED = {
    word: kind
    for kind, words in {
        "employee": "salarié salariés employee employees worker workers",
        "firm": "entreprise entreprises société sociétés company companies firm firms",
        "job": "emploi emplois poste postes job jobs",
        "inhabitant": "habitant habitants inhabitant inhabitants resident residents",
        "home": "logement logements domicile home homes",
        "place": "place places",
        "bed": "lit lits bed beds",
        "region": "région régions region regions",
        "department": "département départements department departments",
        "proposal": "proposition propositions proposal proposals",
    }.items()
    for word in words.split()
}
THING = "of some kind"  # counted, but of no known kind
LINKS = frozenset(
    "contre puis then from instead dans pour avec with when today aujourd since depuis soit ainsi which dont mais entre plus moins"
    " while where lorsque tandis alors compared against that than down".split()
)
ALIKE = (
    ((2.0, "week"), (15.0, "day")),
    ((1.0, "fortnight"), (15.0, "day")),
    ((1.0, "week"), (8.0, "day")),
    ((1.0, "month"), (30.0, "day")),
)  # as people count
PARTS_OF_YEAR = {
    form: months
    for form, months in (
        (r"\b(?:T1|Q1|(?:premier|1er|first|1st) (?:trimestre|quarter))\b", (1, 3)),
        (r"\b(?:T2|Q2|(?:deuxième|second|2e|2nd) (?:trimestre|quarter))\b", (4, 6)),
        (r"\b(?:T3|Q3|(?:troisième|third|3e|3rd) (?:trimestre|quarter))\b", (7, 9)),
        (r"\b(?:T4|Q4|(?:quatrième|fourth|4e|4th|last|dernier) (?:trimestre|quarter))\b", (10, 12)),
        (r"\b(?:S1|H1|(?:premier|1er) semestre|first half)\b", (1, 6)),
        (r"\b(?:S2|H2|(?:second|deuxième|2e) semestre|second half)\b", (7, 12)),
    )
}
END_OF_YEAR = re.compile(
    r"\b(?:fin|end|close)(?: d['’]année| de l['’]année| de| of)? (?:19|20)\d\d\b|\bfin (?:19|20)\d\d\b",
    re.I,
)
SPANS = {
    "minute": (1 / 60, "hour"),
    "hour": (1, "hour"),
    "day": (24, "hour"),
    "week": (168, "hour"),
    "fortnight": (336, "hour"),
    "month": (1, "month"),
    "quarter": (3, "month"),
    "year": (12, "month"),
    "decade": (120, "month"),
    "century": (1200, "month"),
}  # one of them in hours or in months
SCALES = numbers.SCALE_OF | {sign.lower(): of for sign, of in numbers.SCALE_SIGNS.items()}
MULTIPLES = {
    "doubl": 2,
    "twice": 2,
    "twofold": 2,
    "tripl": 3,
    "threefold": 3,
    "thrice": 3,
    "quadrupl": 4,
    "fourfold": 4,
    "quintupl": 5,
    "fivefold": 5,
    "decupl": 10,
    "tenfold": 10,
}
TIMES = re.compile(
    rf"\b(?P<word>{'|'.join(MULTIPLES)})|\bmultipli\w+(?: \w+){{0,3}} (?:par|by)(?: (?:plus de|près de|over|more than|nearly|almost))? (?P<by>\d+(?:[.,]\d+)?)(?!\d| ?%)"
    r"|\b(?P<fold>\d+(?:[.,]\d+)?) (?:fois|times|reprises|occasions)\b",
    re.I,
)
NUMBER = re.compile(
    rf"(?P<before>[€$£]|\bEUR |\bUSD |\bGBP )?(?P<number>{numbers.NUMBER})"
    rf"(?:[ \u00a0\u202f-]?(?P<scale>{'|'.join(SCALES)})(?=[\s€$£.,;:)-]|$))?",
    re.I,
)
AFTER = re.compile(
    r"[\s\u00a0\u202f-]*(?:d['’]|de |of |nouveaux |nouvelles |new |direct |additional |extra |more |further |working |full-time |business |calendar |(?:premi|derni|proch)\w+ |1(?:er|ers|ère|ères|st) |first |last |next |past |coming )?(?P<unit>[%€$£]|m²|m³|°C|[^\W\d_]+(?:-(?:heure|hour)s?|[²2])?)(?!['’])"
)
POINTS = re.compile(r"\s+(?:de |d['’]|of )")  # "points de vente" are no percentage points
TO = re.compile(
    r"\s*(?:%|[€$£])? ?(?:à|et|to|and|ou|or|-|–|(?:down |up )to|jusqu'à|and then)\s*[€$£]?\s*$"
)
YEAR = re.compile(r"(?:19|20)\d\d")
TEXTS = r"(?:position|contribution|draft|newsletter|note|letter|paper|text|hearing|projet|lettre|audition|texte|avis|document|version)s?"
OF_A_TEXT = (
    re.compile(
        rf"\b(?:{TEXTS}\b[^.;,]{{0,40}} (?:of|du)|{TEXTS} (?:de|d['’])|dated|datée? du)\s*$"
    ),
    re.compile(rf"\s+{TEXTS}\b"),
)
ISSUED = re.compile(  # "our position, adopted on": before a day in full
    rf"\b{TEXTS}\b[^.;]{{0,30}}\b(?:adopt|submi|publi|sent|envoy|dépos|remi|transmi|sign|rend|dat)\w*\s+(?:\w+\s+){{0,2}}$",
    re.I,
)
LAW = re.compile(r"\b(\d{4}-\d{1,4})\b")
RATE = re.compile(
    r"(?:\b(?:par|per|chaque|each|every|tous les|toutes les)\s+|/\s?)(?P<unit>[^\W\d_]+(?:-(?:heure|hour)s?)?)\b",
    re.I,
)
QUARTERLY = re.compile(r"\b(?:per|each|every) quarter\b", re.I)  # else "a quarter" is a share
BOTH = re.compile(r"\b(?:tous|toutes) (?:les )?deux\b", re.I)  # counts nothing that "both" would
ONE = re.compile(
    r"(?:\b(?:an?|une?|la|le|one)[ -]|\b[ld]['’](?:une? )?)(?P<unit>[^\W\d_]+)\b", re.I
)
LOOSE_RATE = re.compile(r"\b(?:a|an|la|le|l['’])\s*(?P<unit>[^\W\d_]+)\b", re.I)
PERIODS = {
    "annuel": "year",
    "annuelle": "year",
    "annuels": "year",
    "annuelles": "year",
    "annual": "year",
    "annually": "year",
    "yearly": "year",
    "mensuel": "month",
    "mensuelle": "month",
    "mensuels": "month",
    "mensuelles": "month",
    "monthly": "month",
    "hebdomadaire": "week",
    "hebdomadaires": "week",
    "weekly": "week",
    "daily": "day",
    "quotidien": "day",
    "quotidienne": "day",
    "quotidiens": "day",
    "quotidiennes": "day",
    "quarterly": "quarter",
    "trimestriel": "quarter",
    "trimestrielle": "quarter",
    "trimestriels": "quarter",
    "trimestrielles": "quarter",
    "journalier": "day",
    "journalière": "day",
    "journaliers": "day",
    "journalières": "day",
}


@dataclass(frozen=True)
class Figure:
    """A value in its unit: one of UNITS, "law", "on" (a day: 330 is 30 March), "in" (a month), "times", a counted kind, THING, or "" if none is said."""

    value: float | str
    unit: str

    def is_same(self, other: "Figure") -> bool:
        """Have both the same value and unit? Two weeks are "quinze jours"."""
        both = {(self.value, self.unit), (other.value, other.unit)}
        return self._measured() == other._measured() or any(
            both == {one, two} for one, two in ALIKE
        )

    def _measured(self) -> tuple[float | str, str]:
        """The same in hours or in months, if it is a time."""
        if self.unit not in SPANS:
            return self.value, self.unit
        times, unit = SPANS[self.unit]
        return round(self.value * times, 3), unit

    def __str__(self) -> str:
        if isinstance(self.value, str):
            return self.value
        if self.unit == "on":
            return f"{int(self.value) % 100}/{int(self.value) // 100}"
        return (
            f"month {self.value:g}" if self.unit == "in" else f"{self.value:g} {self.unit}".strip()
        )


def figures(text: str, date: str = "", loose: bool = False) -> set[Figure]:
    """The figures of a text, whose days without a year take it from `date`, its document's (ISO 8601); `loose`: "a year" is one too."""
    found, rest = set(), BOTH.sub(" ", text)
    for start, end, day in resolve_dates(rest, date or "2000"):
        found |= _day(day, bool(date) or YEAR.search(rest[start:end]) is not None)
        rest = rest[:start] + " ; " + " " * (end - start - 3) + rest[end:]
    for match in re.finditer(r"\b(\d\d?)/(\d\d?)\b(?!/)", rest):
        if 1 <= int(match[2]) <= 12 and 1 <= int(match[1]) <= 31:
            found |= {
                Figure(float(int(match[2]) * 100 + int(match[1])), "on"),
                Figure(float(match[2]), "in"),
            }
    found |= {
        Figure(float(MONTHS[match[0].lower()]), "in")
        for match in re.finditer(r"[^\W\d_]+", rest)
        if _is_month(match[0])
    }
    for match in LAW.finditer(rest):
        if not 1900 <= int(match[1][5:]) <= 2100 and int(match[1][2:4]) + 1 != int(
            match[1][5:]
        ):  # 2025-2026, 2025-26
            found.add(Figure(match[1], "law"))
    rest = in_digits(
        LAW.sub(
            lambda match: (
                match[0].replace("-", " - ") if Figure(match[0], "law") not in found else " ; "
            ),
            rest,
        )
    )
    for match in TIMES.finditer(re.sub(HALVED, " ", rest, flags=re.I)):
        found.add(
            Figure(
                float(MULTIPLES[match["word"].lower()])
                if match["word"]
                else number_value(match["by"] or match["fold"]),
                "times",
            )
        )
    found |= _numbers(TIMES.sub(" ", rest))
    if not re.search(r"\b1\b", text):  # "un euro numérique" is no amount
        found = {
            figure
            for figure in found
            if figure.value != 1 or figure.unit in SPANS or figure.unit == "in"
        }
    if loose:
        found |= {
            Figure(months, "month")
            for form, months in ((r"\bsemestre|\bhalf\b", 6.0), (r"\btrimestre|\bquarter\b", 3.0))
            if re.search(form, text)
        }
        found |= {
            Figure(value, unit)
            for _ in END_OF_YEAR.findall(text)
            for value, unit in ((1231.0, "on"), (12.0, "in"))
        }
        found |= {
            Figure(float(month), "in")
            for form, months in PARTS_OF_YEAR.items()
            if re.search(form, text)
            for month in months
        }
        found |= {
            Figure(1.0, UNIT_OF[match["unit"].lower()])
            for match in ONE.finditer(text)
            if UNIT_OF.get(match["unit"].lower()) in SPANS
        }
    return found


def of_a_text(claim: str, date: str) -> set[Figure]:
    """What a claim may say of the date of the text it cites (ISO 8601): its year; day and month where they stand beside what it calls
    the text ("the draft of 3 May"), or in full where it says that it was issued then. Any other day in the claim is one of an event."""
    said = {figure for figure in figures(date) if figure.unit == ""}
    for start, end, day in resolve_dates(claim, date):
        issued = day == date and ISSUED.search(claim[:start])
        of_it = issued or OF_A_TEXT[0].search(claim[:start]) or OF_A_TEXT[1].match(claim, end)
        if of_it and date.startswith(day):
            said |= figures(day)
    return said


def currencies(text: str) -> set[str]:
    """The currencies that a text names, in words or signs."""
    return {
        unit
        for word in re.findall(r"[€$£]|[^\W\d_]+", text.lower())
        if not word.startswith("livre") and (unit := UNIT_OF.get(word, "")) in ("EUR", "USD", "GBP")
    }


def kinds(text: str) -> set[str]:
    """What kinds of countable things a text speaks of: jobs, homes, firms."""
    return {COUNTED[word] for word in re.findall(r"[^\W\d_]+", text.lower()) if word in COUNTED} - {
        "place",
        "bed",
        "proposal",
    }


def rates(text: str, loose: bool = False) -> set[str]:
    """What the text's figures are counted by: "year" for par an, per year, annual; `loose`: for "a year" and "l'année" too."""
    matches = [*RATE.finditer(text), *(LOOSE_RATE.finditer(text) if loose else ())]
    found = {
        UNIT_OF[match["unit"].lower()]
        for match in matches
        if match["unit"].lower() in UNIT_OF and len(match["unit"]) > 1
    }
    found |= {"quarter"} if QUARTERLY.search(text) else set()
    return found | {PERIODS[word] for word in re.findall(r"\w+", text.lower()) if word in PERIODS}


def _day(day: str, dated: bool) -> set[Figure]:
    parts = [float(part) for part in day.split("-")]
    found = {Figure(parts[0], "")} if dated else set()
    if len(parts) > 2:
        found.add(Figure(parts[1] * 100 + parts[2], "on"))
    return found | ({Figure(parts[1], "in")} if len(parts) > 1 else set())


def _is_month(word: str) -> bool:
    """A month's full name; "may", "march" and the like only with a capital letter."""
    return (
        word.lower() in MONTHS
        and len(word) > 2
        and (
            word[0].isupper()
            or word in MONTHS
            and word
            not in (
                "may",
                "march",
                "august",
                "mar",
                "jan",
                "jun",
                "jul",
                "sep",
                "sept",
                "oct",
                "nov",
                "dec",
                "feb",
                "avr",
                "apr",
            )
        )
    )


def _numbers(text: str) -> set[Figure]:
    """The numbers of a text; one that is followed by "to", "et" or the like and another takes scale and unit from that."""
    found: list[tuple[float, int, str]] = []
    matches = list(NUMBER.finditer(text))
    for index in range(len(matches) - 1, -1, -1):
        match = matches[index]
        scale = SCALES.get((match["scale"] or "").lower(), 1)
        unit = _unit(match, text)
        if (
            found
            and index + 1 < len(matches)
            and (unit or not YEAR.fullmatch(match["number"]))
            and TO.fullmatch(text, match.end(), matches[index + 1].start())
        ):
            unit = unit or found[-1][2]
            scale = (
                scale
                if match["scale"]
                or unit != found[-1][2]
                or number_value(match["number"])
                >= max(1000, number_value(matches[index + 1]["number"]))
                else found[-1][1]
            )
        found.append((number_value(match["number"]) * scale, scale, unit))
    found = [
        (value / 100, scale, "EUR") if unit == "cent" else (value, scale, unit)
        for value, scale, unit in found
    ]
    return {Figure(round(value, 4), unit) for value, _, unit in found if unit or value != 1}


def _unit(match: re.Match, text: str) -> str:
    if match["before"]:
        return UNIT_OF[match["before"].strip().lower()]
    after = AFTER.match(text, match.end())
    word = after["unit"].lower() if after else ""
    if (
        word == "m"
        and match["scale"] is None
        or word not in UNIT_OF
        or word in ("point", "points")
        and POINTS.match(text, after.end())
    ):
        said = after["unit"] if after else ""
        return COUNTED.get(
            word, "" if len(said) < 4 and not said.isupper() or word in LINKS else THING
        )
    return UNIT_OF[word]
